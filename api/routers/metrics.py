"""Numbers over all tickets of a tenant, counted from their events."""

from fastapi import APIRouter

from api.auth import Reader
from api.errors import documented
from api.services import Shared
from api.strict_json import StrictRoute
from domain.guardrails import Guardrails
from store.guardrails import count_guardrails

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
