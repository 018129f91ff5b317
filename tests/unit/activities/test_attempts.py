"""One attempt of an action is over before Temporal begins the next, however slow the system of record is."""

from datetime import timedelta

from activities.actions import LOOK_UPS
from adapters.backends.declared.declaration import MOST_MS
from domain.watching import ATTEMPT, SENT_FOR
from workflows.options import NORMAL

PERFORM = NORMAL["perform_action"]


def test_an_attempt_is_cut_short_before_the_next_one_begins() -> None:
    """Or a slow one would still send while its successor looks up; a dead worker is noticed by its heartbeats."""
    assert PERFORM["start_to_close_timeout"] > ATTEMPT
    assert PERFORM["heartbeat_timeout"] <= timedelta(seconds=20)
    assert PERFORM["schedule_to_close_timeout"] == SENT_FOR < timedelta(hours=24)


def test_a_write_and_its_look_ups_fit_into_an_attempt() -> None:
    """At the longest timeout that a declaration may ask for: the look-up before it, the write, and those after it."""
    calls = 1 + 1 + len(LOOK_UPS)
    assert timedelta(milliseconds=MOST_MS) * calls + timedelta(seconds=sum(LOOK_UPS)) <= ATTEMPT
