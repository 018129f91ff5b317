"""A fake embedder that needs no weights: hashed words and character n-grams.

It sees spelling, not meaning: "refund" and "refunds" are close, "refund" and "money back" are not. For tests, and as
the fallback on a machine without the weights, where whoever wires it must say so loudly. Never compare its vectors
with another embedder's.
"""

import re
import zlib
from collections.abc import Iterator, Sequence

import numpy as np

from adapters.embeddings.port import Vectors

_WORD = re.compile(r"\w+")
_NGRAMS = (3, 4)  # characters, word boundaries included
_WORD_WEIGHT = 2.0  # a shared whole word says more than a shared n-gram
_NOTHING = "\x00nothing"  # a text without words still needs a unit vector


class HashingEmbedder:
    """An `Embedder` by the hashing trick (Weinberger et al. 2009): signed buckets, so collisions cancel on average."""

    def __init__(self, dimensions: int = 384) -> None:
        """Take the number of buckets; the default equals MiniLM's, so that the same database column holds both."""
        self.dimensions = dimensions
        self.name = f"hashing-{dimensions}"

    def knows(self, word: str) -> bool:  # noqa: ARG002 - the port's
        """All words alike: it reads letters, so that it hardly minds a slip."""
        return True

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one L2-normalised row per text, shape `(len(texts), dimensions)`."""
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for feature, weight in _features(text):
                # crc32 and not hash(), which differs from process to process.
                code = zlib.crc32(feature.encode("utf-8", "replace"))
                vector[code // 2 % self.dimensions] += weight if code % 2 else -weight
            if not vector.any():
                vector[zlib.crc32(_NOTHING.encode()) % self.dimensions] = 1.0
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors


def _features(text: str) -> Iterator[tuple[str, float]]:
    for word in _WORD.findall(text.casefold()):
        yield word, _WORD_WEIGHT
        bounded = f"<{word}>"
        for size in _NGRAMS:
            for start in range(len(bounded) - size + 1):
                yield bounded[start : start + size], 1.0
