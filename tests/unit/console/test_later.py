"""Until when something is put off: on the clocks of the tenant's people."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from console.later import Later
from console.local_time import LocalTime
from domain.errors import InvalidInput

BERLIN = ZoneInfo("Europe/Berlin")
#: Already the 29th in Berlin.
NOW = datetime(2026, 11, 28, 23, 30, tzinfo=UTC)


def test_a_morning_is_one_where_people_are() -> None:
    """The day after theirs at nine by their clocks, and not by those of Greenwich."""
    assert Later(until="morning").moment(NOW, BERLIN) == datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert Later(until="hour").moment(NOW, BERLIN) == NOW + timedelta(hours=1)


def test_a_time_of_ones_own_is_read_there() -> None:
    """In summer too; what is no time, or before all of them, is told."""
    assert Later(until="then", then="2026-11-30T14:20").moment(NOW, BERLIN) == datetime(
        2026, 11, 30, 13, 20, tzinfo=UTC
    )
    assert Later(until="then", then="2026-07-01T14:20").moment(NOW, BERLIN) == datetime(2026, 7, 1, 12, 20, tzinfo=UTC)
    for wrong in ("", "soon", "0001-01-01T00:00"):
        with pytest.raises(InvalidInput, match="Choose a day and a time"):
            Later(until="then", then=wrong).moment(NOW, BERLIN)


def test_times_are_told_as_customers_were_told_them() -> None:
    """To the minute, unless more is asked for."""
    local = LocalTime(BERLIN)
    assert local(datetime(2026, 11, 30, 13, 20, tzinfo=UTC)) == "30 Nov 14:20"
    assert local(datetime(2026, 7, 1, 13, 20, tzinfo=UTC), "%H:%M %Z") == "15:20 CEST"
