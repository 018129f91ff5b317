"""What waits for approval with all that is needed to decide it, in one reading; and what was decided lately."""

from collections.abc import Iterable
from datetime import datetime

from domain.customer import CustomerContext
from domain.event import TicketEvent
from domain.ids import ActionId, CustomerId, Label, TenantId, TicketId
from domain.model import Model
from store.approvals import ApprovalRow, DecisionRow
from store.queries import load_queries
from store.rows import Connection, fetch_all, like

_SQL = load_queries("approval_desk")


class WaitingFilter(Model):
    """Which open requests somebody wants to see; what is None does not matter."""

    role: Label | None = None
    action: Label | None = None
    expires_before: datetime | None = None
    for_me: bool = False  # only what this person may answer and has not
    snoozed: bool = False  # those that are put off, instead of those that are not
    words: str | None = None  # in what is asked or the customer's name, or an id of a ticket or customer


class Decider(Model):
    """Who looks: some requests are theirs to answer."""

    operator_id: str
    roles: tuple[str, ...]


class WaitingRow(ApprovalRow):
    """An open request with its ticket's subject, the customer's records as the last turn saw them, and its answers."""

    subject: str | None
    context: CustomerContext | None
    answers: tuple[DecisionRow, ...]
    judgments: tuple[TicketEvent, ...]  # every time that policy judged the action, in their order


class WaitingCount(Model):
    """How many requests wait of one action for one role."""

    action: Label
    role: Label
    is_snoozed: bool
    number: int
    for_me: int
    soon: int


class SettledRow(Model):
    """A request that has ended: how, by whom and why."""

    approval_id: ActionId
    ticket_id: TicketId
    customer_id: CustomerId
    action: Label
    rendered_text: str
    how: str
    at: datetime
    decided_by: str | None  # None: nobody, it expired or was withdrawn
    reason: str | None


async def list_waiting(
    conn: Connection, tenant: TenantId, wanted: WaitingFilter, decider: Decider, now: datetime, *, limit: int = 100
) -> list[WaitingRow]:
    """Return open requests, the oldest first."""
    words = None if wanted.words is None else like(wanted.words)
    key = {**_key(tenant, decider, now), **wanted.model_dump(exclude={"words"}), "like": words, "limit": limit}
    return await fetch_all(conn, WaitingRow, _SQL["list_waiting"], key)


async def count_waiting(
    conn: Connection, tenant: TenantId, decider: Decider, now: datetime, soon: datetime
) -> list[WaitingCount]:
    """Count open requests by action and role; `soon` counts those that expire before that moment."""
    return await fetch_all(conn, WaitingCount, _SQL["count_waiting"], {**_key(tenant, decider, now), "soon": soon})


async def list_settled(conn: Connection, tenant: TenantId, *, limit: int = 20) -> list[SettledRow]:
    """Return what has ended, the newest first."""
    return await fetch_all(conn, SettledRow, _SQL["list_settled"], {"tenant": tenant, "limit": limit})


def number_of(counts: Iterable[WaitingCount], *, is_snoozed: bool) -> int:
    """How many requests wait, among those that are put off or among those that are not."""
    return sum(it.number for it in counts if it.is_snoozed is is_snoozed)


def _key(tenant: TenantId, decider: Decider, now: datetime) -> dict[str, object]:
    return {"tenant": tenant, "operator_id": decider.operator_id, "roles": list(decider.roles), "now": now}
