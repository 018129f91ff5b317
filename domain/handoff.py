"""Handing a ticket to a person: why, to whom, and with everything they need."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Literal

from domain.action import ActionResult
from domain.conflict import ConflictId, ConflictKind
from domain.evidence import EvidenceRef
from domain.ids import ActionId, CustomerId, Label, TicketId
from domain.intent import SignalSpan
from domain.model import Model
from domain.money import Money
from domain.queue import Promise


class HandoffReason(StrEnum):
    """Why a person takes over."""

    asked_for_person = "asked_for_person"
    angry = "angry"
    vip = "vip"
    legal_threat = "legal_threat"
    sensitive = "sensitive"
    high_value = "high_value"
    not_understood = "not_understood"
    no_knowledge = "no_knowledge"
    knowledge_conflict = "knowledge_conflict"  # two valid passages contradict each other
    stale_knowledge = (
        "stale_knowledge"  # the answer rests on what nobody has confirmed in time, and the tenant holds such
    )
    not_supported = "not_supported"
    procedure = "procedure"  # the procedure says so: a closed card, a lost parcel
    not_proven = "not_proven"
    forbidden = "forbidden"
    effect_unknown = "effect_unknown"
    action_failed = "action_failed"
    not_read_back = "not_read_back"
    over_budget = "over_budget"
    approval_expired = "approval_expired"
    unsafe_reply = "unsafe_reply"
    policy_error = "policy_error"
    repeated_contact = "repeated_contact"
    budget_spent = "budget_spent"  # what the ticket may cost in model calls is used up
    promised = "promised"  # the assistant wrote by itself that a person would take over: then one does
    part_read = "part_read"  # a message goes on behind what the assistant reads of it
    fault = "fault"
    shadow = "shadow"  # the procedure only watches: a person handles its tickets
    suggestion = "suggestion"  # the procedure only suggests: a person sends and decides


#: Each reason as a sentence goes on after "handed off:" or "because".
_IN_WORDS: Mapping[str, str] = {
    HandoffReason.asked_for_person: "the customer asked for a person",
    HandoffReason.angry: "the customer is angry",
    HandoffReason.vip: "the customer is a VIP",
    HandoffReason.legal_threat: "the customer speaks of legal steps",
    HandoffReason.sensitive: "it is about something sensitive",
    HandoffReason.high_value: "much money is at stake",
    HandoffReason.not_understood: "it was not understood",
    HandoffReason.no_knowledge: "nothing is known about it",
    HandoffReason.knowledge_conflict: "what is known contradicts itself",
    HandoffReason.stale_knowledge: "what it would answer rests on a stale article",
    HandoffReason.not_supported: "what it would answer is not supported by what is known",
    HandoffReason.procedure: "its procedure says so",
    HandoffReason.not_proven: "the customer's identity is not proven",
    HandoffReason.forbidden: "policy forbids what was asked",
    HandoffReason.effect_unknown: "whether an action was carried out is not known",
    HandoffReason.action_failed: "an action failed",
    HandoffReason.not_read_back: "an action was carried out and is not to be seen",
    HandoffReason.over_budget: "it took too many attempts",
    HandoffReason.approval_expired: "nobody decided in time",
    HandoffReason.unsafe_reply: "the reply did not pass its checks",
    HandoffReason.policy_error: "a rule of the policy could not be evaluated",
    HandoffReason.repeated_contact: "the customer has written about it again and again",
    HandoffReason.budget_spent: "what the ticket may cost is used up",
    HandoffReason.part_read: "a message is longer than what the assistant reads",
    HandoffReason.promised: "a person was promised to the customer",
    HandoffReason.fault: "the assistant had a fault",
    HandoffReason.shadow: "its procedure only watches, and a person handles it",
    HandoffReason.suggestion: "its procedure only suggests, and a person answers",
}


def why(reason: str) -> str:
    """A reason in words, as they follow "because"; one that a newer release has recorded, without its underscores."""
    return _IN_WORDS.get(reason, reason.replace("_", " "))


class HandOffNotice(Model):
    """What the graph decides about a handoff; labels only."""

    reason: HandoffReason
    queue: Label = "support"
    urgent: bool = False
    rule: Label | None = None  # the policy rule or procedure step that asked for it
    wish: int | None = None


class Dispute(Model):
    """A conflict of the knowledge base that kept a reply from being sent, in the articles' own words."""

    conflict_id: ConflictId
    kind: ConflictKind
    article_a: str
    said_a: str
    article_b: str
    said_b: str


class Tried(ActionResult):
    """An action that was carried out or refused, as the event of it says; a packet of version 1 knows no event."""

    event: int | None = None  # its seq in the ticket's history
    at: datetime | None = None


class Question(Model):
    """A question that the customer was asked, by its labels."""

    event: int
    at: datetime
    asks: Label  # intent, slot, confirmation, identity
    slot: Label | None = None
    times: int = 1  # in a row


class WaitingApproval(Model):
    """An action that waited for somebody's yes when the ticket was handed off; the words are the request's own row."""

    approval_id: ActionId
    action: Label
    text: str  # rendered by code
    state: Literal["open", "held", "approved", "declined", "amended", "expired", "withdrawn"]
    role: Label | None = None
    expires_at: datetime | None = None


class KnownFrom(Model):
    """Where a known fact comes from: the customer's records, an answer read in this turn, or the ticket itself."""

    kind: Literal["records", "read", "ticket"]
    row: int | None = None  # the row of the context or of the answer


class Entitled(Model):
    """What the customer is entitled to, as far as the records say."""

    customer_id: CustomerId
    name: str
    identity: Label
    tier: Label
    entitlements: tuple[str, ...] = ()
    days_since_delivery: dict[str, int] = {}  # order number -> days: what return windows are counted in
    refundable: dict[str, Money] = {}  # order number -> what may still be paid back
    refunds_last_90_days: int = 0
    past_tickets: tuple[TicketId, ...] = ()


class SuggestedReply(Model):
    """A reply that the assistant would send, checked like one that is sent; a person decides."""

    draft_id: int
    seq: int  # the customer's message up to which it answers
    text: str
    citations: tuple[int, ...] = ()  # passage ids
    at: datetime


class HandoffPacket(Model):
    """The whole story for the person who takes over; assembled from rows and events, kept as a row.

    Fields of version 2 have defaults, so that a packet of version 1 is still read.
    """

    version: Literal[1, 2] = 1
    reason: HandoffReason
    queue: Label
    urgent: bool
    created_at: datetime
    summary: str  # three lines: who and what they want; what was found and done; what is open
    intents: tuple[str, ...]
    slots: dict[str, str]  # slot -> what it holds, rendered
    known: dict[str, str]  # facts worth seeing: order, refund, tier
    tried: tuple[Tried, ...]
    evidence: tuple[EvidenceRef, ...]
    attachments: tuple[str, ...]
    told_customer: str
    open_question: str
    suggested_next_step: str
    signal_spans: tuple[SignalSpan, ...] = ()  # where the words stand that raised signals; read when they are shown
    disputes: tuple[Dispute, ...] = ()
    rule: Label | None = None  # the policy rule or procedure step behind the reason
    customer: Entitled | None = None
    known_from: dict[str, KnownFrom] = {}  # by the names of `known`
    questions: tuple[Question, ...] = ()
    waiting: tuple[WaitingApproval, ...] = ()
    promise: Promise | None = None  # which queue the customer was told of, and by when
