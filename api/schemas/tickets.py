"""Tickets as they are opened, listed and shown."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from pydantic import Field

from api.schemas.base import TICKET
from domain.action import ActionSpec
from domain.handoff import HandoffPacket, SuggestedReply
from domain.ids import ActionId, CustomerId, Label, Sha256, TicketId
from domain.intent import SignalSpan
from domain.message import ERASED, Message
from domain.model import Model
from domain.money import Money
from domain.ticket import Channel, IdentityLevel, TicketStatus, WaitingFor
from store.handoffs import HandoffRow
from store.ledger import LedgerRow, LedgerStatus
from store.tickets import TicketRow


class TicketView(Model):
    """A ticket's present state."""

    ticket_id: TicketId = Field(examples=[TICKET])
    customer_id: CustomerId
    channel: Channel
    identity: IdentityLevel = Field(description="How well it is known now that the writer is the customer.")
    subject: str | None
    status: TicketStatus
    waiting_for: WaitingFor
    intent: Label | None
    language: str | None
    queue: Label | None
    is_urgent: bool
    assigned_to: str | None
    sla_due_at: datetime | None = Field(description="When the next promise of its queue would be broken.")
    sla_breached_at: datetime | None = Field(description="When one was, since it was handed off.")
    turns: int
    reopens: int
    resolution: Literal["confirmed", "assumed", "by_operator"] | None
    opened_at: datetime
    updated_at: datetime
    resolved_at: datetime | None
    durable_at: datetime | None = Field(description="When the no-reopen window had passed.")
    follow_up_of: TicketId | None
    last_message_seq: int
    last_event_seq: int

    @classmethod
    def of(cls, row: TicketRow) -> "TicketView":
        """Show a row."""
        shown = row.model_dump(include=set(cls.model_fields))
        return cls.model_validate(shown | {"identity": row.identity_now})


class TicketPageView(Model):
    """Some tickets, newest first."""

    tickets: tuple[TicketView, ...]
    cursor: str | None = Field(description="Pass it on for the next page; null on the last one.")


class ActionView(Model):
    """One action of a ticket, from the ledger."""

    action_id: ActionId
    action: Label
    title: str
    status: LedgerStatus
    amount: Money | None
    code: Label | None
    rules: tuple[Label, ...]
    policy_version: Sha256
    approval_id: ActionId | None
    attempts: int
    idempotency_key: str | None
    proposed_at: datetime
    settled_at: datetime | None

    @classmethod
    def of(cls, row: LedgerRow, specs: Mapping[Label, ActionSpec]) -> "ActionView":
        """Show a row, with the action's title for people."""
        same = set(cls.model_fields) - {"title", "amount"}
        title = specs[row.action].title if row.action in specs else row.action.replace("_", " ")
        return cls.model_validate({**row.model_dump(include=same), "title": title, "amount": row.money})


class SignalView(Model):
    """The words of a message that raised a signal."""

    signal: Label
    seq: int
    words: str

    @classmethod
    def read(cls, spans: Sequence[SignalSpan], messages: Sequence[Message]) -> tuple["SignalView", ...]:
        """Read the words at some places from the messages as they are now; of erased ones nothing is left."""
        texts = {message.seq: message.text for message in messages if message.text != ERASED}
        shown = (
            cls(signal=span.signal, seq=span.seq, words=texts.get(span.seq, "")[span.start : span.end].strip())
            for span in spans
        )
        return tuple(view for view in dict.fromkeys(shown) if view.words)


class HandoffView(Model):
    """One time the ticket was given to a person, with all that was told them."""

    handoff_id: int
    reason: str
    queue: Label
    is_urgent: bool
    created_at: datetime
    accepted_by: str | None
    accepted_at: datetime | None
    packet: HandoffPacket
    suggestion: SuggestedReply | None = Field(
        default=None, description="What the assistant would answer to the newest message; nothing of it was sent."
    )
    signals: tuple[SignalView, ...] = Field(default=(), description="What the customer's messages showed, in words.")

    @classmethod
    def of(cls, row: HandoffRow, messages: Sequence[Message] = ()) -> "HandoffView":
        """Show a row, with the words that raised its signals."""
        same = set(cls.model_fields) - {"handoff_id", "signals"}
        signals = SignalView.read(row.packet.signal_spans, messages)
        return cls.model_validate({**row.model_dump(include=same), "handoff_id": row.id, "signals": signals})


class TurnView(Model):
    """One turn, as far as its events tell: the nodes of the graph that left a trace, and what happened."""

    at: datetime
    path: tuple[str, ...] = Field(examples=[["classify", "act", "verify"]])
    first_event: int
    last_event: int
    lines: tuple[str, ...]
    signals: tuple[SignalView, ...] = Field(default=(), description="What its messages showed, in their own words.")


class RatingView(Model):
    """What the customer thinks of it."""

    score: int
    comment: str | None
    at: datetime


class Links(Model):
    """Where to go on."""

    self: str
    messages: str
    events: str
    history: str
    temporal: str | None
