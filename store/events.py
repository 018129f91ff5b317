"""Recording and reading what happened on a ticket: append-only, hash-chained.

Only the ticket's workflow appends, one batch after another; an attempt that is made twice finds its own events.
"""

from collections.abc import Sequence

from psycopg.types.json import Jsonb

from domain.errors import AuditBroken
from domain.event import GENESIS, TicketEvent
from domain.ids import Sha256, TenantId, TicketId
from domain.model import Model
from store.heads import append_head
from store.queries import load_queries
from store.rows import Connection, execute, fetch_all

_SQL = load_queries("events")


class _Link(Model):
    seq: int
    hash: Sha256


async def append_events(
    conn: Connection, tenant: TenantId, ticket_id: TicketId, events: Sequence[TicketEvent]
) -> Sha256:
    """Record events that follow one another and return the hash of the last; recorded before, they are left alone.

    It holds the tenant's chain until the transaction ends, so call it last.

    Raises:
        AuditBroken: an event of that place is recorded otherwise, or the one before the first is missing.
    """
    first, last = events[0].seq, events[-1].seq
    if [event.seq for event in events] != list(range(first, last + 1)):
        raise AuditBroken("The events to record do not follow one another.")
    key = {"tenant": tenant, "ticket_id": ticket_id, "first": first - 1, "last": last}
    recorded = {link.seq: link.hash for link in await fetch_all(conn, _Link, _SQL["read_links"], key)}
    previous = GENESIS if first == 1 else recorded.get(first - 1)
    if previous is None:
        raise AuditBroken("The event before those to record is missing.", seq=first - 1)
    is_appended = False
    for event in events:
        link = event.digest(previous)
        if event.seq not in recorded:
            row = {**event.model_dump(), "body": Jsonb(event.body), "prev_hash": previous, "hash": link}
            if await execute(conn, _SQL["insert_event"], {**row, "tenant": tenant, "ticket_id": ticket_id}):
                is_appended = True
            else:  # an attempt that was given up came through meanwhile
                now = await fetch_all(conn, _Link, _SQL["read_links"], {**key, "first": event.seq})
                recorded |= {other.seq: other.hash for other in now}
        if recorded.get(event.seq, link) != link:
            raise AuditBroken("A recorded event differs from the one to be recorded.", seq=event.seq)
        previous = link
    if is_appended:
        await append_head(conn, tenant, ticket_id, last, previous)
    return previous


async def read_events(conn: Connection, tenant: TenantId, ticket_id: TicketId, *, after: int = 0) -> list[TicketEvent]:
    """Return a ticket's events after the given place, in order."""
    key = {"tenant": tenant, "ticket_id": ticket_id, "after": after}
    return await fetch_all(conn, TicketEvent, _SQL["read_events"], key)
