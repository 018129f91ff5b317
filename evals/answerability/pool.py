"""A small pool of passages searched in memory: BM25, MiniLM, and both fused by rank. For evals only.

The product searches in Postgres; this has the same parts (words, vectors, reciprocal ranks) for a pool that has no
database.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from adapters.embeddings.port import Embedder, Vectors
from domain.support import content_stems

Scores = NDArray[np.float64]
_K1, _B = 1.2, 0.75
_RANK_OFFSET = 60  # of reciprocal rank fusion: Cormack et al. 2009
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_SHORTEST = 3  # words of a sentence worth comparing


class Pool:
    """Passages by id, in the order of their ids; every score is one per passage."""

    def __init__(self, passages: Mapping[str, str], embedder: Embedder) -> None:
        """Read and embed the passages and their sentences."""
        self.ids = sorted(passages)
        texts = [passages[name] for name in self.ids]
        self._counts = [Counter(content_stems(text)) for text in texts]
        self._lengths = np.array([sum(counts.values()) for counts in self._counts], float)
        self._places: dict[str, list[tuple[int, int]]] = {}
        for place, counts in enumerate(self._counts):
            for word, times in counts.items():
                self._places.setdefault(word, []).append((place, times))
        sentences = [
            (place, part)
            for place, text in enumerate(texts)
            for part in _SENTENCE_END.split(text)
            if len(part.split()) >= _SHORTEST
        ]
        self.vectors: Vectors = embedder.embed(texts)
        self._sentence_vectors = embedder.embed([part for _, part in sentences])
        self._sentence_places = np.array([place for place, _ in sentences], np.intp)

    def weight(self, word: str) -> float:
        """How rare a word is (BM25's idf); of an unknown word that of one in no passage."""
        seen = len(self._places.get(word, ()))
        return math.log(1 + (len(self.ids) - seen + 0.5) / (seen + 0.5))

    def knows(self, word: str) -> bool:
        """Whether any passage has the word."""
        return word in self._places

    def bm25(self, text: str) -> Scores:
        """Okapi BM25."""
        scores = np.zeros(len(self.ids))
        norm = _K1 * (1 - _B + _B * self._lengths / max(self._lengths.mean(), 1e-9))
        for word, asked in Counter(content_stems(text)).items():
            for place, times in self._places.get(word, ()):
                scores[place] += asked * self.weight(word) * times * (_K1 + 1) / (times + norm[place])
        return scores

    def similarity(self, vector: Vectors) -> Scores:
        """Cosine to each passage."""
        return (self.vectors @ vector).astype(float)

    def closest_sentence(self, vector: Vectors) -> Scores:
        """Cosine to the closest sentence of each passage."""
        best = np.full(len(self.ids), -1.0)
        np.maximum.at(best, self._sentence_places, self._sentence_vectors @ vector)
        return best

    def coverage(self, words: Sequence[str], places: Sequence[int]) -> float:
        """The share of words, weighted by rarity, that these passages have together."""
        has = set().union(*(self._counts[place] for place in places))
        total = sum(self.weight(word) for word in words)
        return sum(self.weight(word) for word in words if word in has) / total if total else 0.0


def fused(*scores: Scores) -> Scores:
    """Reciprocal rank fusion."""
    total = np.zeros(len(scores[0]))
    for one in scores:
        ranks = np.empty(len(one))
        ranks[np.argsort(-one, kind="stable")] = np.arange(len(one))
        total += 1 / (_RANK_OFFSET + ranks)
    return total


def ndcg(scores: Scores, ids: Sequence[str], wanted: frozenset[str], depth: int = 10) -> float:
    """Normalised discounted cumulative gain of the best `depth` passages; a passage is wanted or not."""
    gain = sum(
        1 / math.log2(rank + 2)
        for rank, place in enumerate(np.argsort(-scores, kind="stable")[:depth])
        if ids[place] in wanted
    )
    return gain / sum(1 / math.log2(rank + 2) for rank in range(min(depth, len(wanted))))
