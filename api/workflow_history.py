"""Temporal's own history of a ticket, summarised: when, which kind of event, its name, attempts and time taken.

Payloads are not shown: ids and labels in them mean little to people, and the ticket's own history tells more.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from temporalio.api.common.v1 import Payloads
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from api.schemas.events import WorkflowEventView, WorkflowRunView
from domain.errors import Unavailable
from domain.ids import TicketId, workflow_id

_ENDS = frozenset(f"activity_task_{end}_event_attributes" for end in ("completed", "failed", "timed_out", "canceled"))
#: A ticket that lives for months continues as new a few times; more runs than this nobody reads.
MOST_RUNS = 20


async def read_runs(client: Client, ticket_id: TicketId) -> tuple[WorkflowRunView, ...]:
    """Return the runs that Temporal still keeps, the oldest first; none for a ticket it does not know (any more).

    Raises:
        Unavailable: Temporal does not answer now.
    """
    runs: list[WorkflowRunView] = []
    run_id: str | None = None
    try:
        while len(runs) < MOST_RUNS:
            handle = client.get_workflow_handle(workflow_id(ticket_id), run_id=run_id)
            run, run_id = await _read_run(handle)
            runs.append(run)
            if not run_id:
                break
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise _no_answer() from None
    except RuntimeError:  # what the SDK raises for a refused connection
        raise _no_answer() from None
    return tuple(reversed(runs))


async def _read_run(handle: WorkflowHandle[Any, Any]) -> tuple[WorkflowRunView, str]:
    """One run, and the id of the run it continues, or ""."""
    events = []
    run_id = previous = ""
    names: dict[int, str | None] = {}
    begun: dict[int, HistoryEvent] = {}
    async for event in handle.fetch_history_events():
        if event.HasField("workflow_execution_started_event_attributes"):
            started = event.workflow_execution_started_event_attributes
            run_id, previous = started.original_execution_run_id, started.continued_execution_run_id
        names[event.event_id] = name = _name(event, names)
        events.append(_view(event, name, _effort(event, begun)))
        begun[event.event_id] = event
    return WorkflowRunView(run_id=run_id, events=tuple(events)), previous


def _no_answer() -> Unavailable:
    return Unavailable("Temporal does not answer now; try again.")


@dataclass(frozen=True, slots=True)
class _Effort:
    attempt: int
    took: timedelta


def _effort(event: HistoryEvent, begun: Mapping[int, HistoryEvent]) -> _Effort | None:
    """How often an activity was tried and how long it took, told by the event of its end; None for other events.

    A local activity's marker holds both; of any other, its scheduling and its last start are events of their own.
    """
    if event.HasField("marker_recorded_event_attributes"):
        data = _local_data(event.marker_recorded_event_attributes.details)
        start, end = (_at(data.get(name)) for name in ("original_schedule_time", "complete_time"))
        return _Effort(int(data.get("attempt", 1)), end - start) if start is not None and end is not None else None
    kind = event.WhichOneof("attributes")
    about = getattr(event, kind) if kind in _ENDS else None
    scheduled = begun.get(about.scheduled_event_id) if about is not None else None
    if about is None or scheduled is None:
        return None
    started = begun.get(about.started_event_id)
    attempt = started.activity_task_started_event_attributes.attempt if started is not None else 1
    return _Effort(attempt, event.event_time.ToDatetime() - scheduled.event_time.ToDatetime())


def _at(moment: object) -> datetime | None:
    """A time as the SDK's core writes it into a marker: seconds and nanoseconds."""
    match moment:
        case {"seconds": int() as seconds, "nanos": int() as nanos}:
            return datetime.fromtimestamp(seconds, UTC) + timedelta(microseconds=nanos // 1000)
        case _:
            return None


def _view(event: HistoryEvent, name: str | None, effort: _Effort | None) -> WorkflowEventView:
    kind = EventType.Name(event.event_type).removeprefix("EVENT_TYPE_")
    summary = event.user_metadata.summary.data
    return WorkflowEventView(
        id=event.event_id,
        at=event.event_time.ToDatetime(tzinfo=UTC),
        type="".join(word.capitalize() for word in kind.split("_")),
        name=name,
        summary=str(json.loads(summary)) if summary else None,
        attempt=effort.attempt if effort is not None else None,
        milliseconds=round(effort.took.total_seconds() * 1000) if effort is not None else None,
    )


def _name(event: HistoryEvent, names: Mapping[int, str | None]) -> str | None:
    """What the event is about: an activity, an update or a workflow by name; an outcome is named as what it ends."""
    about = getattr(event, event.WhichOneof("attributes") or "", None)
    match about:
        case object(activity_type=kind) | object(workflow_type=kind) if kind.name:
            return str(kind.name)
        case object(accepted_request=request):
            return str(request.input.name)
        case object(scheduled_event_id=earlier) | object(started_event_id=earlier) | object(accepted_event_id=earlier):
            return names.get(earlier)
        case object(marker_name=marker, details=details):
            return _local_activity(details) or str(marker)
        case _:
            return None


def _local_activity(details: Mapping[str, Payloads]) -> str | None:
    """The activity a marker stands for: the SDK keeps its name in the marker's own data."""
    name = _local_data(details).get("activity_type")
    return None if name is None else str(name)


def _local_data(details: Mapping[str, Payloads]) -> dict[str, Any]:
    """What the SDK keeps of a local activity; empty for a marker of another kind."""
    try:
        data = json.loads(details["data"].payloads[0].data)
    except (KeyError, IndexError, ValueError, TypeError):
        return {}
    return data if isinstance(data, dict) else {}
