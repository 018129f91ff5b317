"""Pauses: stopping one action, one procedure or all writes of the tenant, and letting them go on."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, status

from api.auth import Pauser
from api.errors import documented
from api.idempotency import OnceOnly
from api.pausing import lift_pause, pause_actions, view_pause
from api.schemas.pauses import PauseBody, PauseListView, PauseView
from api.services import Shared
from api.strict_json import StrictRoute
from store.pauses import list_pauses

router = APIRouter(prefix="/v1/pauses", tags=["pauses"], route_class=StrictRoute)
_LARGEST_ID = 2**63 - 1
PausePath = Annotated[int, Path(ge=1, le=_LARGEST_ID, description="The pause's id.")]


@router.post(
    "",
    operation_id="pause_actions",
    summary="Pause actions",
    response_description="The pause.",
    status_code=status.HTTP_201_CREATED,
    responses=documented("invalid_input", "bad_text", "conflict", "too_large", "unsupported_media_type"),
)
async def post_pause(body: PauseBody, caller: Pauser, once: OnceOnly, services: Shared) -> PauseView:
    """Stop an action, a procedure's actions, or all writes; what was begun before goes on, what comes later waits."""
    return await pause_actions(services, caller, once, body)


@router.get(
    "",
    operation_id="list_pauses",
    summary="List pauses",
    response_description="Pauses.",
    responses=documented("invalid_input"),
)
async def get_pauses(
    caller: Pauser,
    services: Shared,
    in_force: Annotated[bool, Query(description="Only those that have not been lifted.")] = True,  # noqa: FBT002
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
) -> PauseListView:
    """Return pauses, the newest first."""
    async with services.pools.operator(caller.tenant) as conn:
        rows = await list_pauses(conn, caller.tenant, in_force_only=in_force, limit=limit)
    return PauseListView(pauses=tuple(view_pause(row) for row in rows))


@router.delete(
    "/{pause_id}",
    operation_id="lift_pause",
    summary="Lift a pause",
    response_description="The pause, lifted.",
    responses=documented("not_found", "invalid_input"),
)
async def delete_pause(pause_id: PausePath, caller: Pauser, services: Shared) -> PauseView:
    """Let go on what was held back; the pause stays on record. An operator's own key is needed."""
    return await lift_pause(services, caller, pause_id)
