"""Handoffs: tickets given to a person, each with its packet, and who took it."""

from datetime import datetime

from psycopg.types.json import Jsonb

from domain.errors import Conflict, NotFound
from domain.handoff import HandoffPacket, SuggestedReply
from domain.ids import CustomerId, Label, TenantId, TicketId
from domain.ticket import TicketRef
from store.queries import load_queries
from store.rows import Connection, Row, execute, fetch_all, fetch_value

_SQL = load_queries("handoffs")


class HandoffRow(Row):
    """One handoff; nobody has accepted it while `accepted_by` is None."""

    id: int
    tenant: TenantId
    ticket_id: TicketId
    customer_id: CustomerId
    turn: int
    reason: str
    queue: Label
    is_urgent: bool
    packet: HandoffPacket
    created_at: datetime
    accepted_by: str | None
    accepted_at: datetime | None
    suggestion: SuggestedReply | None = None  # the newest since then that no operator has answered


async def insert_handoff(conn: Connection, ref: TicketRef, turn: int, packet: HandoffPacket) -> int:
    """Keep a packet and return the handoff's id; a turn hands off once."""
    row = {
        **ref.model_dump(),
        "turn": turn,
        "reason": packet.reason,
        "queue": packet.queue,
        "is_urgent": packet.urgent,
        "packet": Jsonb(packet.model_dump(mode="json")),
        "created_at": packet.created_at,
    }
    made: int | None = await fetch_value(conn, _SQL["insert_handoff"], row)
    return made if made is not None else int(await fetch_value(conn, _SQL["find_handoff"], row))


async def accept_handoff(
    conn: Connection, tenant: TenantId, handoff_id: int, operator_id: str, at: datetime
) -> HandoffRow:
    """Let an operator take a handed-off ticket; raises NotFound, and Conflict if somebody else has it."""
    key = {"tenant": tenant, "id": handoff_id, "operator_id": operator_id, "at": at}
    await execute(conn, _SQL["accept_handoff"], key)
    row = await read_handoff(conn, tenant, handoff_id)
    if row.accepted_by != operator_id:
        raise Conflict("Another operator has taken this ticket.")
    return row


async def read_handoff(conn: Connection, tenant: TenantId, handoff_id: int) -> HandoffRow:
    """Return a handoff; raises NotFound."""
    found = await _list(conn, tenant, handoff_id=handoff_id, limit=1)
    if not found:
        raise NotFound("There is no such handoff.")
    return found[0]


async def list_handoffs(
    conn: Connection,
    tenant: TenantId,
    *,
    ticket_id: TicketId | None = None,
    queue: Label | None = None,
    waiting: bool = True,
    limit: int = 100,
) -> list[HandoffRow]:
    """Return handoffs, urgent and old ones first; with `waiting`, only those nobody has accepted."""
    return await _list(conn, tenant, ticket_id=ticket_id, queue=queue, waiting=waiting, limit=limit)


async def _list(
    conn: Connection,
    tenant: TenantId,
    *,
    handoff_id: int | None = None,
    ticket_id: TicketId | None = None,
    queue: Label | None = None,
    waiting: bool = False,
    limit: int,
) -> list[HandoffRow]:
    key = {"tenant": tenant, "id": handoff_id, "ticket_id": ticket_id, "queue": queue, "waiting": waiting}
    return await fetch_all(conn, HandoffRow, _SQL["list_handoffs"], {**key, "limit": limit})
