"""From a history to the few facts that the checks need of it; what is stored is read as it is, by no code of ours."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from temporalio.api.common.v1 import Payloads
from temporalio.api.enums.v1 import EventType, WorkflowTaskFailedCause
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowExecution, WorkflowHistory

from runtime.verify.evidence import Canary, Performed, Run

#: A worker that died, a sticky queue that was reset and a signal that came in between are no faults of the code.
_HARMLESS = {
    WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND,
    WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_RESET_STICKY_TASK_QUEUE,
    WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND,
    WorkflowTaskFailedCause.WORKFLOW_TASK_FAILED_CAUSE_GRPC_MESSAGE_TOO_LARGE,
}


def distil(execution: WorkflowExecution, history: WorkflowHistory, canaries: Sequence[Canary]) -> Run:
    """Read one run."""
    events = history.events
    started = events[0].workflow_execution_started_event_attributes
    names = {
        event.event_id: event.activity_task_scheduled_event_attributes.activity_type.name
        for event in events
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED
    }
    repeated: Counter[str] = Counter()
    for event in events:
        if event.event_type == EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED:
            attributes = event.activity_task_started_event_attributes
            if attributes.attempt > 1:
                repeated[names[attributes.scheduled_event_id]] += 1
    return Run(
        workflow_id=execution.id,
        run_id=execution.run_id,
        status=execution.status.name if execution.status is not None else "UNKNOWN",
        continued_from=started.continued_execution_run_id or None,
        events=len(events),
        performed=tuple(_performed(event) for event in events if _is_performed(event, names)),
        repeated=dict(repeated),
        task_failures=tuple(_task_failures(events)),
        canaries=_found(events, canaries),
    )


def _is_performed(event: HistoryEvent, names: dict[int, str]) -> bool:
    if event.event_type != EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
        return False
    return names[event.activity_task_completed_event_attributes.scheduled_event_id] == "perform_action"


def _performed(event: HistoryEvent) -> Performed:
    result = _json(event.activity_task_completed_event_attributes.result)
    amount = result.get("amount") or {}
    return Performed(
        action_id=result["action_id"],
        name=result["name"],
        status=result["status"],
        amount=amount.get("amount"),
        currency=amount.get("currency"),
    )


def _json(payloads: Payloads) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(payloads.payloads[0].data)
    return value


def _task_failures(events: Sequence[HistoryEvent]) -> list[str]:
    found = []
    for event in events:
        if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
            cause = event.workflow_task_failed_event_attributes.cause
            if cause not in _HARMLESS:
                found.append(WorkflowTaskFailedCause.Name(cause).removeprefix("WORKFLOW_TASK_FAILED_CAUSE_").lower())
    return found


def _found(events: Sequence[HistoryEvent], canaries: Sequence[Canary]) -> tuple[str, ...]:
    if not canaries:
        return ()
    stored = b"\n".join(event.SerializeToString() for event in events)
    return tuple(canary.text for canary in canaries if canary.text.encode() in stored)
