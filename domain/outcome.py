"""How a turn ends: one typed outcome, on which the workflow decides what to wait for."""

from typing import Annotated, Literal

from pydantic import Field

from domain.approval import ApprovalRequest
from domain.handoff import HandOffNotice
from domain.ids import Sha256
from domain.model import Model
from domain.model_call import Fallback
from domain.queue import Promise
from domain.ticket import TicketStatus, WaitingFor


class DraftRef(Model):
    """A drafted reply, kept as a row; its digest is compared at delivery."""

    draft_id: int
    sha256: Sha256
    is_unanswered: bool = False  # a question was to be answered from the knowledge base, and nothing there answers it
    fallback: Fallback | None = None  # why the embedded assistant wrote it in a model's place
    by_model: bool = False  # a chat model chose its words
    promise: Promise | None = None  # what it tells the customer of a handoff: what is said is what is kept
    hands_over: bool = False  # it says by itself that a person takes over, and no handoff was decided
    is_held: bool = False  # it rests on stale passages, and a person is to look before it goes out


class SendReply(Model):
    """Tell the customer something; the ticket stays open for what comes."""

    kind: Literal["send_reply"] = "send_reply"
    draft: DraftRef


class AskCustomer(Model):
    """Ask the customer one question."""

    kind: Literal["ask_customer"] = "ask_customer"
    draft: DraftRef


class AwaitApproval(Model):
    """A person must approve before it goes on; the customer is told so."""

    kind: Literal["await_approval"] = "await_approval"
    requests: tuple[ApprovalRequest, ...]
    draft: DraftRef | None  # None when the customer knows already


class Resolve(Model):
    """All wishes are settled; it counts once the no-reopen window has passed."""

    kind: Literal["resolve"] = "resolve"
    draft: DraftRef | None
    confirmed: bool = False  # the customer said that it is settled


class HandOff(Model):
    """A person takes over; `draft` tells the customer what happens next (None after a fault of the graph itself)."""

    kind: Literal["hand_off"] = "hand_off"
    notice: HandOffNotice
    draft: DraftRef | None
    suggested: DraftRef | None = None  # what the assistant would have said, for the operator alone
    requests: tuple[ApprovalRequest, ...] = ()  # what the operator may have done on the ticket


class Suggest(Model):
    """A person has the ticket: nothing goes to the customer, the operator gets a draft."""

    kind: Literal["suggest"] = "suggest"
    suggested: DraftRef | None
    requests: tuple[ApprovalRequest, ...] = ()
    draft: None = None


TurnOutcome = Annotated[
    SendReply | AskCustomer | AwaitApproval | Resolve | HandOff | Suggest, Field(discriminator="kind")
]

#: What each outcome makes of the ticket (design.md, section 2).
STATUS_AFTER: dict[str, tuple[TicketStatus, WaitingFor]] = {
    "send_reply": (TicketStatus.pending, WaitingFor.customer),
    "ask_customer": (TicketStatus.pending, WaitingFor.customer),
    "await_approval": (TicketStatus.on_hold, WaitingFor.approver),
    "resolve": (TicketStatus.solved, WaitingFor.nobody),
    "hand_off": (TicketStatus.open, WaitingFor.operator),
    "suggest": (TicketStatus.open, WaitingFor.operator),
}
