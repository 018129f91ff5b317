"""Snapshots of the customer context: what was known of the customer when a turn decided.

A snapshot is written once under a key that the workflow gives, so that an activity that runs again finds its first one,
and the steps of a turn decide on the same facts.
"""

from datetime import datetime

from psycopg.types.json import Jsonb

from domain.customer import CustomerContext
from domain.errors import NotFound
from domain.ids import TenantId, TicketId
from domain.ticket import TicketRef
from store.queries import load_queries
from store.rows import Connection, fetch_value

_SQL = load_queries("contexts")


async def insert_context(
    conn: Connection, ref: TicketRef, *, turn: int, key: str, context: CustomerContext, at: datetime
) -> int:
    """Keep a snapshot and return its id; the first one under a key stays."""
    row = {**ref.model_dump(), "turn": turn, "key": key, "body": Jsonb(context.model_dump(mode="json")), "at": at}
    made: int | None = await fetch_value(conn, _SQL["insert_context"], row)
    return made if made is not None else int(await fetch_value(conn, _SQL["find_context"], row))


async def read_newest_context(conn: Connection, tenant: TenantId, ticket_id: TicketId) -> CustomerContext | None:
    """What was known of a ticket's customer when it was looked at last; None where nobody has looked yet."""
    body = await fetch_value(conn, _SQL["read_newest_context"], {"tenant": tenant, "ticket_id": ticket_id})
    return None if body is None else CustomerContext.model_validate(body)


async def read_context(conn: Connection, tenant: TenantId, context_id: int) -> CustomerContext:
    """Return a snapshot; raises NotFound when it is not there or outside the scope."""
    body = await fetch_value(conn, _SQL["read_context"], {"tenant": tenant, "id": context_id})
    if body is None:
        raise NotFound("There is no such customer context.")
    return CustomerContext.model_validate(body)
