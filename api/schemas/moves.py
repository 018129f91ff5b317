"""Operators' moves and customers' ratings."""

from typing import Annotated

from pydantic import Field

from api.schemas.base import Body, WholeNumber, example
from domain.ids import ActionId, TicketId
from domain.model import Model
from domain.text import ReasonText
from domain.ticket import TicketStatus

_LARGEST_SEQ = 2**31 - 1


class EmptyBody(Body):
    """Nothing needs to be said."""


class HandBackBody(Body):
    """Up to which message the operator has dealt with things."""

    watermark: Annotated[WholeNumber, Field(ge=0, le=_LARGEST_SEQ)] | None = Field(
        default=None,
        description="The assistant goes on with the messages after this one; left out, with those still to come.",
    )


class UndoBody(Body):
    """Which action is to be taken back."""

    model_config = example(action_id="T-7H3K9QWZ/a1")

    action_id: ActionId = Field(description="The action, as the ticket's history names it.")


class MoveView(Model):
    """A move was accepted; the ticket follows."""

    ticket_id: TicketId
    status: TicketStatus = Field(description="Where the ticket stood when the move was accepted.")


class RatingBody(Body):
    """What the customer thinks of how the ticket was handled."""

    model_config = example(score=5, comment="Quick and friendly.")

    score: Annotated[WholeNumber, Field(ge=1, le=5)]
    comment: ReasonText | None = None
