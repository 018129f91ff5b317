"""Hooks: what other systems are told of a ticket, and the secrets that prove who tells it.

A hook's body names things (ids, labels, amounts) and quotes nobody. What it leaves out is read from the API.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Literal, get_args

from pydantic import JsonValue, StringConstraints

from domain.event import EventKind, TicketEvent
from domain.ids import TenantId, TicketId, new_ticket_id

#: `H-7H3K9QWZ`: one hook, made like a ticket's id.
HookId = Annotated[str, StringConstraints(pattern=r"^H-[0-9A-HJKMNP-TV-Z]{8}$")]
HookEvent = Literal[
    "ticket.opened",
    "ticket.reply_sent",
    "ticket.handed_off",
    "ticket.sla_breached",
    "approval.requested",
    "action.performed",
    "ticket.resolved",
    "ticket.closed",
    "knowledge.conflict_found",
]
HOOK_EVENTS: tuple[HookEvent, ...] = get_args(HookEvent)

#: Which of a ticket's events are told, and what of each, by name: what is added to an event is not told by itself.
_TOLD: Mapping[EventKind, tuple[HookEvent, tuple[str, ...]]] = {
    "ticket_opened": ("ticket.opened", ("channel", "identity")),
    "reply_sent": ("ticket.reply_sent", ()),
    "operator_replied": ("ticket.reply_sent", ()),
    "handed_off": ("ticket.handed_off", ("reason", "queue", "rule")),
    "sla_breached": ("ticket.sla_breached", ("target", "queue", "to", "notify", "due_at")),
    "approval_requested": ("approval.requested", ("approval_id", "action", "expires_at")),
    "action_performed": ("action.performed", ("action_id", "action", "status", "code", "amount", "read_back")),
    "resolved": ("ticket.resolved", ("kind",)),
    "closed": ("ticket.closed", ()),
}
#: The one event that no ticket has: it is told once each time that a conflict is opened.
CONFLICT_FOUND: HookEvent = "knowledge.conflict_found"
#: How long the secret before stays good after a rotation: both sign, both are taken.
ROTATION_SPAN = timedelta(hours=24)


def new_hook_id() -> HookId:
    """Make a random hook id."""
    return f"H-{new_ticket_id()[2:]}"


def kinds_of(events: tuple[HookEvent, ...]) -> tuple[EventKind, ...]:
    """Return the kinds of ticket events that are told as one of `events`."""
    return tuple(kind for kind, (told, _) in _TOLD.items() if told in events)


def message_id(ticket_id: TicketId, seq: int) -> str:
    """Name an event for its receivers: the same at each attempt, so that they recognise a repeat."""
    return f"evt_{ticket_id}_{seq}"


def body_of(tenant: TenantId, ticket_id: TicketId, event: TicketEvent) -> str:
    """Return the JSON that is sent, byte for byte the same at each attempt; raises KeyError for what is never told."""
    told, names = _TOLD[event.kind]
    data = {"tenant": tenant, "ticket_id": ticket_id, "event": event.seq}
    if told == "ticket.reply_sent":
        data["by"] = "operator" if event.kind == "operator_replied" else "assistant"
    data |= {name: event.body[name] for name in names if event.body.get(name) is not None}
    return json.dumps({"type": told, "timestamp": event.at.isoformat(), "data": data}, separators=(",", ":"))


def conflict_body_of(tenant: TenantId, conflict: Mapping[str, JsonValue], at: datetime) -> str:
    """Return the JSON that tells of a conflict of the knowledge base: which articles and passages, and in what."""
    data = {"tenant": tenant, **conflict}
    told = {"type": CONFLICT_FOUND, "timestamp": at.isoformat(), "data": data}
    return json.dumps(told, separators=(",", ":"))


def derive_secret(key: bytes, tenant: TenantId, hook_id: str, version: int) -> str:
    """Make a hook's secret, `whsec_` and 32 bytes: HMAC-SHA256 of whose it is, under the installation's key."""
    digest = hmac.new(key, json.dumps([tenant, hook_id, version]).encode(), hashlib.sha256).digest()
    return f"whsec_{base64.b64encode(digest).decode()}"


def valid_versions(version: int, rotated_at: datetime | None, now: datetime) -> tuple[int, ...]:
    """Return which versions of a secret are good now, the newest first."""
    if rotated_at is not None and now < rotated_at + ROTATION_SPAN:
        return version, version - 1
    return (version,)
