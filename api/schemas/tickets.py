"""Tickets as they are opened, listed and shown."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import Field

from api.schemas.base import TICKET
from domain.action import ActionSpec
from domain.handoff import HandoffPacket
from domain.ids import ActionId, CustomerId, Label, Sha256, TicketId
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

    @classmethod
    def of(cls, row: HandoffRow) -> "HandoffView":
        """Show a row."""
        same = set(cls.model_fields) - {"handoff_id"}
        return cls.model_validate({**row.model_dump(include=same), "handoff_id": row.id})


class TurnView(Model):
    """One turn, as far as its events tell: the nodes of the graph that left a trace, and what happened."""

    at: datetime
    path: tuple[str, ...] = Field(examples=[["classify", "act", "verify"]])
    first_event: int
    last_event: int
    lines: tuple[str, ...]


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
