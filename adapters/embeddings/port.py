"""The port to sentence embeddings: text in, unit vectors out.

Whoever needs similarity (the intent head, the knowledge search) depends on this Protocol, never on a model. An embedder
is deterministic: a text gets the same vector (to float32 rounding) whatever else is in the batch.
"""

from collections.abc import Sequence
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Vectors: TypeAlias = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into vectors whose dot product is their cosine similarity."""

    @property
    def name(self) -> str:
        """Name the model and its revision; vectors of different names must never be compared."""

    @property
    def dimensions(self) -> int:
        """Length of every vector."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one L2-normalised row per text, shape `(len(texts), dimensions)`; may raise `EmbedderUnavailable`."""

    def knows(self, word: str) -> bool:
        """Whether a word in small letters is one to the model, and not put together from pieces as a slip would be."""


class EmbedderUnavailable(Exception):
    """The embedder cannot run here: its weights are missing or damaged. The message says how to mend it."""
