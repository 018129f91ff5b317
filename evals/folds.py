"""Splitting data into folds by what belongs together, so that nothing that is judged was seen in training."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

FOLDS = 5
Mask = NDArray[np.bool_]
Setting = TypeVar("Setting")


def folds(groups: Sequence[str], *, seed: int = 0, count: int = FOLDS) -> Iterator[tuple[Mask, Mask]]:
    """Yield (train, judge) masks over the rows; rows of one group are always judged together.

    Raises ValueError if there are fewer groups than folds.
    """
    names = sorted(set(groups))
    if len(names) < count:
        raise ValueError(f"{len(names)} groups of rows that belong together, where {count} are needed")
    order = np.random.default_rng(seed).permutation(len(names))
    fold_of = {name: int(place) % count for name, place in zip(names, order, strict=True)}
    fold = np.array([fold_of[group] for group in groups])
    for number in range(count):
        yield fold != number, fold == number


def chosen(
    settings: Sequence[Setting],
    truth: NDArray[np.intp],
    groups: Sequence[str],
    classes: Sequence[str],
    say: Callable[[Setting, Mask, Mask], NDArray[np.intp]],
) -> Setting:
    """The setting with the best macro-F1 over folds of the *training* rows given here: what is judged has no say.

    `say(setting, seen, held)` answers the rows `held`, fitted on the rows `seen`. The first of equals is taken.
    Raises ValueError if there are fewer groups than folds.
    """

    def score(setting: Setting) -> float:
        said = np.zeros_like(truth)
        for seen, held in folds(groups):
            said[held] = say(setting, seen, held)
        return class_scores(truth, said, classes)["macro_f1"]

    return max(settings, key=score)


def class_scores(truth: NDArray[np.intp], said: NDArray[np.intp], classes: Sequence[str]) -> dict[str, float]:
    """Macro-F1, balanced accuracy, accuracy and the F1 of each class; a class that nobody names scores 0."""
    f1, recalls = {}, []
    for number, name in enumerate(classes):
        hits = int(((truth == number) & (said == number)).sum())
        named = int((truth == number).sum() + (said == number).sum())
        f1[f"f1_{name}"] = 2 * hits / named if named else 0.0
        recalls.append(hits / max(int((truth == number).sum()), 1))
    return {
        "macro_f1": sum(f1.values()) / len(classes),
        "balanced_accuracy": sum(recalls) / len(classes),
        "accuracy": float((truth == said).mean()),
        **f1,
    }
