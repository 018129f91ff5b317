"""What did we know when we answered? The passages that replies rest on, as they were, and whether they still hold."""

from datetime import datetime

from domain.errors import NotFound
from domain.evidence import Standing
from domain.ids import TenantId, TicketId
from domain.model import Model
from domain.ticket import TicketRef
from store.queries import load_queries
from store.rows import Connection, execute, fetch_all

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
    """Return citations of answers given after `since` that do not hold at `at`, the newest answers first.

    What somebody has reviewed is left out, until it stands otherwise than they saw it.
    """
    return await _list(conn, tenant, at, ticket_id=None, since=since, doubtful=True, limit=limit)


async def review_answer(conn: Connection, ref: TicketRef, seq: int, *, by: str, at: datetime) -> int:
    """Note that somebody has looked at a reply whose articles do not hold; returns how many doubts that settles.

    Raises:
        NotFound: no reply of this number rests on articles.
    """
    cited = [row for row in await ticket_evidence(conn, ref.tenant, ref.ticket_id, at) if row.seq == seq]
    if not cited:
        raise NotFound("No reply of this number rests on articles.")
    settled = 0
    for row in cited:
        if row.standing is not Standing.holds:
            key = {**ref.model_dump(), "seq": seq, "passage_id": row.passage_id, "standing": row.standing.value}
            settled += await execute(conn, _SQL["review"], {**key, "by": by, "at": at})
    return settled


async def _list(conn: Connection, tenant: TenantId, at: datetime, **which: object) -> list[CitedRow]:
    return await fetch_all(conn, CitedRow, _SQL["list_cited"], {"tenant": tenant, "at": at, **which})
