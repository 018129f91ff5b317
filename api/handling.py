"""Operators' heartbeats taken, and their time told with its cost: the human side beside the models'."""

from datetime import date

from api.auth import Principal
from api.idempotency import Once
from api.schemas.handling import HandlingBody, HandlingCost, HandlingView
from api.services import Services
from domain.errors import NotFound
from domain.handling import cost_of
from domain.ids import TenantId, TicketId
from domain.money import Money
from store.approvals import read_request
from store.handling import keep_beat, read_handling, total_handling
from store.rows import Connection
from store.tickets import read_ticket


async def beat(services: Services, caller: Principal, once: Once, body: HandlingBody) -> HandlingView:
    """Keep a heartbeat, capped at the time that has passed; the same again is the same.

    Raises:
        NotFound: there is no such ticket or approval.
        Refused: the caller is no operator.
    """
    by, kept = caller.operator, body.beat
    async with services.pools.operator(caller.tenant) as conn:
        said = await once.recall(conn, HandlingView)
        if said is not None:
            return said
        ticket = await read_ticket(conn, caller.tenant, kept.ticket_id)
        if kept.approval_id is not None:
            await read_request(conn, caller.tenant, kept.approval_id)
        await keep_beat(conn, ticket.ref, kept, by=by, at=services.deps.clock())
        spent = await read_handling(conn, caller.tenant, kept.ticket_id)
        view = HandlingView(ticket_id=kept.ticket_id, open_ms=spent.open_ms, active_ms=spent.active_ms)
        await once.keep(conn, view, services.deps.clock())
    return view


async def handling_costs(
    services: Services, conn: Connection, tenant: TenantId, *, ticket_id: TicketId | None, since: date | None
) -> tuple[HandlingCost, ...]:
    """Return the time by procedure and UTC day, with its cost where the tenant says what an hour costs."""
    hourly = hourly_of(services, tenant)
    totals = await total_handling(conn, tenant, ticket_id=ticket_id, since=since)
    return tuple(
        HandlingCost(**total.model_dump(), cost=cost_of(total.active_ms, hourly) if hourly is not None else None)
        for total in totals
    )


def hourly_of(services: Services, tenant: TenantId) -> Money | None:
    """What an operator's hour costs the tenant, if its file says so."""
    try:
        return services.trust(tenant).hourly
    except NotFound:
        return None
