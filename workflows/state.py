"""All of a ticket that survives continue-as-new, in one versioned model."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from domain.approval import ApprovalRequest, Decision, Settlement
from domain.ask import TicketTerms
from domain.ids import ActionId, Label
from domain.memory import Memory
from domain.model import Model
from domain.sla import SlaClock
from domain.ticket import TicketRef, TicketStatus, WaitingFor


class Owner(StrEnum):
    """Who answers the customer."""

    assistant = "assistant"
    operator = "operator"


class OperatorReplied(Model):
    """An operator wrote message `seq`."""

    kind: Literal["reply"] = "reply"
    seq: int
    by: str
    solves: bool = False


class TakenOver(Model):
    """An operator takes the ticket; the assistant falls silent."""

    kind: Literal["take_over"] = "take_over"
    by: str


class HandedBack(Model):
    """An operator gives the ticket back to the assistant, which goes on from the messages above `watermark`.

    Without one it goes on from what nobody has answered.
    """

    kind: Literal["hand_back"] = "hand_back"
    by: str
    watermark: int | None = None


class CloseAsked(Model):
    """Somebody closes the ticket."""

    kind: Literal["close"] = "close"
    by: str


class Rated(Model):
    """The customer rated the ticket, 1 to 5."""

    kind: Literal["rate"] = "rate"
    score: Annotated[int, Field(ge=1, le=5)]


class UndoAsked(Model):
    """An operator wants an action taken back."""

    kind: Literal["undo"] = "undo"
    by: str
    action_id: ActionId


class Assigned(Model):
    """Somebody gives a ticket that people have to one of them, or to a queue."""

    kind: Literal["assign"] = "assign"
    by: str
    operator: str | None = None
    queue: Label | None = None


class NoteAdded(Model):
    """An operator wrote message `seq` for operators only."""

    kind: Literal["note"] = "note"
    seq: int
    by: str


#: What is applied to the ticket as it is; undoing takes a turn of its own.
PlainMove = OperatorReplied | TakenOver | HandedBack | CloseAsked | Rated | Assigned | NoteAdded
Move = Annotated[PlainMove | UndoAsked, Field(discriminator="kind")]


class SettledApproval(Model):
    """The one decision slot of an approval, taken."""

    settlement: Settlement
    decided_by: str | None


class TicketState(Model):
    """A ticket between turns. New fields get defaults, so that an older run can continue under newer code."""

    version: Literal[1] = 1
    ref: TicketRef
    memory: Memory = Memory()
    status: TicketStatus = TicketStatus.new
    waiting_for: WaitingFor = WaitingFor.assistant
    owner: Owner = Owner.assistant
    terms: TicketTerms | None = None  # None until the first run has read them
    latest: int = 0  # highest message seq heard of
    watermark: int = 0  # highest message seq read
    answered: int | None = None  # highest message seq that a reply has dealt with; None: carried on from older code
    turn: int = 0
    next_event: int = 1
    decisions: tuple[Decision, ...] = ()  # accepted, not yet acted on
    votes: tuple[Decision, ...] = ()  # approvals counted where more than one is needed
    moves: tuple[Move, ...] = ()  # accepted, not yet acted on
    settled: tuple[SettledApproval, ...] = ()
    settlements_due: tuple[Settlement, ...] = ()  # to be recorded with the next turn
    requesting: tuple[ApprovalRequest, ...] = ()  # being recorded now
    looks_asked: tuple[ActionId, ...] = ()  # effects that a provider has news of, perhaps in the middle of a turn
    is_resume_asked: bool = False  # a pause has ended, perhaps in the middle of the turn that it holds up
    resume_due: tuple[ActionId, ...] = ()  # held actions to be tried again
    approvals_reminded: tuple[ActionId, ...] = ()
    reminded: bool = False
    quiet_since: datetime | None = None  # when the ticket began to wait
    sla: SlaClock | None = None  # what a queue has promised, as the last record left it


class TicketInput(Model):
    """What a ticket workflow is started with, and continued with."""

    ref: TicketRef
    state: TicketState | None = None
