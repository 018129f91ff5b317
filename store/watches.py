"""Effects that settle later: what providers say of them, and how one that did not last is written down.

A provider's word is only a reason to look: what became of the effect is read from the system of record.
"""

from datetime import datetime

from domain.errors import NotFound
from domain.ids import ActionId, Label, TenantId, TicketId
from domain.ticket import TicketRef
from store.ledger import LedgerRow
from store.outbox import announce
from store.queries import load_queries
from store.rows import Connection, Row, fetch_all, fetch_one, fetch_value
from store.tickets import read_ticket

_SQL = load_queries("watches")


class _Made(Row):
    action_id: ActionId
    ticket_id: TicketId


async def announce_change(conn: Connection, tenant: TenantId, ref: str, at: datetime) -> int:
    """Have the tickets look again at the effects of `ref`: the provider's own id, or the idempotency key.

    Returns how many effects it names; none is no error, for a provider also tells of what was done elsewhere.
    """
    made = await fetch_all(conn, _Made, _SQL["effects_of"], {"tenant": tenant, "ref": ref})
    for effect in made:
        ticket: TicketRef = (await read_ticket(conn, tenant, effect.ticket_id)).ref
        await announce_change_of(conn, ticket, effect.action_id, at)
    return len(made)


async def announce_change_of(conn: Connection, ticket: TicketRef, action_id: ActionId, at: datetime) -> None:
    """Have a ticket look again at the effect of one of its actions."""
    row = {**ticket.model_dump(), "action_id": action_id, "at": at}
    change: int = await fetch_value(conn, _SQL["insert_change"], row)
    await announce(conn, ticket, "watch", change, at)


async def read_change(conn: Connection, tenant: TenantId, change: int) -> ActionId:
    """Return which action a change is about; raises NotFound."""
    action_id: ActionId | None = await fetch_value(conn, _SQL["read_change"], {"tenant": tenant, "id": change})
    if action_id is None:
        raise NotFound("There is no such change.")
    return action_id


async def end_failed(
    conn: Connection, tenant: TenantId, action_id: ActionId, *, code: Label, at: datetime
) -> LedgerRow:
    """Write down that what took effect has not lasted, and so its intent is free again.

    Raises NotFound when no such action stands as done.
    """
    row = {"tenant": tenant, "action_id": action_id, "code": code, "at": at}
    ended = await fetch_one(conn, LedgerRow, _SQL["end_failed"], row)
    if ended is None:
        raise NotFound("No such action stands as done.")
    return ended
