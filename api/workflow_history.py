"""Temporal's own history of a ticket, summarised: when, which kind of event, its name, attempts and time taken.

Payloads are not shown: ids and labels in them mean little to people, and the ticket's own history tells more.
"""

import json
from collections.abc import Mapping
from datetime import UTC
from typing import Any

from temporalio.api.common.v1 import Payloads
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from api.schemas.events import WorkflowEventView, WorkflowRunView
from api.workflow_effort import Effort, Efforts, local_data
from domain.errors import Unavailable
from domain.ids import TicketId, workflow_id

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
    efforts = Efforts()
    async for event in handle.fetch_history_events():
        if event.HasField("workflow_execution_started_event_attributes"):
            started = event.workflow_execution_started_event_attributes
            run_id, previous = started.original_execution_run_id, started.continued_execution_run_id
        names[event.event_id] = name = _name(event, names)
        events.append(_view(event, name, efforts.of(event)))
    return WorkflowRunView(run_id=run_id, events=tuple(events)), previous


def _no_answer() -> Unavailable:
    return Unavailable("Temporal does not answer now; try again.")


def _view(event: HistoryEvent, name: str | None, effort: Effort | None) -> WorkflowEventView:
    kind = EventType.Name(event.event_type).removeprefix("EVENT_TYPE_")
    summary = event.user_metadata.summary.data
    return WorkflowEventView(
        id=event.event_id,
        at=event.event_time.ToDatetime(tzinfo=UTC),
        type="".join(word.capitalize() for word in kind.split("_")),
        name=name,
        summary=str(json.loads(summary)) if summary else None,
        attempt=effort.attempt if effort is not None else None,
        milliseconds=effort.milliseconds if effort is not None else None,
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
    name = local_data(details).get("activity_type")
    return None if name is None else str(name)
