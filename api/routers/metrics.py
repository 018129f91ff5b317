"""Numbers over all tickets of a tenant, counted from their events."""

from fastapi import APIRouter

from api.auth import Reader
from api.errors import documented
from api.services import Shared
from api.strict_json import StrictRoute
from domain.guardrails import Guardrails
from domain.handoff_figures import HandoffFigures
from store.guardrails import count_guardrails
from store.handoff_figures import count_handoffs

router = APIRouter(prefix="/v1/metrics", tags=["metrics"], route_class=StrictRoute)


@router.get(
    "/guardrails",
    operation_id="count_guardrails",
    summary="Count what the guardrails did",
    response_description="The three layers in numbers.",
    responses=documented(),
)
async def get_guardrails(caller: Reader, services: Shared) -> Guardrails:
    """Return, over all tickets, what was grounded before, abstained from during, and found after writing a reply."""
    async with services.pools.operator(caller.tenant) as conn:
        return await count_guardrails(conn, caller.tenant)


@router.get(
    "/handoffs",
    operation_id="count_handoffs",
    summary="Count handoffs, promises and repeated questions",
    response_description="The figures, over all tickets.",
    responses=documented(),
)
async def get_handoffs(caller: Reader, services: Shared) -> HandoffFigures:
    """Return how often and why people took over, whether they answered in time, and what was asked twice."""
    async with services.pools.operator(caller.tenant) as conn:
        return await count_handoffs(conn, caller.tenant)
