"""The ledger of model calls: begun before they are made, ended when they end, and what they add up to."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from domain.ids import TenantId, TicketId
from domain.model import Model
from domain.model_call import (
    FAILURES_IN_A_ROW,
    CallBegun,
    CallEnded,
    CallOutcome,
    CallRow,
    CallTotal,
    Spent,
    is_resting,
)
from domain.ticket import TicketRef
from store.listen import DRAFTS_CHANNEL, DraftNotice
from store.queries import load_queries
from store.rows import Connection, execute, fetch_all, fetch_one, fetch_value

_SQL = load_queries("model_calls")
_MOST_LISTED = 1_000


class CallKey(Model):
    """Which call of which attempt; with the ticket, it is unique."""

    workflow_id: str
    run_id: str
    activity_id: str
    attempt: int
    number: int


class _Ended(Model):
    outcome: CallOutcome
    begun_at: datetime


async def begin_call(conn: Connection, ref: TicketRef, key: CallKey, call: CallBegun, at: datetime) -> int:
    """Keep that a call is about to be made; returns its row."""
    row: Mapping[str, Any] = {**ref.model_dump(), **key.model_dump(), **call.model_dump(), "begun_at": at}
    call_id: int = await fetch_value(conn, _SQL["begin_call"], row)
    return call_id


async def end_call(conn: Connection, tenant: TenantId, call_id: int, ended: CallEnded) -> None:
    """Keep how a call ended."""
    row = {
        "tenant": tenant,
        "id": call_id,
        "outcome": ended.outcome,
        "latency_ms": ended.latency_ms,
        "microdollars": ended.price.microdollars,
        "price_source": ended.price.source,
        **ended.tokens.model_dump(),
    }
    await execute(conn, _SQL["end_call"], row)


async def list_calls(conn: Connection, tenant: TenantId, ticket_id: TicketId) -> list[CallRow]:
    """Return a ticket's calls, the oldest first (the first thousand)."""
    key = {"tenant": tenant, "ticket_id": ticket_id, "limit": _MOST_LISTED}
    return await fetch_all(conn, CallRow, _SQL["list_calls"], key)


async def spent_on(conn: Connection, tenant: TenantId, ticket_id: TicketId) -> Spent:
    """Return what a ticket has cost so far."""
    found = await fetch_one(conn, Spent, _SQL["spent"], {"tenant": tenant, "ticket_id": ticket_id})
    return found or Spent()


async def is_model_resting(conn: Connection, tenant: TenantId, call: CallBegun, now: datetime) -> bool:
    """Whether the model failed so often just now that it is left alone."""
    key = {"tenant": tenant, "provider": call.provider, "model": call.model, "most": FAILURES_IN_A_ROW}
    rows = await fetch_all(conn, _Ended, _SQL["last_outcomes"], key)
    return is_resting([(row.outcome, row.begun_at) for row in rows], now)


async def total_calls(
    conn: Connection, tenant: TenantId, *, ticket_id: TicketId | None = None, since: date | None = None
) -> list[CallTotal]:
    """Return calls added up by day, model and purpose; of one ticket, or of all since a UTC day."""
    key = {"tenant": tenant, "ticket_id": ticket_id, "since": since}
    return await fetch_all(conn, CallTotal, _SQL["totals"], key)


async def show_draft(conn: Connection, notice: DraftNotice) -> None:
    """Tell whoever looks at the ticket what is being written; nothing is kept."""
    await fetch_value(conn, _SQL["show_draft"], {"channel": DRAFTS_CHANNEL, "payload": notice.payload()})
