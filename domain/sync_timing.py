"""When a source that keeps itself up to date is read again, and what its timer is told."""

from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field

from domain.ids import TenantId
from domain.ingestion import SourceId
from domain.model import Model

#: As people set it: a help centre does not change by the minute, and whoever hosts it is not to be worn out.
SHORTEST, LONGEST = timedelta(minutes=15), timedelta(days=30)
#: A source that fails is tried less and less often, but at least once in this time, or as often as when it is well.
LONGEST_AFTER_FAILURES = timedelta(days=1)
_MOST_DOUBLINGS = 16


def next_sync(every: timedelta, since: datetime, failures: int) -> datetime:
    """When to read a source again.

    `since` is when its last reading ended, or began if it has not ended, or when it was added if there was none.
    `failures` counts the failed readings since the last good one: each doubles the wait.
    """
    wait = every * (1 << min(failures, _MOST_DOUBLINGS))
    return since + min(wait, max(every, LONGEST_AFTER_FAILURES))


def timer_id(tenant: TenantId, source_id: SourceId) -> str:
    """Name the workflow that waits for a source's next reading: one for each source."""
    return f"knowledge-timer:{tenant}:{source_id}"


class TimerAsk(Model):
    """Keep a source up to date."""

    tenant: TenantId
    source_id: SourceId


class PlanSyncAsk(TimerAsk):
    """Say when a source is to be read again, at the workflow's time."""

    now: datetime


class SyncPlan(Model):
    """The next reading, and how long until then; `run` is None where there is to be none."""

    run: Annotated[int, Field(ge=1)] | None = None
    due_in: timedelta = timedelta(0)
