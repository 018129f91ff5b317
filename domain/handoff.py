"""Handing a ticket to a person: why, to whom, and with everything they need."""

from datetime import datetime
from enum import StrEnum

from domain.action import ActionResult
from domain.conflict import ConflictId, ConflictKind
from domain.evidence import EvidenceRef
from domain.ids import Label
from domain.intent import SignalSpan
from domain.model import Model


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
    fault = "fault"
    shadow = "shadow"  # the procedure only watches: a person handles its tickets
    suggestion = "suggestion"  # the procedure only suggests: a person sends and decides


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


class HandoffPacket(Model):
    """The whole story for the person who takes over; assembled from rows, kept as a row."""

    reason: HandoffReason
    queue: Label
    urgent: bool
    created_at: datetime
    summary: str
    intents: tuple[str, ...]
    slots: dict[str, str]  # slot -> what it holds, rendered
    known: dict[str, str]  # facts worth seeing: order, refund, tier
    tried: tuple[ActionResult, ...]
    evidence: tuple[EvidenceRef, ...]
    attachments: tuple[str, ...]
    told_customer: str
    open_question: str
    suggested_next_step: str
    signal_spans: tuple[SignalSpan, ...] = ()  # where the words stand that raised signals; read when they are shown
    disputes: tuple[Dispute, ...] = ()
