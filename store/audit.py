"""Reading the recorded past as it lies in the database, for whoever checks or exports it (domain/chain.py).

It reads and mends nothing. Read links and events in one snapshot (a repeatable-read transaction), or what is recorded
meanwhile looks like damage.
"""

from collections.abc import AsyncIterator, Collection

from psycopg.rows import class_row

from domain.chain import ChainProblem, Head, RecordedEvent, RecordedLink, TenantCheck
from domain.ids import TenantId
from store.queries import load_queries
from store.rows import Connection, fetch_all

_SQL = load_queries("audit")
_BATCH = 5_000  # rows fetched at once; a few MB


class TenantHead(Head):
    """The newest link of one tenant's chain."""

    tenant: TenantId


async def verify_chain(conn: Connection, tenant: TenantId, *, kept: Collection[Head] = ()) -> list[ChainProblem]:
    """Return what is wrong with a tenant's chain and with each of its tickets'; `kept` are heads kept elsewhere."""
    check = TenantCheck(tenant, kept)
    async for link in read_links(conn, tenant):
        check.link(link)
    async for event in read_recorded(conn, tenant):
        check.event(event)
    return check.finish()


async def read_links(conn: Connection, tenant: TenantId) -> AsyncIterator[RecordedLink]:
    """Each link of a tenant's chain, in order."""
    async with conn.cursor(name="links", row_factory=class_row(RecordedLink)) as cursor:
        cursor.itersize = _BATCH
        await cursor.execute(_SQL["read_links"], {"tenant": tenant})
        async for link in cursor:
            yield link


async def read_recorded(conn: Connection, tenant: TenantId) -> AsyncIterator[RecordedEvent]:
    """Each event of a tenant, ticket by ticket, in order."""
    async with conn.cursor(name="recorded", row_factory=class_row(RecordedEvent)) as cursor:
        cursor.itersize = _BATCH
        await cursor.execute(_SQL["read_recorded"], {"tenant": tenant})
        async for event in cursor:
            yield event


async def newest_heads(conn: Connection) -> list[TenantHead]:
    """Return the newest link of every tenant in scope; the relay's scope has them all."""
    return await fetch_all(conn, TenantHead, _SQL["newest_heads"], {})
