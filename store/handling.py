"""Operators' heartbeats: kept once each, capped at the time that has passed, and added up."""

from datetime import date, datetime

from domain.handling import MOST_PER_BEAT, Beat, HandlingTime, HandlingTotal, capped
from domain.ids import TenantId, TicketId
from domain.model import Model
from domain.ticket import TicketRef
from store.queries import load_queries
from store.rows import Connection, execute, fetch_all, fetch_one, fetch_value

_SQL = load_queries("handling")


class _Last(Model):
    of_session: datetime | None
    of_operator: datetime | None


async def keep_beat(conn: Connection, ref: TicketRef, beat: Beat, *, by: str, at: datetime) -> None:
    """Keep a heartbeat, for what it can be believed; the same one again changes nothing.

    An operator's heartbeats are taken one after another, so that two tabs cannot count the same minute.
    """
    key = {"tenant": ref.tenant, "operator_id": by, "session_id": beat.session_id, "seq": beat.seq}
    await fetch_value(conn, _SQL["lock_operator"], key)
    if await fetch_value(conn, _SQL["is_known"], key):
        return
    last = await fetch_one(conn, _Last, _SQL["last_beat"], {**key, "since": at - MOST_PER_BEAT})
    open_ms, active_ms = capped(
        beat,
        at - last.of_session if last and last.of_session else None,
        at - last.of_operator if last and last.of_operator else None,
    )
    row = {**ref.model_dump(), **beat.model_dump(), **key, "open_ms": open_ms, "active_ms": active_ms, "at": at}
    await execute(conn, _SQL["insert_beat"], row)


async def read_handling(conn: Connection, tenant: TenantId, ticket_id: TicketId) -> HandlingTime:
    """Return the time that was spent on a ticket."""
    found = await fetch_one(conn, HandlingTime, _SQL["of_ticket"], {"tenant": tenant, "ticket_id": ticket_id})
    return found or HandlingTime()


async def total_handling(
    conn: Connection, tenant: TenantId, *, ticket_id: TicketId | None = None, since: date | None = None
) -> list[HandlingTotal]:
    """Return the time by procedure and UTC day; of one ticket, or of all since a day."""
    key = {"tenant": tenant, "ticket_id": ticket_id, "since": since}
    return await fetch_all(conn, HandlingTotal, _SQL["totals"], key)
