"""What the widget sends and is shown: the public conversation, and where it stands."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from api.schemas.base import Body
from domain.ids import TicketId
from domain.message import AuthorKind
from domain.model import Model
from domain.text import MessageText
from domain.ticket import TicketStatus, WaitingFor
from store.visits import Visit

#: An email address or an order's number, as people type it.
AccountName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=254)]


class WordsBody(Body):
    """What a customer writes."""

    text: MessageText


class ClaimBody(Body):
    """Which account a visitor says is theirs, and what they want of it."""

    account: AccountName = Field(repr=False)
    text: MessageText


class VisitorView(Model):
    """A new visitor's secret; it is shown once."""

    visitor: str


class VisitListView(Model):
    """The customer's own tickets, the newest first."""

    tickets: tuple[Visit, ...]


class SaidView(Model):
    """One message, with the name of the operator who wrote it."""

    seq: int
    author: AuthorKind
    name: str | None
    text: str
    at: datetime
    files: tuple[str, ...]


class QuestionView(Model):
    """What the assistant waits to be told; `choices` are texts that stand in its message and answer it."""

    asks: Literal["confirmation", "choice", "identity"]
    choices: tuple[str, ...] = ()


class StateView(Model):
    """Where a ticket stands for its customer."""

    ticket_id: TicketId
    status: TicketStatus
    waiting_for: WaitingFor
    is_working: bool  # the assistant has a message of theirs that it has not answered
    answer_by: datetime | None  # when a person promised to have answered
    language: str | None
    question: QuestionView | None
    rating: int | None
    upto: int  # the newest message that this takes in
