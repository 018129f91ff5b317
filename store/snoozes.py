"""Tickets that an operator has put off: their own view of what waits, and nothing else."""

from datetime import datetime

from domain.errors import InvalidInput
from domain.ids import TenantId, TicketId
from domain.model import Model
from domain.ticket import TicketRef
from store.queries import load_queries
from store.rows import Connection, execute, fetch_all

_SQL = load_queries("snoozes")


class Snooze(Model):
    """A ticket that an operator does not want to see until a time."""

    ticket_id: TicketId
    until: datetime


async def snooze_ticket(conn: Connection, ref: TicketRef, *, by: str, until: datetime, at: datetime) -> None:
    """Put a ticket off for one operator; the newest of theirs counts. Raises InvalidInput for a time that is past."""
    if until <= at:
        raise InvalidInput("Choose a time to come.")
    row = {**ref.model_dump(), "operator_id": by, "until": until, "at": at}
    await execute(conn, _SQL["insert_snooze"], row)


async def wake_ticket(conn: Connection, ref: TicketRef, *, by: str, at: datetime) -> None:
    """Take a ticket back among what waits for an operator."""
    row = {**ref.model_dump(), "operator_id": by, "until": at, "at": at}
    await execute(conn, _SQL["insert_snooze"], row)


async def list_snoozed(conn: Connection, tenant: TenantId, operator_id: str, at: datetime) -> list[Snooze]:
    """Return what an operator has put off beyond a moment, what comes back first first."""
    return await fetch_all(conn, Snooze, _SQL["list_snoozed"], {"tenant": tenant, "operator_id": operator_id, "at": at})
