"""What tickets cost: calls of chat models, and operators' time."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from api.auth import Reader
from api.errors import documented
from api.handling import handling_costs
from api.routers.common import TicketPath
from api.schemas.detail import CostsView, ModelCallsView
from api.services import Shared
from api.strict_json import StrictRoute
from domain.ids import TicketId
from store.model_calls import list_calls, total_calls
from store.tickets import read_ticket

router = APIRouter(prefix="/v1", tags=["costs"], route_class=StrictRoute)


@router.get(
    "/tickets/{ticket_id}/model-calls",
    operation_id="list_model_calls",
    summary="List what a model was asked for a ticket",
    response_description="The calls, the oldest first; at most a thousand.",
    responses=documented("not_found", "invalid_input"),
)
async def get_model_calls(ticket_id: TicketPath, caller: Reader, services: Shared) -> ModelCallsView:
    """Return each call with its tokens, price and outcome, failed ones too; no words are kept of any."""
    async with services.pools.operator(caller.tenant) as conn:
        await read_ticket(conn, caller.tenant, ticket_id)
        return ModelCallsView(calls=tuple(await list_calls(conn, caller.tenant, ticket_id)))


@router.get(
    "/costs",
    operation_id="read_costs",
    summary="Read what models and operators cost",
    response_description="Totals by UTC day: by model and purpose, and by procedure.",
    responses=documented("not_found", "invalid_input"),
)
async def get_costs(
    caller: Reader,
    services: Shared,
    ticket_id: Annotated[TicketId | None, Query(description="Of this ticket alone.")] = None,
    since: Annotated[date | None, Query(description="From this UTC day on.")] = None,
) -> CostsView:
    """Return calls and operators' time added up; money is null where no price is known, and never 0 for it."""
    async with services.pools.operator(caller.tenant) as conn:
        if ticket_id is not None:
            await read_ticket(conn, caller.tenant, ticket_id)
        totals = await total_calls(conn, caller.tenant, ticket_id=ticket_id, since=since)
        people = await handling_costs(services, conn, caller.tenant, ticket_id=ticket_id, since=since)
    return CostsView(totals=tuple(totals), handling=people)
