"""Thresholds from data: the confidence from which a wanted share of what is answered is answered rightly.

A threshold is only as good as what it was read off. With fewer than `1 / (1 - precision)` answers one mistake more or
less decides, so there no threshold of an intent's own is chosen: that of all intents together stands in, or none at
all. (To raise it to what the few answers demand cost a tenth of the coverage: `docs/measurements.md`.) The choice is
made on all of the data, so the precision told is that of the data, not a promise.
"""

from dataclasses import dataclass
from math import ceil
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from adapters.assistants.embedded.trial import NONE_OF_THEM, Trial

#: A reading that is less likely than not is never acted on, whatever the data say; thousandths.
LOWEST = 500
_MOST_CONFUSIONS = 3
_LEAST_CONFUSION = 0.01

#: What a threshold was read off: the intent's own answers, those of all intents, or nothing (today's constant stays).
Basis = Literal["own", "all", "none"]


@dataclass(frozen=True)
class Confusion:
    """Another intent, and the share of an intent's confidence (0 to 1) that falls to it."""

    intent: str
    share: float


@dataclass(frozen=True)
class IntentTuning:
    """One intent's threshold in thousandths, what it rests on, and what it does on the data."""

    intent: str
    examples: int  # messages of this intent that were judged
    answers: int  # messages that were read as this intent at the lowest threshold
    threshold: int | None
    basis: Basis
    precision: float | None  # of the answers at the threshold; None where nothing is answered
    coverage: float  # of its messages, answered rightly at the threshold
    confusions: tuple[Confusion, ...]


@dataclass(frozen=True)
class Point:
    """One point of the coverage and precision curve, all intents together."""

    threshold: int
    coverage: float
    precision: float


@dataclass(frozen=True)
class Tuning:
    """What `tune` found."""

    wanted: float
    needed: int  # answers that a threshold must rest on
    common: int | None  # the threshold of all intents together
    intents: tuple[IntentTuning, ...]
    curve: tuple[Point, ...]  # by rising threshold


def tune(trial: Trial, wanted: float) -> Tuning:
    """Choose the threshold of each intent for a wanted precision in (0, 1); raises `ValueError` for another one."""
    if not 0 < wanted < 1:
        raise ValueError(f"The wanted precision must lie between 0 and 1, not {wanted}")
    needed = ceil(round(1 / (1 - wanted), 6))
    everything = np.ones(len(trial.expected), bool)
    common = _lowest(trial, everything, wanted, needed)
    intents = tuple(_tuned(trial, place, wanted, needed, common) for place in range(len(trial.intents)))
    return Tuning(wanted, needed, common, intents, _curve(trial))


def confusions_of(trial: Trial, place: int) -> tuple[Confusion, ...]:
    """The intents that an intent is nearest to: where the confidence in its held-back messages goes besides."""
    rows = trial.confidences[trial.expected == place]
    if not len(rows) or not rows.sum():
        return ()
    shares = rows.mean(axis=0) / rows.mean(axis=0).sum()
    order = [int(at) for at in np.argsort(-shares, kind="stable") if at != place]
    return tuple(
        Confusion(trial.intents[at], float(shares[at]))
        for at in order[:_MOST_CONFUSIONS]
        if shares[at] >= _LEAST_CONFUSION
    )


def _tuned(trial: Trial, place: int, wanted: float, needed: int, common: int | None) -> IntentTuning:
    is_read = trial.chosen == place
    own = _lowest(trial, is_read, wanted, needed)
    basis: Basis = "own" if own is not None else "all" if common is not None else "none"
    threshold = own if own is not None else common
    answered = is_read & (_thousandths(trial) >= (threshold if threshold is not None else LOWEST))
    is_its_own = trial.expected == place
    precision = _precision(trial, answered)
    return IntentTuning(
        intent=trial.intents[place],
        examples=int(is_its_own.sum()),
        answers=int((is_read & (_thousandths(trial) >= LOWEST)).sum()),
        threshold=threshold,
        basis=basis,
        precision=precision if threshold is not None else None,
        coverage=float((answered & is_its_own).sum() / max(1, is_its_own.sum())) if threshold is not None else 0.0,
        confusions=confusions_of(trial, place),
    )


def _lowest(trial: Trial, considered: NDArray[np.bool_], wanted: float, needed: int) -> int | None:
    """The lowest threshold from which on the wanted precision is kept by enough answers; None where it never is."""
    confidence = _thousandths(trial)
    kept = np.flatnonzero(considered & (confidence >= LOWEST))
    order = kept[np.argsort(-confidence[kept], kind="stable")]
    if len(order) < needed:
        return None
    weights, right = trial.weights[order], trial.is_right[order]
    precision = (weights * right).cumsum() / weights.cumsum()
    is_end = np.append(np.diff(confidence[order]) != 0, True)  # equal confidences are answered together or not at all
    good = np.flatnonzero((precision >= wanted) & is_end & (np.arange(1, len(order) + 1) >= needed))
    return int(confidence[order[good[-1]]]) if len(good) else None


def _curve(trial: Trial) -> tuple[Point, ...]:
    confidence, is_known = _thousandths(trial), trial.expected != NONE_OF_THEM
    known = float(trial.weights[is_known].sum()) or 1.0
    points = []
    for threshold in range(0, 1000, 10):
        answered = confidence >= threshold
        precision = _precision(trial, answered)
        if precision is not None:
            coverage = float(trial.weights[answered & trial.is_right].sum()) / known
            points.append(Point(threshold, coverage, precision))
    return tuple(points)


def _precision(trial: Trial, answered: NDArray[np.bool_]) -> float | None:
    weight = float(trial.weights[answered].sum())
    return float(trial.weights[answered & trial.is_right].sum()) / weight if weight else None


def _thousandths(trial: Trial) -> NDArray[np.int64]:
    return np.rint(trial.best * 1000).astype(np.int64)
