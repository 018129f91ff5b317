"""Facts: the answers of read actions, kept as rows so that a reply can be checked against what was read."""

from collections.abc import Mapping
from datetime import datetime

from psycopg.types.json import Jsonb
from pydantic import JsonValue

from domain.errors import NotFound
from domain.ids import ActionId, Label, TenantId, TicketId
from domain.model import Model
from domain.ticket import TicketRef
from store.queries import load_queries
from store.rows import Connection, fetch_all, fetch_one, fetch_value

_SQL = load_queries("facts")


class FactRow(Model):
    """What one read action answered."""

    id: int
    turn: int
    action_id: ActionId
    name: Label  # of the action
    body: dict[str, JsonValue]
    at: datetime


async def insert_fact(
    conn: Connection,
    ref: TicketRef,
    *,
    turn: int,
    action_id: ActionId,
    name: Label,
    body: Mapping[str, JsonValue],
    at: datetime,
) -> int:
    """Keep an answer and return its id; the first one of an action stays."""
    row = {**ref.model_dump(), "turn": turn, "action_id": action_id, "name": name, "body": Jsonb(dict(body)), "at": at}
    made: int | None = await fetch_value(conn, _SQL["insert_fact"], row)
    return made if made is not None else int(await fetch_value(conn, _SQL["find_fact"], row))


async def read_fact(conn: Connection, tenant: TenantId, fact_id: int) -> FactRow:
    """Return an answer; raises NotFound when it is not there or outside the scope."""
    row = await fetch_one(conn, FactRow, _SQL["read_fact"], {"tenant": tenant, "id": fact_id})
    if row is None:
        raise NotFound("There is no such fact.")
    return row


async def read_facts(
    conn: Connection, tenant: TenantId, ticket_id: TicketId, *, turn: int | None = None
) -> list[FactRow]:
    """Return a ticket's answers, or those of one turn, in the order they were read."""
    return await fetch_all(conn, FactRow, _SQL["read_facts"], {"tenant": tenant, "ticket_id": ticket_id, "turn": turn})
