"""Which words speak for which intent? Naive Bayes over words and pieces of words: the half of the head that spells.

A sentence encoder knows what words mean and forgets which they were: product names, codes and slips of short messages
are where it errs. Counting n-grams errs elsewhere, so the two together are right more often, and where they disagree a
message is likely none of ours. N-grams are hashed into a fixed number of columns (Weinberger et al. 2009, "Feature
Hashing for Large Scale Multitask Learning"); nothing is trained but counts. Deterministic over processes.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

import numpy as np

from adapters.assistants.embedded.logistic import Labels, Matrix

_COLUMNS = 1_024  # for words, and as many for pieces: fourfold is no better on CLINC150 and takes fourfold memory
_PIECES = (3, 4, 5)  # characters
_SMOOTHING = 0.3  # of 0.03, 0.1, 0.3 the best on CLINC150's training set, cross-validated; flat around it
_WORD = re.compile(r"\w\w+|\d")
_TOKEN = re.compile(r"\S+")


def count_ngrams(texts: Sequence[str]) -> Matrix:
    """Return one row per text: how often each hashed n-gram occurs, words in the first half, pieces in the second."""
    counts = np.zeros((len(texts), 2 * _COLUMNS), np.float32)
    for row, text in enumerate(texts):
        lowered = text.lower()
        for offset, ngrams in ((0, _words(lowered)), (_COLUMNS, _pieces(lowered))):
            for ngram, count in Counter(ngrams).items():
                counts[row, offset + crc32(ngram.encode("utf-8", "replace")) % _COLUMNS] += count
    return counts


def _words(text: str) -> Iterator[str]:
    """Words, and pairs of neighbours."""
    words = _WORD.findall(text)
    yield from words
    yield from (f"{one} {other}" for one, other in pairwise(words))


def _pieces(text: str) -> Iterator[str]:
    """Runs of characters within a word and its borders."""
    for token in _TOKEN.findall(text):
        padded = f" {token} "
        for length in _PIECES:
            yield from (padded[start : start + length] for start in range(max(1, len(padded) - length + 1)))


@dataclass(frozen=True)
class Rarity:
    """How much a column says: the rarer among the texts it was learned from, the more."""

    weight: Matrix  # inverse document frequency, one number a column

    @classmethod
    def of(cls, counts: Matrix) -> "Rarity":
        """Learn from the counts of some texts."""
        texts = len(counts)
        frequency = np.count_nonzero(counts, axis=0)
        return cls((np.log((1 + texts) / (1 + frequency)) + 1).astype(np.float32))

    def weighed(self, counts: Matrix) -> Matrix:
        """Return the counts damped, weighed, and each half of a row of length 1."""
        weighed = np.where(counts > 0, 1 + np.log(np.maximum(counts, 1)), 0).astype(np.float32) * self.weight
        for half in (slice(0, _COLUMNS), slice(_COLUMNS, None)):
            weighed[:, half] /= np.maximum(np.linalg.norm(weighed[:, half], axis=1, keepdims=True), np.float32(1e-9))
        return weighed


@dataclass(frozen=True)
class NaiveBayes:
    """The log-probability of each column in each class (columns, classes), every class as likely as the others."""

    log_probability: Matrix

    @classmethod
    def fit(cls, weighed: Matrix, labels: Labels, classes: int) -> "NaiveBayes":
        """Count what stands in each class; classes may stay unused."""
        totals = np.stack([weighed[labels == label].sum(axis=0) for label in range(classes)], axis=1) + _SMOOTHING
        return cls(np.log(totals / totals.sum(axis=0)).astype(np.float32))

    def logits(self, weighed: Matrix) -> Matrix:
        """Return one row of class scores per row."""
        scores: Matrix = weighed @ self.log_probability
        return scores
