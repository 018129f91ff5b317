"""Thresholds from data: as precise as wanted, as low as that allows, and none where the data are too few."""

import numpy as np
import pytest

from adapters.assistants.embedded.trial import NONE_OF_THEM, Trial
from adapters.assistants.embedded.tuning import LOWEST, tune

_INTENTS = ("a", "b")


def trial(*rows: tuple[int, int, float]) -> Trial:
    """Messages as `(right, read as, how sure)`; what is left of the confidence goes to the other intent, in part."""
    confidences = np.zeros((len(rows), 2), np.float32)
    for at, (_, chosen, sure) in enumerate(rows):
        confidences[at, chosen] = sure
        confidences[at, 1 - chosen] = (1 - sure) / 2
    expected = np.array([right for right, _, _ in rows], np.intp)
    return Trial(_INTENTS, ("",) * len(rows), expected, confidences, np.full(len(rows), 1 / len(rows)))


def test_the_lowest_threshold_that_keeps_the_precision() -> None:
    """20 answers, of which the surest 15 are right: at 0.9 the threshold stands above most of the mistakes."""
    rows = [(0, 0, 0.99 - at / 100) for at in range(15)] + [(1, 0, 0.80 - at / 100) for at in range(5)]
    tuned = tune(trial(*rows), 0.9).intents[0]
    assert (tuned.basis, tuned.threshold, tuned.answers) == ("own", 800, 20)
    assert tuned.precision == pytest.approx(15 / 16)
    assert tuned.coverage == 1.0


def test_too_few_answers_give_no_threshold_of_their_own() -> None:
    """Two answers say nothing of one in ten: the threshold of all together stands in."""
    many = [(0, 0, 0.99 - at / 100) for at in range(20)]
    few = [(1, 1, 0.95), (0, 1, 0.90)]
    tuning = tune(trial(*many, *few), 0.9)
    own, other = tuning.intents
    assert own.basis == "own"
    assert (other.basis, other.threshold, other.answers) == ("all", tuning.common, 2)
    assert other.precision == 0.5


def test_data_that_never_are_so_precise_give_none() -> None:
    """No threshold is made up, and the counts say why."""
    wrong = [(NONE_OF_THEM, 0, 0.9)] * 10 + [(0, 0, 0.9)] * 10
    tuning = tune(trial(*wrong), 0.9)
    assert (tuning.common, tuning.needed) == (None, 10)
    assert {(it.threshold, it.basis, it.precision, it.coverage) for it in tuning.intents} == {(None, "none", None, 0.0)}
    assert tuning.intents[0].answers == 20


def test_nothing_is_acted_on_that_is_less_likely_than_not() -> None:
    """However right the data are."""
    tuning = tune(trial(*[(0, 0, 0.40)] * 50, *[(0, 0, 0.70)] * 20), 0.9)
    assert tuning.intents[0].threshold == 700 > LOWEST


def test_confusions_are_where_confidence_goes() -> None:
    """The other intent's share, of the messages of this one."""
    tuned = tune(trial(*[(0, 0, 0.8)] * 10), 0.9).intents[0]
    [confusion] = tuned.confusions
    assert confusion.intent == "b"
    assert confusion.share == pytest.approx(0.1 / 0.9, abs=0.001)


def test_the_curve_falls_in_coverage() -> None:
    """A higher threshold never covers more."""
    rows = [(0, 0, 0.3 + at / 100) for at in range(60)] + [(NONE_OF_THEM, 0, 0.4)] * 20
    points = tune(trial(*rows), 0.9).curve
    covered = [point.coverage for point in points]
    assert covered == sorted(covered, reverse=True)
    assert points[0].precision < points[-1].precision


@pytest.mark.parametrize("wanted", [0.0, 1.0, 98.0])
def test_a_precision_is_a_share(wanted: float) -> None:
    """98 is no share."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        tune(trial((0, 0, 0.9)), wanted)
