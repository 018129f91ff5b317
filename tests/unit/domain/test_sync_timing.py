"""When a source is read again: so long after its last reading, and less and less often while it fails."""

from datetime import UTC, datetime, timedelta

import pytest

from domain.sync_timing import next_sync

SINCE = datetime(2026, 12, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("every", "failures", "wait"),
    [
        (6 * HOUR, 0, 6 * HOUR),
        (6 * HOUR, 1, 12 * HOUR),
        (6 * HOUR, 2, DAY),
        (6 * HOUR, 9, DAY),
        (HOUR / 4, 3, 2 * HOUR),
        (HOUR / 4, 5_000, DAY),
        (7 * DAY, 0, 7 * DAY),
        (7 * DAY, 4, 7 * DAY),
    ],
)
def test_each_failure_doubles_the_wait_up_to_a_day(every: timedelta, failures: int, wait: timedelta) -> None:
    """A source that is read less often than once a day keeps its rhythm."""
    assert next_sync(every, SINCE, failures) == SINCE + wait
