"""Operators' moves and customers' ratings."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from api.schemas.base import LARGEST_SEQ, Body, WholeNumber, example
from domain.ids import ActionId, Label, TicketId
from domain.model import Model
from domain.text import MessageText, ReasonText
from domain.ticket import TicketStatus

OperatorId = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[^\x00-\x1f\x7f]+$")]
Ref = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$")]


class EmptyBody(Body):
    """Nothing needs to be said."""


class HandBackBody(Body):
    """Up to which message the operator has dealt with things."""

    watermark: Annotated[WholeNumber, Field(ge=0, le=LARGEST_SEQ)] | None = Field(
        default=None,
        description="The assistant goes on with the messages after this one; left out, with those nobody has answered.",
    )


class UndoBody(Body):
    """Which action is to be taken back."""

    model_config = example(action_id="T-7H3K9QWZ/a1")

    action_id: ActionId = Field(description="The action, as the ticket's history names it.")


class SettleBody(Body):
    """What somebody found out of an effect that nobody was sure of."""

    model_config = example(
        action_id="T-7H3K9QWZ/a1", finding="did_not_take_place", reason="Asked the provider: no such refund."
    )

    action_id: ActionId = Field(description="The action, as the ticket's history names it.")
    finding: Literal["took_place", "did_not_take_place"] = Field(
        description="`did_not_take_place` lets the same thing be done again; be sure."
    )
    reason: ReasonText = Field(description="How they found out; kept, and shown to operators alone.")
    ref: Ref | None = Field(default=None, description="The system of record's own id of it, if it has one.")


class SettledEffectView(Model):
    """An effect that a person settled."""

    ticket_id: TicketId
    action_id: ActionId
    action: Label
    finding: Literal["took_place", "did_not_take_place"]
    settled_by: str
    at: datetime


class AssignBody(Body):
    """To whom the ticket is given: an operator or a queue."""

    model_config = example(queue="billing")

    operator: OperatorId | None = Field(default=None, description="An operator's id.")
    queue: Label | None = Field(default=None, description="One of the workspace's queues.")

    @model_validator(mode="after")
    def _one_of_them(self) -> "AssignBody":
        if (self.operator is None) == (self.queue is None):
            raise ValueError("Name one of `operator` and `queue`.")
        return self


class NoteBody(Body):
    """What operators tell one another."""

    model_config = example(text="Called the carrier; they search until Friday.")

    text: MessageText


class PutOffBody(Body):
    """Until when an operator does not want to see the ticket among what waits for them."""

    model_config = example(until="2026-12-04T08:00:00Z")

    until: AwareDatetime


class PutOffView(Model):
    """A ticket is put off, for one operator."""

    ticket_id: TicketId
    until: datetime


class MoveView(Model):
    """A move was accepted; the ticket follows."""

    ticket_id: TicketId
    status: TicketStatus = Field(description="Where the ticket stood when the move was accepted.")


class RatingBody(Body):
    """What the customer thinks of how the ticket was handled."""

    model_config = example(score=5, comment="Quick and friendly.")

    score: Annotated[WholeNumber, Field(ge=1, le=5)]
    comment: ReasonText | None = None
