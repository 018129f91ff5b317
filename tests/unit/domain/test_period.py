"""Days and weeks in a tenant's time zone."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from domain.period import Period, Step


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Africa/Cairo", "America/Havana", "Pacific/Apia"])
@pytest.mark.parametrize("step", ["day", "week"])
def test_every_moment_is_in_the_step_of_its_day(zone: str, step: Step) -> None:
    """By the clock on the wall, hour by hour through a year of changes; no gap, no overlap."""
    period = Period(first=date(2011, 3, 1), last=date(2012, 3, 31), step=step, time_zone=zone)
    buckets = period.buckets()
    assert (buckets[0].begins_at, buckets[-1].ends_at) == (period.begins_at, period.ends_at)
    assert all(before.ends_at == after.begins_at for before, after in pairwise(buckets))
    for bucket in buckets:
        moment = bucket.begins_at
        while moment < bucket.ends_at:
            day = moment.astimezone(ZoneInfo(zone)).date()
            begun = day if step == "day" else max(day - timedelta(days=day.weekday()), period.first)
            assert begun == bucket.starts_on
            moment += timedelta(minutes=30)


def test_a_day_of_a_changed_clock_has_another_length() -> None:
    """23 hours when the clock goes forward, 25 when it goes back."""
    for day, hours in ((date(2026, 3, 29), 23), (date(2026, 10, 25), 25)):
        [bucket] = Period(first=day, last=day, time_zone="Europe/Berlin").buckets()
        assert bucket.ends_at - bucket.begins_at == timedelta(hours=hours)
    assert bucket.begins_at == datetime(2026, 10, 24, 22, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "../etc/passwd", "Europe", "", "x" * 9_000])
def test_a_time_zone_that_is_none_is_refused(zone: str) -> None:
    """In words, not with a failure of the file system."""
    with pytest.raises(ValidationError, match="no such time zone"):
        Period(first=date(2026, 1, 1), last=date(2026, 1, 1), time_zone=zone)
