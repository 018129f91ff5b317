"""Attempts and times of activities, from the events of Temporal's history as the server and the SDK write them."""

import json
from datetime import UTC, datetime, timedelta

from temporalio.api.common.v1 import Payload, Payloads
from temporalio.api.history.v1 import HistoryEvent

from api.workflow_effort import Effort, Efforts

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)


def _event(number: int, milliseconds: int) -> HistoryEvent:
    event = HistoryEvent(event_id=number)
    event.event_time.FromDatetime(AT + timedelta(milliseconds=milliseconds))
    return event


def _marker(number: int, ended: int, attempt: int = 1) -> HistoryEvent:
    end = AT + timedelta(milliseconds=ended)
    data = {
        "activity_type": "plan_step",
        "attempt": attempt,
        "complete_time": {"seconds": int(end.timestamp()), "nanos": end.microsecond * 1000},
    }
    event = _event(number, 5_000)
    payload = Payload(data=json.dumps(data).encode())
    event.marker_recorded_event_attributes.details["data"].CopyFrom(Payloads(payloads=[payload]))
    return event


def test_an_activity_is_timed_from_its_scheduling_over_all_attempts() -> None:
    """The start tells how many there were."""
    scheduled, started, completed = _event(1, 0), _event(2, 900), _event(3, 1000)
    scheduled.activity_task_scheduled_event_attributes.activity_id = "1"
    started.activity_task_started_event_attributes.attempt = 3
    completed.activity_task_completed_event_attributes.scheduled_event_id = 1
    completed.activity_task_completed_event_attributes.started_event_id = 2
    efforts = Efforts()
    assert [efforts.of(event) for event in (scheduled, started)] == [None, None]
    assert efforts.of(completed) == Effort(3, timedelta(seconds=1))


def test_local_activities_are_timed_one_after_another() -> None:
    """From the begin of the task to the first one's end, and on from there; a marker of another kind has no time."""
    task = _event(1, 100)
    task.workflow_task_started_event_attributes.identity = "w"
    other = _event(5, 0)
    other.marker_recorded_event_attributes.marker_name = "patch"
    efforts = Efforts()
    took = [efforts.of(event) for event in (task, _marker(2, 130), _marker(3, 180, attempt=2), other)]
    assert took == [None, Effort(1, timedelta(milliseconds=30)), Effort(2, timedelta(milliseconds=50)), None]
