"""The usual baseline of intent classifiers: TF-IDF of words and word pairs, and logistic regression over it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from adapters.assistants.embedded.logistic import Matrix, fit, softmax
from evals.intents import Flags, Floats, IntentFigures, Utterance, by_intent, choose_threshold, expected_of, judge

_WORD = re.compile(r"\w\w+")
_C = 10.0  # the inverse strength of regularisation, as scikit-learn counts it
_FOLDS = 5


def measure_bag_of_words(train: Sequence[Utterance], test: Sequence[Utterance]) -> IntentFigures:
    """Train the baseline on `train` (utterances of no intent left out) and judge it on `test`."""
    examples, _ = by_intent(train)
    intents = sorted(examples)
    rows = [(text, place) for place, intent in enumerate(intents) for text in examples[intent]]
    texts, labels = [text for text, _ in rows], np.array([place for _, place in rows], np.intp)
    confidence, is_right = _held_out(texts, labels, len(intents))
    confidences = _Baseline(texts, labels, len(intents)).confidences([text for text, _ in test])
    return judge(confidences.astype(float), expected_of(test, intents), choose_threshold(confidence, is_right))


class _Baseline:
    def __init__(self, texts: Sequence[str], labels: np.ndarray, classes: int) -> None:
        self._columns: dict[str, int] = {}
        counts = [Counter(_terms(text)) for text in texts]
        for row in counts:
            for term in row:
                self._columns.setdefault(term, len(self._columns))
        frequency = Counter(term for row in counts for term in row)
        self._weight = np.array(
            [np.log((1 + len(texts)) / (1 + frequency[term])) + 1 for term in self._columns], np.float32
        )
        weights = np.full(len(texts), 1 / len(texts), np.float32)
        self._model = fit(self._matrix(texts), labels, classes, weights, 1 / (_C * len(texts)))

    def confidences(self, texts: Sequence[str]) -> Matrix:
        return softmax(self._model.logits(self._matrix(texts)))

    def _matrix(self, texts: Sequence[str]) -> Matrix:
        matrix = np.zeros((len(texts), len(self._columns)), np.float32)
        for row, text in enumerate(texts):
            for term, count in Counter(_terms(text)).items():
                column = self._columns.get(term)
                if column is not None:
                    matrix[row, column] = count * self._weight[column]
        matrix /= np.maximum(np.linalg.norm(matrix, axis=1, keepdims=True), np.float32(1e-9))
        return matrix


def _held_out(texts: Sequence[str], labels: np.ndarray, classes: int) -> tuple[Floats, Flags]:
    """Confidence of the best intent, and whether it is right, by baselines that have not seen the text."""
    folds = np.random.default_rng(0).permutation(len(texts)) % _FOLDS
    confidence, is_right = np.zeros(len(texts)), np.zeros(len(texts), bool)
    for fold in range(_FOLDS):
        out = folds == fold
        learned = [text for text, is_out in zip(texts, out, strict=True) if not is_out]
        judged = [text for text, is_out in zip(texts, out, strict=True) if is_out]
        read = _Baseline(learned, labels[~out], classes).confidences(judged)
        confidence[out], is_right[out] = read.max(axis=1), read.argmax(axis=1) == labels[out]
    return confidence, is_right


def _terms(text: str) -> Iterator[str]:
    words = _WORD.findall(text.lower())
    yield from words
    yield from (f"{one} {other}" for one, other in pairwise(words))
