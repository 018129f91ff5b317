"""Is a message about any of our intents at all? The gate in front of the intent head.

No list of foreign utterances can name every wish that a desk does not handle, and those closest to what it does handle
are the dangerous ones. So the gate learns from the intents themselves: leave some out, fit a head without them, and see
how sure it is about wishes that it was never told of. Works on vectors only.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from adapters.assistants.embedded.logistic import Labels, Matrix, Softmax, fit, fit_temperature, softmax
from adapters.embeddings.port import Vectors

_FOLDS = 5
_SEED = 0  # which example falls into which fold; any number will do, but always the same
_HEAD_L2 = 1e-3  # cross-validated on HINT3 and CLINC150: accuracy is flat between 5e-4 and 5e-3
_GATE_L2 = 1e-3
_ROWS_AT_ONCE = 1_024  # bounds the similarity matrix of large example sets
_LOG_ODDS_LIMIT = 8.0  # beyond 3,000 to 1 the number says nothing more

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Head:
    """A logistic head over intents 0..k-1 and the background as class k, with the vectors it was fitted on."""

    model: Softmax
    examples: Vectors

    @classmethod
    def fit(cls, vectors: Vectors, labels: Labels, background: Vectors, intents: int) -> "Head":
        """Fit a head in which each class weighs the same, however many examples it has."""
        all_labels = np.concatenate([labels, np.full(len(background), intents, np.intp)])
        weights = (1 / np.bincount(all_labels)[all_labels]).astype(np.float32)
        model = fit(np.concatenate([vectors, background]), all_labels, intents + 1, weights, _HEAD_L2)
        return cls(model, vectors)

    def scope_features(self, vectors: Vectors, temperature: float) -> Matrix:
        """Return what tells in from out of scope: log-odds of the best intent, similarity to the nearest example."""
        best = softmax(self.model.logits(vectors), temperature)[:, :-1].max(axis=1).astype(np.float64)
        log_odds = np.log(best + 1e-9) - np.log(1 - best + 1e-9)
        nearest = np.empty(len(vectors))
        for start in range(0, len(vectors), _ROWS_AT_ONCE):
            rows = slice(start, start + _ROWS_AT_ONCE)
            nearest[rows] = (vectors[rows] @ self.examples.T).max(axis=1)
        clipped = np.clip(log_odds, -_LOG_ODDS_LIMIT, _LOG_ODDS_LIMIT)
        return np.stack([clipped, nearest], axis=1).astype(np.float32)


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


def calibrate(vectors: Vectors, labels: Labels, background: Vectors, in_scope_share: float) -> tuple[float, Gate]:
    """Cross-validate heads to find temperature and gate; raises `ValueError` if no intent has two rows."""
    intents = int(labels.max()) + 1
    folds, background_folds = _stratified_folds(labels), np.arange(len(background)) % _FOLDS
    trials: list[tuple[Head, Mask, Mask]] = []
    for fold in range(_FOLDS):
        fitted, kept = folds != fold, background_folds != fold
        held = ~fitted & np.isin(labels, labels[fitted])  # the only example of an intent cannot be held out
        trials.append((Head.fit(vectors[fitted], labels[fitted], background[kept], intents), held, ~kept))
    if not any(held.any() for _, held, _ in trials):
        raise ValueError("At least one intent needs two examples")
    temperature = fit_temperature(
        np.concatenate([head.model.logits(vectors[held]) for head, held, _ in trials]),
        np.concatenate([labels[held] for _, held, _ in trials]),
    )
    gate = Gate.fit(
        np.concatenate([head.scope_features(vectors[held], temperature) for head, held, _ in trials]),
        (
            np.concatenate([head.scope_features(background[out], temperature) for head, _, out in trials]),
            _features_of_unknown_intents(vectors, labels, background, temperature),
        ),
        in_scope_share,
    )
    return temperature, gate


def _features_of_unknown_intents(vectors: Vectors, labels: Labels, background: Vectors, temperature: float) -> Matrix:
    """Return the scope features of each intent's examples, seen by a head that knows only other intents."""
    intents = int(labels.max()) + 1
    groups = np.random.default_rng(_SEED).permutation(intents) % _FOLDS
    features = [np.empty((0, 2), np.float32)]
    for group in range(min(_FOLDS, intents)):
        unknown = groups[labels] == group
        if not unknown.all():  # with a single intent there is no other to know
            known_labels = np.unique(labels[~unknown], return_inverse=True)[1]
            head = Head.fit(vectors[~unknown], known_labels, background, int(known_labels.max()) + 1)
            features.append(head.scope_features(vectors[unknown], temperature))
    return np.concatenate(features)


def _stratified_folds(labels: Labels) -> Labels:
    """Deal each intent's examples over the folds in shuffled order: neighbours in a sorted list are alike."""
    shuffled = np.random.default_rng(_SEED)
    folds = np.empty(len(labels), np.intp)
    for label in np.unique(labels):
        rows = np.flatnonzero(labels == label)
        folds[shuffled.permutation(rows)] = np.arange(len(rows)) % _FOLDS
    return folds
