"""Tickets that wait for a person, each with its newest packet, in the order in which they should be taken."""

from datetime import datetime

from domain.handoff import HandoffPacket
from domain.ids import CustomerId, Label, TenantId, TicketId
from domain.model import Model
from store.desk import Viewer
from store.queries import load_queries
from store.rows import Connection, fetch_all, like

_SQL = load_queries("handoff_desk")


class HandoffFilter(Model):
    """Which tickets an operator wants to see; what is None does not matter."""

    queue: Label | None = None
    assigned_to: str | None = None  # "": nobody
    is_urgent: bool | None = None
    is_late: bool | None = None  # a promise was broken or its time has passed
    due_before: datetime | None = None
    is_snoozed: bool | None = None
    words: str | None = None  # in the subject or the customer's name, or an id of the ticket or customer


class WaitingTicket(Model):
    """A ticket that people have; `packet` is None for one that an operator took by themselves."""

    ticket_id: TicketId
    customer_id: CustomerId
    customer_name: str | None  # as the last turn read it
    subject: str | None
    intent: Label | None
    queue: Label | None
    assigned_to: str | None
    is_urgent: bool
    waits_since: datetime
    sla_due_at: datetime | None
    sla_breached_at: datetime | None
    snoozed_until: datetime | None
    reason: str | None
    packet: HandoffPacket | None


class QueueCount(Model):
    """How many tickets wait in one queue."""

    queue: Label | None
    is_snoozed: bool
    number: int
    mine: int
    nobodys: int
    late: int
    soon: int


async def list_waiting(
    conn: Connection, tenant: TenantId, wanted: HandoffFilter, viewer: Viewer, *, limit: int = 100
) -> list[WaitingTicket]:
    """Return tickets: late ones first, then urgent ones, then by when an answer is due, then the oldest."""
    words = None if wanted.words is None else like(wanted.words)
    key = {**_key(tenant, viewer), **wanted.model_dump(exclude={"words"}), "like": words, "limit": limit}
    return await fetch_all(conn, WaitingTicket, _SQL["list_waiting"], key)


async def count_queues(conn: Connection, tenant: TenantId, viewer: Viewer, soon: datetime) -> list[QueueCount]:
    """Count by queue; `soon` counts what is due before that moment."""
    return await fetch_all(conn, QueueCount, _SQL["count_queues"], {**_key(tenant, viewer), "soon": soon})


def _key(tenant: TenantId, viewer: Viewer) -> dict[str, object]:
    return {"tenant": tenant, "viewer": viewer.operator_id, "now": viewer.now}
