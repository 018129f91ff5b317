"""Erasing a customer's words: what they wrote, what was written to them, and what was known of them.

The database does it in one function (migration 0011), and refuses while a ticket of theirs is open or an effect is
unsettled. Amounts, ids, digests and events stay: the ledger keeps its keys, and the audit chain still verifies.
"""

from datetime import datetime

from psycopg import errors

from domain.errors import Conflict, NotFound
from domain.event import TicketEvent
from domain.ids import CustomerId, TenantId, TicketId
from domain.model import Model
from domain.ticket import TicketStatus
from store.events import append_events, read_events
from store.queries import load_queries
from store.rows import Connection, fetch_all, fetch_one, fetch_value
from store.tickets import project_ticket, read_ticket

_SQL = load_queries("erasure")


class Standing(Model):
    """How one of the customer's tickets stands."""

    ticket_id: TicketId
    status: TicketStatus
    is_acting: bool  # an effect was allowed or sent, and nobody knows yet how it ended
    awaits_approval: bool


class Forgotten(Model):
    """That a customer was forgotten, and when."""

    id: int
    tenant: TenantId
    customer_id: CustomerId
    at: datetime


class Erasure(Forgotten):
    """What was erased: rows by what they were."""

    asked_by: str
    counts: dict[str, int]


async def read_standing(conn: Connection, tenant: TenantId, customer_id: CustomerId) -> list[Standing]:
    """Return how each ticket of a customer stands; raises NotFound when they have none."""
    found = await fetch_all(conn, Standing, _SQL["standing"], {"tenant": tenant, "customer_id": customer_id})
    if not found:
        raise NotFound("There is no such customer here.")
    return found


async def erase_words(
    conn: Connection, tenant: TenantId, customer_id: CustomerId, *, asked_by: str, at: datetime
) -> Erasure:
    """Erase, record it on each ticket, and return what went; call it last, for it holds the tenant's chain.

    Raises:
        Conflict: a ticket of theirs is not closed, or an effect is unsettled.
    """
    key = {"tenant": tenant, "customer_id": customer_id}
    try:
        lost: list[TicketId] = await fetch_value(conn, _SQL["erase_words"], {**key, "asked_by": asked_by, "at": at})
    except errors.CheckViolation:
        raise Conflict("A ticket of this customer is open, or an action not settled; ask again.") from None
    erasure = await fetch_one(conn, Erasure, _SQL["newest_erasure"], key)
    if erasure is None:
        raise NotFound("There is no such customer here.")
    for ticket_id in lost:
        ticket = await read_ticket(conn, tenant, ticket_id)
        unprojected = await read_events(conn, tenant, ticket_id, after=ticket.last_event_seq)
        seq = ticket.last_event_seq + len(unprojected) + 1
        event = TicketEvent(seq=seq, kind="erased", at=at, body={"by": asked_by, "erasure": erasure.id})
        await project_ticket(conn, ticket.ref, seq, at)
        await append_events(conn, tenant, ticket_id, [event])
    return erasure


async def list_forgotten(conn: Connection, *, after: int = 0) -> list[Forgotten]:
    """Return who was forgotten since the erasure `after`, over all tenants in scope."""
    return await fetch_all(conn, Forgotten, _SQL["list_forgotten"], {"after": after})
