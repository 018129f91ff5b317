"""Operators' time on tickets."""

from typing import Annotated

from pydantic import Field, model_validator

from api.schemas.base import TICKET, Body, WholeNumber, example
from domain.handling import Beat, HandlingTotal
from domain.ids import ActionId, TicketId
from domain.model import Model
from domain.money import Money

_DAY_MS = 86_400_000
Milliseconds = Annotated[WholeNumber, Field(ge=0, le=_DAY_MS)]


class HandlingBody(Body):
    """A heartbeat of a console: the time since the one before, on one ticket or one of its approvals."""

    model_config = example(ticket_id=TICKET, session_id="s-4f1d9a20c3", seq=12, open_ms=15000, active_ms=9000)

    ticket_id: TicketId | None = None
    approval_id: ActionId | None = Field(default=None, description="Instead of the ticket, or one of the ticket's.")
    session_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$", description="Made anew for each page view.")]
    seq: Annotated[WholeNumber, Field(ge=1, le=10_000_000, description="Counts the session's heartbeats, from 1.")]
    open_ms: Milliseconds = Field(description="How long it was before the operator's eyes: the page was visible.")
    active_ms: Milliseconds = Field(description="How much of that the operator was at it: input in the last minute.")

    @model_validator(mode="after")
    def _is_about_one_ticket(self) -> "HandlingBody":
        if self.approval_id is None and self.ticket_id is None:
            raise ValueError("Name the ticket or the approval.")
        if None not in {self.approval_id, self.ticket_id} and str(self.approval_id).split("/")[0] != self.ticket_id:
            raise ValueError("The approval is another ticket's.")
        return self

    @property
    def beat(self) -> Beat:
        """The heartbeat."""
        ticket_id = self.ticket_id or str(self.approval_id).split("/")[0]
        return Beat(**self.model_dump(exclude={"ticket_id"}), ticket_id=ticket_id)


class HandlingView(Model):
    """What is on record of the ticket now, in milliseconds."""

    ticket_id: TicketId
    open_ms: int
    active_ms: int


class HandlingCost(HandlingTotal):
    """A procedure's day, with what the active time costs at the tenant's hourly rate."""

    cost: Money | None = Field(description="Null where the tenant's file names no `operator_hour`.")
