"""Tickets as their own customers see them: what was said, what is asked, which others there are.

Everything here is read in the customer's own scope, where row security hides notes and whatever is another's.
"""

from collections.abc import Sequence
from datetime import datetime

from domain.customer import CustomerContext
from domain.ids import CustomerId, TenantId, TicketId
from domain.memory import ReplyPart
from domain.message import AuthorKind
from domain.model import Model
from domain.ticket import TicketStatus
from store.queries import load_queries
from store.rows import Connection, fetch_all, fetch_one, fetch_value

_SQL = load_queries("visits")


class Said(Model):
    """One message of the public conversation; `files` are the names of what came with it."""

    seq: int
    author: AuthorKind
    author_id: str | None
    text: str
    at: datetime
    files: tuple[str, ...]


class Last(Model):
    """The newest public message; `parts` are what it was made of, if the assistant wrote it."""

    seq: int
    author: AuthorKind
    text: str
    parts: tuple[ReplyPart, ...] | None


class Visit(Model):
    """One ticket in a customer's list; `words` are the first 120 characters of it."""

    ticket_id: TicketId
    status: TicketStatus
    opened_at: datetime
    words: str


async def read_said(conn: Connection, tenant: TenantId, ticket_id: TicketId, *, after: int) -> Sequence[Said]:
    """Return the public conversation after message `after`."""
    return await fetch_all(conn, Said, _SQL["read_said"], {"tenant": tenant, "ticket_id": ticket_id, "after": after})


async def read_last(conn: Connection, tenant: TenantId, ticket_id: TicketId) -> Last | None:
    """Return the newest public message."""
    return await fetch_one(conn, Last, _SQL["read_last"], {"tenant": tenant, "ticket_id": ticket_id})


async def read_newest_context(conn: Connection, tenant: TenantId, ticket_id: TicketId) -> CustomerContext | None:
    """Return what was last known of the customer on a ticket, if a turn has looked."""
    body = await fetch_value(conn, _SQL["read_newest_context"], {"tenant": tenant, "ticket_id": ticket_id})
    return None if body is None else CustomerContext.model_validate(body)


async def list_visits(
    conn: Connection, tenant: TenantId, customer: CustomerId, *, only_proven: bool, limit: int
) -> Sequence[Visit]:
    """Return a customer's tickets, the newest first; `only_proven` leaves out what a stranger may have written."""
    key = {"tenant": tenant, "customer_id": customer, "only_proven": only_proven, "limit": limit}
    return await fetch_all(conn, Visit, _SQL["list_visits"], key)


async def read_claimed(
    conn: Connection, tenant: TenantId, ticket_id: TicketId, visitor: CustomerId
) -> CustomerId | None:
    """Return whose ticket it is, if the visitor opened it by naming an account; None for every other ticket."""
    key = {"tenant": tenant, "ticket_id": ticket_id, "visitor": visitor}
    found: CustomerId | None = await fetch_value(conn, _SQL["read_claimed"], key)
    return found
