"""Health: whether this process lives, whether it can work, and who the caller is."""

from datetime import timedelta
from typing import Literal

from fastapi import APIRouter, Response, status
from temporalio.service import RPCError

from api.auth import Anyone
from api.errors import documented
from api.services import Services, Shared
from domain.errors import SetrightError
from domain.ids import TenantId
from domain.model import Model

router = APIRouter(tags=["health"])
_PATIENCE = timedelta(seconds=2)
Health = Literal["ok", "unavailable"]


class Alive(Model):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Readiness(Model):
    """Whether the process can work, and what it lacks."""

    status: Literal["ready", "not_ready"]
    checks: dict[str, Health]


class Me(Model):
    """Who a key belongs to and what it may do."""

    tenant: TenantId
    tenant_name: str
    key_id: int | None
    operator_id: str | None
    scopes: tuple[str, ...]


@router.get("/healthz", operation_id="check_alive", summary="Is the process alive?", response_description="It is.")
async def healthz() -> Alive:
    """Answer, and nothing else."""
    return Alive()


@router.get(
    "/readyz",
    operation_id="check_ready",
    summary="Can the process work?",
    response_description="It can.",
    responses={503: {"model": Readiness, "description": "Something that is needed does not answer."}},
)
async def readyz(services: Shared, response: Response) -> Readiness:
    """Ask everything that is needed for an answer."""
    checks = {"postgres": await _check_postgres(services), "temporal": await _check_temporal(services)}
    is_ready = all(health == "ok" for health in checks.values())
    response.status_code = status.HTTP_200_OK if is_ready else status.HTTP_503_SERVICE_UNAVAILABLE
    return Readiness(status="ready" if is_ready else "not_ready", checks=checks)


@router.get(
    "/v1/me",
    operation_id="read_me",
    summary="Whose key is this?",
    response_description="The key.",
    responses=documented(),
)
async def get_me(caller: Anyone, services: Shared) -> Me:
    """Return what the key stands for."""
    return Me(
        tenant=caller.tenant,
        tenant_name=services.deps.tenants[caller.tenant],
        key_id=caller.key_id,
        operator_id=caller.operator_id,
        scopes=tuple(sorted(caller.scopes)),
    )


async def _check_postgres(services: Services) -> Health:
    try:
        async with services.pools.auth():
            return "ok"
    except SetrightError:
        return "unavailable"


async def _check_temporal(services: Services) -> Health:
    try:
        is_serving = await services.deps.temporal.service_client.check_health(timeout=_PATIENCE)
    except (RPCError, RuntimeError):  # the latter is what the SDK raises for a refused connection
        return "unavailable"
    return "ok" if is_serving else "unavailable"
