"""Stopping actions and letting them go on: one transaction each; what was held back is told through the outbox."""

from api.auth import Principal
from api.idempotency import Once
from api.schemas.pauses import PauseBody, PauseView
from api.services import Services
from domain.errors import InvalidInput
from domain.ids import TenantId
from store.pauses import NewPause, PauseRow, pause, resume
from store.procedures import knows_procedure
from store.rows import Connection


async def pause_actions(services: Services, caller: Principal, once: Once, body: PauseBody) -> PauseView:
    """Pause; when this returns, nothing that it covers is begun any more. Raises InvalidInput for an unknown name."""
    now = services.deps.clock()
    async with services.pools.operator(caller.tenant) as conn:
        kept = await once.recall(conn, PauseView)
        if kept is not None:
            return kept
        await _check_name(services, conn, caller.tenant, body)
        new = NewPause(scope=body.scope, name=body.name, paused_by=caller.name, reason=body.reason, at=now)
        view = view_pause(await pause(conn, caller.tenant, new))
        await once.keep(conn, view, now)
    return view


async def lift_pause(services: Services, caller: Principal, pause_id: int) -> PauseView:
    """Let go on what a pause has held; a person says so. Lifted again, it stays as it was. Raises NotFound."""
    async with services.pools.operator(caller.tenant) as conn:
        lifted = await resume(conn, caller.tenant, pause_id, by=caller.operator, at=services.deps.clock())
    return view_pause(lifted)


def view_pause(row: PauseRow) -> PauseView:
    """Show a pause."""
    return PauseView.model_validate(row.model_dump())


async def _check_name(services: Services, conn: Connection, tenant: TenantId, body: PauseBody) -> None:
    """A pause of a name that is none would stop nothing, and nobody would notice."""
    actions = services.deps.backend_specs.get(tenant, {})
    if body.scope == "action" and body.name not in actions:
        raise InvalidInput(f"There is no such action; there are {', '.join(sorted(actions)) or 'none'}.")
    if body.scope == "procedure" and (body.name is None or not await knows_procedure(conn, tenant, body.name)):
        raise InvalidInput("There is no such procedure.")
