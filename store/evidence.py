"""What did we know when we answered? The passages that replies rest on, as they were, and whether they still hold."""

from datetime import datetime

from domain.evidence import Standing
from domain.ids import TenantId, TicketId
from domain.model import Model
from store.queries import load_queries
from store.rows import Connection, fetch_all

_SQL = load_queries("evidence")
_MOST = 1_000  # of one ticket: more citations than any conversation holds


class CitedRow(Model):
    """A passage that a sent reply cites: its words of then, and how they stand at the time asked for."""

    ticket_id: TicketId
    seq: int  # of the reply among the ticket's messages
    answered_at: datetime
    place: int  # among the reply's citations
    passage_id: int
    slug: str
    version: int
    title: str
    section: str
    path: tuple[str, ...]
    text: str
    url: str | None
    known_from: datetime
    known_until: datetime | None
    current_version: int | None  # None: the article was withdrawn
    standing: Standing


async def ticket_evidence(conn: Connection, tenant: TenantId, ticket_id: TicketId, at: datetime) -> list[CitedRow]:
    """Return what a ticket's replies rest on, reply by reply, and how it stands at `at`."""
    return await _list(conn, tenant, at, ticket_id=ticket_id, since=None, doubtful=False, limit=_MOST)


async def answers_to_review(
    conn: Connection, tenant: TenantId, at: datetime, *, since: datetime, limit: int
) -> list[CitedRow]:
    """Return citations of answers given after `since` that do not hold at `at`, the newest answers first."""
    return await _list(conn, tenant, at, ticket_id=None, since=since, doubtful=True, limit=limit)


async def _list(conn: Connection, tenant: TenantId, at: datetime, **which: object) -> list[CitedRow]:
    return await fetch_all(conn, CitedRow, _SQL["list_cited"], {"tenant": tenant, "at": at, **which})
