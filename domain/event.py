"""Ticket events: the truth of a ticket's life and its audit trail, hash-chained."""

from datetime import datetime
from typing import Literal

from pydantic import JsonValue

from domain.action import ActionResult
from domain.canonical import sha256_of
from domain.handoff import HandOffNotice
from domain.ids import Sha256
from domain.model import Model
from domain.model_call import Fallback, Purpose
from domain.verification import Verification

EventKind = Literal[
    "ticket_opened",
    "message_received",
    "identity_proven",
    "identity_lapsed",
    "turn_finished",
    "classified",
    "assistant_fell_back",
    "evidence_found",
    "action_judged",
    "action_performed",
    "action_held",
    "action_resumed",
    "undo_asked",
    "effect_settled",
    "effect_failed",
    "confirmation_asked",
    "question_asked",
    "approval_requested",
    "approval_decided",
    "approval_reminded",
    "approval_expired",
    "approval_withdrawn",
    "reply_checked",
    "reply_sent",
    "reply_dropped",
    "reply_shadowed",
    "handed_off",
    "handoff_accepted",
    "handed_back",
    "operator_replied",
    "assigned",
    "note_added",
    "reply_suggested",
    "sla_warning",
    "sla_breached",
    "reminder_sent",
    "status_changed",
    "resolved",
    "resolution_became_durable",
    "reopened",
    "closed",
    "rated",
    "erased",
]

GENESIS: Sha256 = "0" * 64


class TicketEvent(Model):
    """One thing that happened: ids, labels and amounts; never words."""

    seq: int  # position in this ticket's life, from 1
    kind: EventKind
    at: datetime
    body: dict[str, JsonValue] = {}

    def digest(self, previous: Sha256) -> Sha256:
        """The link of the chain: SHA-256 over the previous link and this event."""
        return sha256_of([previous, self.seq, self.kind, self.at, self.body])


class EventDraft(Model):
    """An event before the ticket's writer gives it its place."""

    kind: EventKind
    body: dict[str, JsonValue] = {}


def fallback_event(purpose: Purpose, reason: Fallback | None) -> tuple[EventDraft, ...]:
    """The event of an answer that the embedded assistant gave in a model's place; none where there was none."""
    if reason is None:
        return ()
    return (EventDraft(kind="assistant_fell_back", body={"purpose": purpose, "reason": reason}),)


def performed_event(done: ActionResult) -> EventDraft:
    """The event of an action carried out (or refused by the system of record)."""
    return EventDraft(
        kind="action_performed",
        body={
            "action_id": done.action_id,
            "action": done.name,
            "status": done.status.value,
            "code": done.code,
            "amount": done.amount.model_dump() if done.amount else None,
            "read_back": done.is_read_back,
        },
    )


def checked_event(draft_id: int, attempt: int, checked: Verification) -> EventDraft:
    """The event of a draft that was checked: what was found, and what its claims rest on, by number and id."""
    return EventDraft(
        kind="reply_checked",
        body={
            "draft": draft_id,
            "attempt": attempt,
            "findings": [finding.check for finding in checked.findings],
            "details": [finding.detail for finding in checked.findings],
            "claims": [claim.model_dump(exclude_none=True) for claim in checked.claims],
            **({"stale": list(checked.stale), "held": checked.is_held} if checked.stale else {}),
        },
    )


def suggestion_event(seq: int, draft_id: int) -> EventDraft:
    """The event of a reply that only operators see: it answers the messages up to `seq`."""
    return EventDraft(kind="reply_suggested", body={"seq": seq, "draft": draft_id})


def handed_off_event(notice: HandOffNotice) -> EventDraft:
    """The event of a ticket that a person takes over."""
    return EventDraft(
        kind="handed_off", body={"reason": notice.reason.value, "queue": notice.queue, "rule": notice.rule}
    )
