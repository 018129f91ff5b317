"""Vectors kept on disk, so that a second start need not embed the same texts again.

Only whole batches are kept (a workspace's examples, an article's sections), each in a file named after the embedder and
the texts' digest. A customer's words come one at a time and are never written down.
"""

import contextlib
import os
import tempfile
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np

from adapters.embeddings.port import Embedder, Vectors

#: Fewer texts than this are embedded faster than they are worth keeping, and may be a customer's.
SMALLEST_BATCH = 16


class CachedEmbedder:
    """An embedder that remembers large batches in a folder; deleting the folder costs time, nothing else."""

    def __init__(self, embedder: Embedder, folder: Path) -> None:
        self._embedder = embedder
        self._folder = folder

    @property
    def name(self) -> str:
        """The name of the embedder behind it: the vectors are the same."""
        return self._embedder.name

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        return self._embedder.dimensions

    def knows(self, word: str) -> bool:
        """As the embedder behind it says."""
        return self._embedder.knows(word)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed, or read what was embedded before."""
        if len(texts) < SMALLEST_BATCH:
            return self._embedder.embed(texts)
        path = self._folder / f"{self._digest(texts)}.npy"
        with contextlib.suppress(OSError, ValueError):  # missing, or half written before we wrote files whole
            kept: Vectors = np.load(path)
            if kept.shape == (len(texts), self.dimensions):
                return kept
        vectors = self._embedder.embed(texts)
        with contextlib.suppress(OSError):  # a cache that cannot be written is only slow
            self._keep(path, vectors)
        return vectors

    def _digest(self, texts: Sequence[str]) -> str:
        digest = sha256(self.name.encode())
        for text in texts:
            digest.update(len(text).to_bytes(4, "big") + text.encode())
        return digest.hexdigest()

    def _keep(self, path: Path, vectors: Vectors) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=self._folder, delete=False) as aside:
            np.save(aside, vectors)
        os.replace(aside.name, path)  # noqa: PTH105 - the same call, without making a Path of it first
