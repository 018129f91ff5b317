"""Putting a ticket together for whoever looks at it: rows of one scope, one transaction, shown as they are."""

from collections.abc import Sequence

from api.approving import view_approval
from api.auth import Principal, Scope
from api.handling import hourly_of
from api.schemas.detail import TicketDetail
from api.schemas.tickets import ActionView, HandoffView, Links, RatingView, TicketView
from api.services import Services
from api.telling import Names
from api.turns import turns_of
from domain.event import TicketEvent
from domain.handling import cost_of
from domain.ids import TenantId, TicketId
from store.approvals import list_approvals, read_decision
from store.events import read_events
from store.guardrails import count_guardrails
from store.handling import read_handling
from store.handoffs import list_handoffs
from store.ledger import ticket_actions
from store.messages import read_messages
from store.model_calls import spent_on
from store.ratings import read_rating
from store.rows import Connection
from store.tickets import read_ticket


async def read_detail(services: Services, caller: Principal, ticket_id: TicketId) -> TicketDetail:
    """Return a whole ticket; the packets of handoffs only to keys of operators. Raises NotFound."""
    tenant, specs = caller.tenant, services.deps.backend_specs.get(caller.tenant, {})
    now = services.deps.clock()
    async with services.pools.operator(tenant) as conn:
        ticket = await read_ticket(conn, tenant, ticket_id)
        events = await read_events(conn, tenant, ticket_id)
        names = await names_for(services, conn, tenant, events)
        rating = await read_rating(conn, tenant, ticket_id)
        handoffs = []
        if caller.may(Scope.operators):
            handoffs = await list_handoffs(conn, tenant, ticket_id=ticket_id, waiting=False)
        messages = tuple(await read_messages(conn, tenant, ticket_id))
        asked = await list_approvals(conn, tenant, ticket_id=ticket_id, open_only=False)
        handling = await read_handling(conn, tenant, ticket_id)
        hourly = hourly_of(services, tenant)
        return TicketDetail(
            ticket=TicketView.of(ticket),
            messages=messages,
            actions=tuple(ActionView.of(row, specs) for row in await ticket_actions(conn, tenant, ticket_id)),
            approvals=tuple([await view_approval(conn, tenant, row, specs, now) for row in asked]),
            turns=turns_of(events, names, messages),
            handoffs=tuple(HandoffView.of(row, messages) for row in sorted(handoffs, key=lambda row: row.id)),
            rating=RatingView(score=rating.score, comment=rating.comment, at=rating.at) if rating else None,
            costs=await spent_on(conn, tenant, ticket_id),
            handling=handling,
            handling_cost=cost_of(handling.active_ms, hourly) if hourly is not None else None,
            guardrails=await count_guardrails(conn, tenant, ticket_id),
            links=_links(services, ticket_id),
        )


async def names_for(services: Services, conn: Connection, tenant: TenantId, events: Sequence[TicketEvent]) -> Names:
    """What is needed besides the events to tell them: titles of actions, and who decided."""
    decided = {number for event in events if isinstance(number := event.body.get("decision"), int)}
    deciders = {number: (await read_decision(conn, tenant, number)).decided_by for number in sorted(decided)}
    return Names(specs=services.deps.backend_specs.get(tenant, {}), deciders=deciders)


def _links(services: Services, ticket_id: TicketId) -> Links:
    path = f"/v1/tickets/{ticket_id}"
    return Links(
        self=path,
        messages=f"{path}/messages",
        events=f"{path}/events",
        history=f"{path}/history",
        temporal=services.temporal_url(ticket_id),
    )
