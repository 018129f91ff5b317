"""The operators' inbox: tickets with the first words of what the customer said last, filtered, searched and counted."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from domain.ids import CustomerId, Label, TenantId, TicketId
from domain.model import Model
from domain.ticket import Channel, TicketStatus, WaitingFor
from store.cursors import read_cursor, write_cursor
from store.queries import load_queries
from store.rows import Connection, Row, fetch_all, like

_SQL = load_queries("desk")
_MOST_COUNTED = 1_000  # beyond that it is only said that there are more


class InboxFilter(Model):
    """Which tickets an operator wants to see; what is None or empty does not matter."""

    statuses: tuple[TicketStatus, ...] = ()
    waiting_for: tuple[WaitingFor, ...] = ()
    intent: Label | None = None
    queue: Label | None = None
    channel: str | None = None
    customer_id: str | None = None
    assigned_to: str | None = None  # "": nobody
    is_urgent: bool | None = None
    is_reopened: bool | None = None
    is_breached: bool | None = None  # a promise was broken since it was handed off
    due_before: datetime | None = None  # when the next promise is due
    is_snoozed: bool | None = None  # by whoever looks
    updated_before: datetime | None = None
    updated_after: datetime | None = None
    words: str | None = None  # in the subject, a message or the customer's name; or an id of either
    oldest_first: bool = False


class InboxRow(Row):
    """A ticket as a line of the inbox."""

    ticket_id: TicketId
    customer_id: CustomerId
    customer_name: str | None  # as the last turn read it; None before the first
    channel: Channel
    subject: str | None
    status: TicketStatus
    waiting_for: WaitingFor
    intent: Label | None
    queue: Label | None
    assigned_to: str | None
    is_urgent: bool
    reopens: int
    opened_at: datetime
    updated_at: datetime
    sla_due_at: datetime | None
    sla_breached_at: datetime | None
    snoozed_until: datetime | None  # by whoever looks; it may be past
    last_words: str | None  # the first 160 characters of the customer's last message


class Viewer(Model):
    """Who looks, and when: tickets are snoozed for one operator alone."""

    operator_id: str
    now: datetime


class InboxPage(Model):
    """Some tickets, and where to go on; `cursor` is None on the last page."""

    rows: tuple[InboxRow, ...]
    cursor: str | None


async def list_inbox(
    conn: Connection,
    tenant: TenantId,
    wanted: InboxFilter,
    viewer: Viewer,
    *,
    limit: int = 50,
    cursor: str | None = None,
) -> InboxPage:
    """Return a page of tickets by when they last changed; raises InvalidInput for a cursor that is none of ours."""
    from_at, from_id = read_cursor(cursor, given_by="the inbox") if cursor else (None, None)
    key = {**_key(tenant, {"": wanted}, viewer), "from_at": from_at, "from_id": from_id, "limit": limit + 1}
    found = await fetch_all(conn, InboxRow, _SQL["list"], {**key, "oldest_first": wanted.oldest_first})
    rows = tuple(found[:limit])
    last = rows[-1] if len(found) > limit else None
    return InboxPage(rows=rows, cursor=write_cursor(last.updated_at, last.ticket_id) if last is not None else None)


async def count_inbox(
    conn: Connection, tenant: TenantId, wanted: Mapping[Label, InboxFilter], viewer: Viewer
) -> dict[Label, int]:
    """How many tickets each filter finds, by the filters' names; each is counted up to 1,000."""
    found = await fetch_all(conn, _Count, _SQL["count"], {**_key(tenant, wanted, viewer), "most": _MOST_COUNTED})
    return {count.name: count.tickets for count in found}


class _Count(Model):
    name: str
    tickets: int


def _key(tenant: TenantId, wanted: Mapping[Label, InboxFilter], viewer: Viewer) -> Mapping[str, Any]:
    told = [{"name": name, **_told(one)} for name, one in wanted.items()]
    return {"tenant": tenant, "viewer": viewer.operator_id, "now": viewer.now, "wanted": Jsonb(told)}


def _told(wanted: InboxFilter) -> dict[str, Any]:
    # An empty list, like None, asks for nothing.
    asked = {name: value for name, value in wanted.model_dump(mode="json").items() if value is not None and value != []}
    return asked if wanted.words is None else {**asked, "words": like(wanted.words)}
