"""Is a message about any of our intents at all? The gate in front of the intent head.

No list of foreign utterances can name every wish that a desk does not handle, and those closest to what it does handle
are the dangerous ones. So the gate learns from the intents themselves: leave some out, fit a head without them, and see
how sure it is about wishes that it was never told of. Works on numbers only.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.assistants.embedded.lexical import NaiveBayes
from adapters.assistants.embedded.logistic import Labels, Matrix, Softmax, fit, fit_temperature, softmax
from adapters.embeddings.port import Vectors

FOLDS = 5
_SEED = 0  # which example falls into which fold; any number will do, but always the same
_HEAD_L2 = 1e-3  # cross-validated on HINT3 and CLINC150: accuracy is flat between 5e-4 and 5e-3
_GATE_L2 = 1e-3
_MEANING = 0.75  # the part of meaning in the mean with words; flat between 0.5 and 0.75 on CLINC150
_ROWS_AT_ONCE = 1_024  # bounds the similarity matrix of large example sets
_LOG_ODDS_LIMIT = 8.0  # beyond 3,000 to 1 the number says nothing more

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Readings:
    """Some texts as the head reads them, one row each: what they mean and which words they have."""

    vectors: Vectors
    words: Matrix  # weighed n-grams

    def __len__(self) -> int:
        return len(self.vectors)

    def rows(self, chosen: Mask | slice) -> "Readings":
        """Some of the texts."""
        return Readings(self.vectors[chosen], self.words[chosen])

    def joined(self, other: "Readings") -> "Readings":
        """These texts and others behind them."""
        return Readings(np.concatenate([self.vectors, other.vectors]), np.concatenate([self.words, other.words]))


@dataclass(frozen=True)
class Head:
    """Two heads over intents 0..k-1 and the background as class k, one for meaning and one for words.

    Their probabilities are joined by a weighted geometric mean: what both believe counts, what only one does hardly.
    """

    meaning: Softmax
    words: NaiveBayes
    examples: Vectors

    @classmethod
    def fit(cls, examples: Readings, labels: Labels, background: Readings, intents: int) -> "Head":
        """Fit heads in which each class weighs the same, however many examples it has."""
        all_labels = np.concatenate([labels, np.full(len(background), intents, np.intp)])
        weights = (1 / np.bincount(all_labels)[all_labels]).astype(np.float32)
        together = examples.joined(background)
        meaning = fit(together.vectors, all_labels, intents + 1, weights, _HEAD_L2)
        return cls(meaning, NaiveBayes.fit(together.words, all_labels, intents + 1), examples.vectors)

    def logits(self, texts: Readings) -> Matrix:
        """Return one row of joint log-scores per text; their exponentials sum to 1 only where both heads agree."""
        joint: Matrix = np.float32(_MEANING) * _log_softmax(self.meaning.logits(texts.vectors))
        joint += np.float32(1 - _MEANING) * _log_softmax(self.words.logits(texts.words))
        return joint

    def scope_features(self, texts: Readings, temperature: float) -> Matrix:
        """Return what tells in from out of scope, one row a text.

        These are the log-odds of the best intent, how far both heads believe in it, and the similarity to the nearest
        example.
        """
        logits = self.logits(texts)
        best = softmax(logits, temperature)[:, :-1].max(axis=1).astype(np.float64)
        log_odds = np.log(best + 1e-9) - np.log(1 - best + 1e-9)
        nearest = np.empty(len(texts))
        for start in range(0, len(texts), _ROWS_AT_ONCE):
            rows = slice(start, start + _ROWS_AT_ONCE)
            nearest[rows] = (texts.vectors[rows] @ self.examples.T).max(axis=1)
        clipped = np.clip(log_odds, -_LOG_ODDS_LIMIT, _LOG_ODDS_LIMIT)
        agreed = np.maximum(logits[:, :-1].max(axis=1), -_LOG_ODDS_LIMIT)
        return np.stack([clipped, agreed, nearest], axis=1).astype(np.float32)


def _log_softmax(logits: Matrix) -> Matrix:
    shifted = logits - logits.max(axis=1, keepdims=True)
    logs: Matrix = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return logs


@dataclass(frozen=True)
class HeldOut:
    """How the training examples are read by heads that were not fitted on them: what thresholds may be chosen by."""

    confidence: Matrix  # of the best intent, one for each example that could be held out
    is_right: Mask  # whether that intent is the example's
    foreign: Matrix  # confidence of the best intent for utterances of none


@dataclass(frozen=True)
class Besides:
    """What every head is taught besides the examples, and what is never held out: lessons on trial."""

    known: Readings
    labels: Labels
    foreign: Readings

    def without(self, labels: Labels) -> "Besides":
        """The same, for heads that do not know these intents."""
        kept = ~np.isin(self.labels, labels)
        return Besides(self.known.rows(kept), self.labels[kept], self.foreign)


@dataclass(frozen=True)
class Gate:
    """P(in scope) of a message, by a logistic model over the standardised scope features."""

    model: Softmax
    mean: Matrix
    spread: Matrix

    @classmethod
    def fit(cls, in_scope: Matrix, out_of_scope: tuple[Matrix, ...], in_scope_share: float) -> "Gate":
        """Fit on features of held-out messages; each kind of foreign message gets an equal part of the other share."""
        parts = [in_scope, *(part for part in out_of_scope if len(part))]
        shares = [in_scope_share, *[(1 - in_scope_share) / (len(parts) - 1)] * (len(parts) - 1)]
        features = np.concatenate(parts)
        weights = np.concatenate([np.full(len(p), share / len(p)) for p, share in zip(parts, shares, strict=True)])
        labels = np.concatenate([np.full(len(part), int(part is in_scope), np.intp) for part in parts])
        mean, spread = features.mean(axis=0), features.std(axis=0) + np.float32(1e-6)
        model = fit((features - mean) / spread, labels, 2, weights.astype(np.float32), _GATE_L2)
        return cls(model, mean, spread)

    def in_scope(self, features: Matrix) -> Matrix:
        """Return the probability of being in scope for each row of features."""
        return softmax(self.model.logits((features - self.mean) / self.spread))[:, 1]


def calibrate(
    examples: Readings, labels: Labels, background: Readings, in_scope_share: float, besides: Besides | None = None
) -> tuple[float, Gate, HeldOut]:
    """Cross-validate heads to find temperature and gate; raises `ValueError` if no intent has two rows."""
    besides = besides or Besides(examples.rows(slice(0)), labels[:0], background.rows(slice(0)))
    intents = int(labels.max()) + 1
    folds, background_folds = stratified_folds(labels), np.arange(len(background)) % FOLDS
    trials: list[tuple[Head, Mask, Mask]] = []
    for fold in range(FOLDS):
        fitted, kept = folds != fold, background_folds != fold
        held = ~fitted & np.isin(labels, labels[fitted])  # the only example of an intent cannot be held out
        head = _fit(examples.rows(fitted), labels[fitted], background.rows(kept), intents, besides)
        trials.append((head, held, ~kept))
    if not any(held.any() for _, held, _ in trials):
        raise ValueError("At least one intent needs two examples")
    held_logits = np.concatenate([head.logits(examples.rows(held)) for head, held, _ in trials])
    held_labels = np.concatenate([labels[held] for _, held, _ in trials])
    temperature = fit_temperature(held_logits, held_labels)
    known = np.concatenate([head.scope_features(examples.rows(held), temperature) for head, held, _ in trials])
    foreign = np.concatenate([head.scope_features(background.rows(out), temperature) for head, _, out in trials])
    unknown = _features_of_unknown_intents(examples, labels, background, temperature, besides)
    gate = Gate.fit(known, (foreign, unknown), in_scope_share)
    among = softmax(held_logits[:, :-1], temperature)
    foreign_logits = np.concatenate([head.logits(background.rows(out)) for head, _, out in trials])
    held_out = HeldOut(
        confidence=among.max(axis=1) * gate.in_scope(known),
        is_right=among.argmax(axis=1) == held_labels,
        foreign=softmax(foreign_logits[:, :-1], temperature).max(axis=1) * gate.in_scope(foreign),
    )
    return temperature, gate, held_out


def _fit(examples: Readings, labels: Labels, background: Readings, intents: int, besides: Besides) -> Head:
    return Head.fit(
        examples.joined(besides.known),
        np.concatenate([labels, besides.labels]),
        background.joined(besides.foreign),
        intents,
    )


def _features_of_unknown_intents(
    examples: Readings, labels: Labels, background: Readings, temperature: float, besides: Besides
) -> Matrix:
    """Return the scope features of each intent's examples, seen by a head that knows only other intents."""
    intents = int(labels.max()) + 1
    groups = np.random.default_rng(_SEED).permutation(intents) % FOLDS
    features = [np.empty((0, 3), np.float32)]
    for group in range(min(FOLDS, intents)):
        unknown = groups[labels] == group
        if not unknown.all():  # with a single intent there is no other to know
            names, known_labels = np.unique(labels[~unknown], return_inverse=True)
            others = besides.without(np.setdiff1d(np.arange(intents), names))
            others = Besides(others.known, np.searchsorted(names, others.labels), others.foreign)
            head = _fit(examples.rows(~unknown), known_labels, background, len(names), others)
            features.append(head.scope_features(examples.rows(unknown), temperature))
    return np.concatenate(features)


def stratified_folds(labels: Labels) -> Labels:
    """Deal each intent's examples over the folds in shuffled order: neighbours in a sorted list are alike."""
    shuffled = np.random.default_rng(_SEED)
    folds = np.empty(len(labels), np.intp)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        folds[shuffled.permutation(rows)] = np.arange(len(rows)) % FOLDS
    return folds
