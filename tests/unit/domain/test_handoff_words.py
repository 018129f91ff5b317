"""Why a person takes over, in words that people read."""

import pytest

from domain.handoff import HandoffReason, why


@pytest.mark.parametrize("reason", HandoffReason)
def test_every_reason_is_a_sentence(reason: HandoffReason) -> None:
    """None is shown as its bare label, and each goes on after "because"."""
    told = why(reason)
    assert told != reason.replace("_", " ")
    assert " " in told
    assert told[0].islower()
    assert not told.endswith(".")


def test_a_reason_of_a_newer_release_is_still_readable() -> None:
    """It loses its underscores."""
    assert why("some_new_reason") == "some new reason"
