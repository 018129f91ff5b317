"""Tickets as everybody sees them: a projection of their events.

Only the ticket's own workflow writes here, through `activities/records.py`; whoever accepts the first message makes no
more than the stub (`store/inbox.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypedDict, Unpack

from psycopg import sql
from psycopg.types.json import Jsonb
from pydantic import JsonValue

from domain.errors import NotFound
from domain.ids import CustomerId, Label, TenantId, TicketId
from domain.model import Model
from domain.sla import SlaClock
from domain.ticket import Channel, IdentityLevel, TicketRef, TicketStatus, WaitingFor, check_transition
from store.cursors import read_cursor, write_cursor
from store.queries import load_queries
from store.rows import Connection, Row, fetch_all, fetch_one

_SQL = load_queries("tickets")
Resolution = Literal["confirmed", "assumed", "by_operator"]


class TicketRow(Row):
    """A ticket's present state."""

    tenant: TenantId
    ticket_id: TicketId
    customer_id: CustomerId
    channel: Channel
    identity: IdentityLevel  # as it was opened
    identity_now: IdentityLevel
    subject: str | None
    follow_up_of: TicketId | None
    opened_at: datetime
    status: TicketStatus
    waiting_for: WaitingFor
    updated_at: datetime
    intent: Label | None
    language: str | None
    procedure: Label | None
    procedure_version: str | None
    assigned_to: str | None
    queue: Label | None
    is_urgent: bool
    turns: int
    reopens: int
    resolution: Resolution | None
    resolved_at: datetime | None
    durable_at: datetime | None  # when the no-reopen window had passed
    sla: SlaClock | None = None  # what was promised and still runs
    sla_due_at: datetime | None = None
    sla_breached_at: datetime | None = None
    last_event_seq: int
    last_message_seq: int

    @property
    def ref(self) -> TicketRef:
        """Whose ticket it is, as far as that is known now."""
        return TicketRef(
            tenant=self.tenant,
            ticket_id=self.ticket_id,
            customer_id=self.customer_id,
            channel=self.channel,
            identity=self.identity_now,
        )


class TicketChanges(TypedDict, total=False):
    """What may change in a ticket's life; None takes a value away."""

    status: TicketStatus
    waiting_for: WaitingFor
    intent: Label | None
    language: str | None
    procedure: Label | None
    procedure_version: str | None
    assigned_to: str | None
    queue: Label | None
    is_urgent: bool
    turns: int
    reopens: int
    resolution: Resolution | None
    resolved_at: datetime | None
    durable_at: datetime | None
    sla: Mapping[str, JsonValue] | None
    sla_due_at: datetime | None
    sla_breached_at: datetime | None


class TicketFilter(Model):
    """Which tickets to list; what is None or empty does not matter."""

    statuses: tuple[TicketStatus, ...] = ()
    waiting_for: WaitingFor | None = None
    intent: Label | None = None
    customer_id: CustomerId | None = None
    queue: Label | None = None
    assigned_to: str | None = None


class TicketPage(Model):
    """Some tickets, newest first, and where to go on; `cursor` is None on the last page."""

    tickets: tuple[TicketRow, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class _Projected:
    status: str
    last_event_seq: int


async def project_ticket(
    conn: Connection, ref: TicketRef, last_event_seq: int, at: datetime, **changes: Unpack[TicketChanges]
) -> bool:
    """Write what the events up to `last_event_seq` made of the ticket; False when later events are projected already.

    Raises:
        NotFound: there is no such ticket in this scope.
        Conflict: the status cannot follow the present one.
    """
    key = {"tenant": ref.tenant, "ticket_id": ref.ticket_id}
    projected = await fetch_one(conn, _Projected, _SQL["lock_projection"], key)
    if projected is None:
        raise NotFound("There is no such ticket.")
    if projected.last_event_seq > last_event_seq:  # an attempt that was given up, and came through after its successor
        return False
    if "status" in changes and changes["status"] != projected.status:
        check_transition(TicketStatus(projected.status), changes["status"])
    values: dict[str, object] = {**changes, "last_event_seq": last_event_seq, "updated_at": at}
    if values.get("sla") is not None:
        values["sla"] = Jsonb(values["sla"])
    assignments = sql.SQL(", ").join(
        sql.SQL("{} = {}").format(sql.Identifier(column), sql.Placeholder(column)) for column in values
    )
    update = sql.SQL("update setright.tickets set {} where tenant = {} and ticket_id = {}")
    await conn.execute(
        update.format(assignments, sql.Placeholder("tenant"), sql.Placeholder("ticket_id")), {**key, **values}
    )
    return True


async def read_ticket(conn: Connection, tenant: TenantId, ticket_id: TicketId) -> TicketRow:
    """Return a ticket; raises NotFound when it is not there or outside the scope."""
    row = await fetch_one(conn, TicketRow, _SQL["read_ticket"], {"tenant": tenant, "ticket_id": ticket_id})
    if row is None:
        raise NotFound("There is no such ticket.")
    return row


async def list_tickets(
    conn: Connection, tenant: TenantId, wanted: TicketFilter, *, limit: int = 50, cursor: str | None = None
) -> TicketPage:
    """Return a page of tickets, the newest first; raises InvalidInput for a cursor that is not one of ours."""
    before_at, before_id = read_cursor(cursor, given_by="a list of tickets") if cursor else (None, None)
    found = await fetch_all(
        conn,
        TicketRow,
        _SQL["list_tickets"],
        {
            **wanted.model_dump(mode="json", exclude={"statuses"}),
            "statuses": [status.value for status in wanted.statuses] or None,
            "tenant": tenant,
            "before_at": before_at,
            "before_id": before_id,
            "limit": limit + 1,
        },
    )
    page = tuple(found[:limit])
    last = page[-1] if len(found) > limit else None
    return TicketPage(tickets=page, cursor=write_cursor(last.opened_at, last.ticket_id) if last is not None else None)
