"""BM25 (Robertson and Zaragoza 2009), the words-only search that every other one is compared with."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"[a-z0-9]+")
Scores = NDArray[np.float64]


class Bm25:
    """An index over texts; a word that is asked for twice counts twice."""

    def __init__(self, texts: Sequence[str], *, k1: float = 1.2, b: float = 0.75) -> None:
        """Index `texts`; `k1` is how soon repetition stops counting, `b` how much long texts are marked down."""
        postings: dict[str, list[tuple[int, int]]] = defaultdict(list)
        lengths = np.zeros(len(texts))
        for number, text in enumerate(texts):
            counts = Counter(_WORD.findall(text.lower()))
            lengths[number] = sum(counts.values())
            for word, count in counts.items():
                postings[word].append((number, count))
        damping = k1 * (1 - b + b * lengths / max(lengths.mean(), 1))
        self._size = len(texts)
        self._weights: dict[str, tuple[NDArray[np.intp], Scores]] = {}
        for word, found in postings.items():
            numbers = np.array([number for number, _ in found], np.intp)
            counts_of = np.array([count for _, count in found], np.float64)
            rarity = math.log(1 + (len(texts) - len(found) + 0.5) / (len(found) + 0.5))
            self._weights[word] = (numbers, rarity * counts_of * (k1 + 1) / (counts_of + damping[numbers]))

    def scores(self, query: str) -> Scores:
        """The score of each text, shape `(texts,)`; 0 where no word of the query occurs."""
        scores = np.zeros(self._size)
        for word, times in Counter(_WORD.findall(query.lower())).items():
            if word in self._weights:
                numbers, weights = self._weights[word]
                scores[numbers] += times * weights
        return scores
