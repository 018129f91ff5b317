"""How often an activity was tried and how long it took, told by the events of Temporal's history."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.api.common.v1 import Payloads
from temporalio.api.history.v1 import HistoryEvent

_ENDS = frozenset(f"activity_task_{end}_event_attributes" for end in ("completed", "failed", "timed_out", "canceled"))


@dataclass(frozen=True, slots=True)
class Effort:
    """What an activity took: from when it was asked for to its end, attempts and waiting included."""

    attempt: int
    took: timedelta

    @property
    def milliseconds(self) -> int:
        """The same, in whole milliseconds."""
        return max(round(self.took.total_seconds() * 1000), 0)


@dataclass(slots=True)
class Efforts:
    """Reads the events of one run in their order.

    An activity's scheduling, start and end are events. Local activities run within a workflow task, one after another,
    and leave a marker each: the SDK keeps in it what time the workflow's clock showed at the end, so that the time of
    one is the time since the one before it, or since the task began.
    """

    _seen: dict[int, HistoryEvent] = field(default_factory=dict)
    _clock: datetime | None = None

    def of(self, event: HistoryEvent) -> Effort | None:
        """The effort that ends with this event; None for an event that ends none."""
        self._seen[event.event_id] = event
        kind = event.WhichOneof("attributes")
        if kind == "workflow_task_started_event_attributes":
            self._clock = event.event_time.ToDatetime(tzinfo=UTC)
        if kind == "marker_recorded_event_attributes":
            return self._local(local_data(event.marker_recorded_event_attributes.details))
        about = getattr(event, kind) if kind in _ENDS else None
        scheduled = self._seen.get(about.scheduled_event_id) if about is not None else None
        if about is None or scheduled is None:
            return None
        started = self._seen.get(about.started_event_id)
        attempt = started.activity_task_started_event_attributes.attempt if started is not None else 1
        return Effort(attempt, event.event_time.ToDatetime() - scheduled.event_time.ToDatetime())

    def _local(self, data: Mapping[str, Any]) -> Effort | None:
        before, end = self._clock, _moment(data.get("complete_time"))
        if end is None:
            return None
        self._clock = end
        return Effort(int(data.get("attempt", 1)), end - before) if before is not None else None


def local_data(details: Mapping[str, Payloads]) -> dict[str, Any]:
    """What the SDK keeps of a local activity in its marker; empty for a marker of another kind."""
    try:
        data = json.loads(details["data"].payloads[0].data)
    except (KeyError, IndexError, ValueError, TypeError):
        return {}
    return data if isinstance(data, dict) else {}


def _moment(kept: object) -> datetime | None:
    match kept:
        case {"seconds": int() as seconds, "nanos": int() as nanos}:
            return datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=nanos // 1000)
        case _:
            return None
