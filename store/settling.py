"""Settling by hand: a person says what became of an effect that no look-up could settle.

It frees the intent or keeps it taken for ever, so a person says it, under their name, with a reason, and once.
"""

from datetime import datetime
from typing import Literal

from domain.errors import Conflict, NotFound
from domain.event import TicketEvent
from domain.ids import ActionId, TenantId, TicketId
from domain.model import Model
from domain.text import ReasonText
from domain.ticket import TicketStatus
from domain.watching import SENT_FOR
from store.events import append_events, read_events
from store.ledger import LedgerRow, LedgerStatus, lock_action, mark_unknown, reconcile
from store.queries import load_queries
from store.rows import Connection, fetch_one
from store.tickets import TicketRow, project_ticket, read_ticket
from store.watches import announce_change_of

_SQL = load_queries("settling")
Finding = Literal["took_place", "did_not_take_place"]


class NewSettling(Model):
    """What somebody found out of an effect, and how; `ref` is the system of record's own id, where they saw one."""

    ticket_id: TicketId
    action_id: ActionId
    finding: Finding
    ref: str | None = None
    by: str
    because: ReasonText
    at: datetime


async def settle_by_hand(conn: Connection, tenant: TenantId, new: NewSettling) -> LedgerRow:
    """Settle an effect that nobody was sure of; the same by the same person again changes nothing.

    A ticket that is open is told to look, and records it; on a closed one it is recorded here. Call it last, for then
    it holds the tenant's chain.

    Raises:
        NotFound: the ticket has no such action.
        Conflict: it is not in doubt, or is still being tried.
    """
    row = await lock_action(conn, tenant, new.action_id)
    if row is None or row.ticket_id != new.ticket_id:
        raise NotFound("There is no such action.")
    if (row.settled_by, row.code) == (new.by, new.finding):
        return row
    await _check_in_doubt(conn, tenant, row, new.at)
    is_done = new.finding == "took_place"
    await reconcile(
        conn,
        tenant,
        new.action_id,
        "reconciled" if is_done else "failed",
        code=new.finding,
        outcome={
            "status": "succeeded" if is_done else "failed",
            "code": new.finding,
            "ref": new.ref,
            "amount": None if row.money is None else row.money.model_dump(),
        },
        at=new.at,
    )
    key = {"tenant": tenant, "action_id": new.action_id, "by": new.by, "because": new.because}
    settled = await fetch_one(conn, LedgerRow, _SQL["keep_who_settled"], key) or row
    ticket = await read_ticket(conn, tenant, new.ticket_id)
    if ticket.status is TicketStatus.closed:
        await _record(conn, ticket, settled, new)
    else:
        await announce_change_of(conn, ticket.ref, new.action_id, new.at)
    return settled


async def _check_in_doubt(conn: Connection, tenant: TenantId, row: LedgerRow, now: datetime) -> None:
    """Raise unless nobody can say what became of it, and nobody tries it any more."""
    if row.status is LedgerStatus.claimed and row.claimed_at is not None:
        if now - row.claimed_at < SENT_FOR:
            hours = int(SENT_FOR.total_seconds() // 3600)
            raise Conflict(f"It may still be tried; it can be settled {hours} hours after it was claimed.")
        await mark_unknown(conn, tenant, row.action_id, code="effect_unknown")
    elif row.status is not LedgerStatus.unknown:
        raise Conflict(f"This action is not in doubt: it is {row.status}.")


async def _record(conn: Connection, ticket: TicketRow, row: LedgerRow, new: NewSettling) -> None:
    """Write the event of a ticket whose workflow has ended; it looks like the one that a workflow records."""
    unprojected = await read_events(conn, ticket.tenant, ticket.ticket_id, after=ticket.last_event_seq)
    seq = ticket.last_event_seq + len(unprojected) + 1
    body = {
        "action_id": row.action_id,
        "action": row.action,
        "code": new.finding,
        "amount": None if row.money is None else row.money.model_dump(),
        "undone": False,
        "by": new.by,
    }
    kind = "effect_settled" if new.finding == "took_place" else "effect_failed"
    event = TicketEvent.model_validate({"seq": seq, "kind": kind, "at": new.at, "body": body})
    await project_ticket(conn, ticket.ref, seq, new.at)
    await append_events(conn, ticket.tenant, ticket.ticket_id, [event])
