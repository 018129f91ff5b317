"""What outbound hooks must still tell: calls made from the tenant's chain of heads, claimed, sent, noted.

Tickets know nothing of hooks and never wait for one. A chain of heads has no gaps and is in the order of commits, so
the number up to which a hook was told is all that is kept. A call may be sent twice; its receiver knows it by its id.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import JsonValue

from domain.conflict import ConflictId
from domain.event import EventKind, TicketEvent
from domain.hook import CONFLICT_FOUND, HookEvent, HookId, body_of, conflict_body_of, kinds_of
from domain.ids import Label, TenantId, TicketId
from domain.model import Model
from store.queries import load_queries
from store.rows import Connection, execute, fetch_all

_SQL = load_queries("hook_calls")
#: Heads that become calls in one transaction, at most.
_STRIDE = 500


class Call(Model):
    """One event that one hook must be told, claimed for sending."""

    tenant: TenantId
    hook_id: HookId
    url: str
    version: int
    rotated_at: datetime | None
    ticket_id: TicketId | ConflictId  # a conflict of the knowledge base stands where a ticket does
    seq: int
    kind: EventKind | Literal["conflict_found"]
    at: datetime
    body: dict[str, JsonValue]
    attempts: int  # this one included
    created_at: datetime

    @property
    def text(self) -> str:
        """What is sent: the same at each attempt."""
        if self.kind == "conflict_found":
            return conflict_body_of(self.tenant, self.body, self.at)
        event = TicketEvent(seq=self.seq, kind=self.kind, at=self.at, body=self.body)
        return body_of(self.tenant, self.ticket_id, event)


class Outcome(Model):
    """How an attempt went: the receiver's status or our code, and when to try again if ever."""

    status: int | None
    code: Label | None
    is_delivered: bool
    due_at: datetime | None  # None: never again
    is_gone: bool = False  # the receiver wants nothing any more


class _Behind(Model):
    hook_id: HookId
    events: tuple[HookEvent, ...]
    told_up_to: int


async def tenants_with_hooks(conn: Connection) -> list[TenantId]:
    """Return the tenants that have an outbound hook at work; for the `relay` role."""
    cursor = await conn.execute(_SQL["tenants_with_hooks"])
    return [tenant for (tenant,) in await cursor.fetchall()]


async def queue_calls(conn: Connection, tenant: TenantId, at: datetime) -> int:
    """Make calls of what happened since each hook was last looked after; returns how many."""
    told = {"tenant": tenant, "event": CONFLICT_FOUND, "at": at}
    made = await execute(conn, _SQL["insert_conflict_calls"], told)
    for hook in await fetch_all(conn, _Behind, _SQL["hooks_behind"], {"tenant": tenant}):
        key = {"tenant": tenant, "hook_id": hook.hook_id, "upto": hook.told_up_to + _STRIDE}
        kinds = list(kinds_of(hook.events))
        made += await execute(conn, _SQL["insert_calls"], {**key, "after": hook.told_up_to, "kinds": kinds, "at": at})
        await execute(conn, _SQL["told_up_to"], key)
    return made


async def claim_due(
    conn: Connection, tenant: TenantId, at: datetime, leased_until: datetime, limit: int
) -> Sequence[Call]:
    """Take calls that are due, the oldest first; until `leased_until` nobody else takes them."""
    key = {"tenant": tenant, "at": at, "leased_until": leased_until, "limit": limit}
    return await fetch_all(conn, Call, _SQL["claim_due"], key)


async def note_outcome(conn: Connection, call: Call, outcome: Outcome, at: datetime, given_up_before: datetime) -> None:
    """Note how an attempt went; a hook that has failed ever since `given_up_before` is disabled."""
    key = {"tenant": call.tenant, "hook_id": call.hook_id, "ticket_id": call.ticket_id, "seq": call.seq}
    ended_at = at if outcome.due_at is None else None
    await execute(conn, _SQL["note_call"], {**key, **outcome.model_dump(), "ended_at": ended_at})
    health = {"is_well": outcome.is_delivered, "is_gone": outcome.is_gone, "at": at, "given_up_before": given_up_before}
    await execute(conn, _SQL["note_health"], {**key, **health})
