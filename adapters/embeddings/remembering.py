"""An embedder that embeds each text once: the folds of a cross-validation share most of theirs."""

from collections.abc import Sequence

import numpy as np

from adapters.embeddings.port import Embedder, Vectors

_AT_ONCE = 256  # texts between two reports of progress


class RememberingEmbedder:
    """An `Embedder` that keeps every vector in memory (1.5 KB a text); for measurements, never for customers' words."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, Vectors] = {}
        self.name, self.dimensions = embedder.name, embedder.dimensions

    def know(self, texts: Sequence[str], vectors: Vectors) -> None:
        """Take vectors, one row per text, that were made before."""
        self._known.update(zip(texts, vectors, strict=True))

    def knows(self, word: str) -> bool:
        """As the embedder says."""
        return self._embedder.knows(word)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed what is new, and return one row per text; raises what the embedder raises."""
        new = sorted({text for text in texts if text not in self._known})
        for start in range(0, len(new), _AT_ONCE):
            some = new[start : start + _AT_ONCE]
            self._known.update(zip(some, self._embedder.embed(some), strict=True))
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        return np.stack([self._known[text] for text in texts])
