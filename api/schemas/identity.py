"""Proving who writes by a one-time code, and what a customer sees of a ticket."""

from typing import Annotated

from pydantic import Field, StringConstraints

from api.schemas.base import Body, example
from domain.identity import CODE_DIGITS, CODE_LIFETIME
from domain.ids import TicketId
from domain.message import Message
from domain.model import Model
from domain.ticket import TicketStatus


class CodeView(Model):
    """A code was asked for. The answer is the same whether or not the customer is known."""

    ticket_id: TicketId
    digits: int = CODE_DIGITS
    lifetime_seconds: int = int(CODE_LIFETIME.total_seconds())


class ProofBody(Body):
    """The code that the customer was sent."""

    model_config = example(code="4821 7730")

    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}[ -]?[0-9]{4}$")] = Field(repr=False)


class ConversationView(Model):
    """What the customer of a ticket may see of it."""

    ticket_id: TicketId
    status: TicketStatus
    messages: tuple[Message, ...]
