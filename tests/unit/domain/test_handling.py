"""Operators' time: what is believed of a heartbeat, and what it costs."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.handling import Beat, capped, cost_of
from domain.money import Money


def beat(open_ms: int, active_ms: int) -> Beat:
    """A heartbeat."""
    return Beat(ticket_id="T-00000001", session_id="s-12345678", seq=1, open_ms=open_ms, active_ms=active_ms)


@pytest.mark.parametrize(
    ("open_ms", "active_ms", "since_session", "since_active", "believed"),
    [
        (15_000, 9_000, 15.1, 15.1, (15_000, 9_000)),
        (15_000, 15_000, 15.1, 4.0, (15_000, 4_000)),  # active in another tab four seconds ago
        (90_000, 90_000, None, None, (60_000, 60_000)),  # a first heartbeat cannot tell of more than a minute
        (90_000, 95_000, 5.0, None, (5_000, 5_000)),
        (15_000, 15_000, -3.0, -3.0, (0, 0)),  # the clock was set back
    ],
)
def test_nobody_works_longer_than_time_passes(
    open_ms: int, active_ms: int, since_session: float | None, since_active: float | None, believed: tuple[int, int]
) -> None:
    """Open time ends with the session's last heartbeat, active time with the operator's."""
    spans = [None if span is None else timedelta(seconds=span) for span in (since_session, since_active)]
    assert capped(beat(open_ms, active_ms), *spans) == believed


@given(st.lists(st.tuples(st.integers(0, 30_000), st.integers(0, 100_000), st.integers(0, 100_000))))
def test_the_active_time_of_all_tabs_is_never_more_than_the_clock_shows(beats: list[tuple[int, int, int]]) -> None:
    """Whatever an operator's tabs claim: a minute for the first heartbeat, then no more than has passed."""
    now, total = 0, 0
    last: int | None = None
    for passed, opened, active in beats:
        now += passed
        since = None if last is None or now - last > 60_000 else timedelta(milliseconds=now - last)
        counted = capped(beat(opened, active), None, since)[1]
        total += counted
        last = now if counted else last
    assert total <= 60_000 + now


def test_an_hour_costs_an_hour() -> None:
    """Half a minor unit is rounded up."""
    rate = Money(amount=3_600, currency="EUR")
    assert [cost_of(ms, rate).amount for ms in (3_600_000, 1_000, 499, 500, 0)] == [3_600, 1, 0, 1, 0]
