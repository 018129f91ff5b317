"""Events and histories."""

from datetime import datetime

from pydantic import Field, JsonValue

from domain.event import EventKind, TicketEvent
from domain.ids import TicketId
from domain.model import Model


class EventView(Model):
    """One thing that happened: ids, labels and amounts, never words."""

    ticket_id: TicketId
    seq: int
    kind: EventKind
    at: datetime
    body: dict[str, JsonValue]

    @classmethod
    def of(cls, ticket_id: TicketId, event: TicketEvent) -> "EventView":
        """Show an event."""
        return cls(ticket_id=ticket_id, **dict(event))


class EventListView(Model):
    """A ticket's events in order."""

    events: tuple[EventView, ...]


class HistoryLine(Model):
    """One event, told."""

    seq: int
    at: datetime
    kind: EventKind
    text: str


class WorkflowEventView(Model):
    """One event of Temporal's history."""

    id: int
    at: datetime
    type: str
    name: str | None
    summary: str | None
    attempt: int | None = Field(default=None, description="Of an activity that has ended: how often it was tried.")
    milliseconds: int | None = Field(
        default=None, description="Of an activity that has ended: how long it took, waiting and attempts included."
    )


class WorkflowRunView(Model):
    """One run of a ticket's workflow; a long life is several."""

    run_id: str
    events: tuple[WorkflowEventView, ...]


class HistoryView(Model):
    """A ticket's life, told by code from its events; with `raw`, as Temporal keeps it."""

    ticket_id: TicketId
    lines: tuple[HistoryLine, ...] = ()
    workflow_id: str | None = None
    runs: tuple[WorkflowRunView, ...] = ()
