"""Hooks of a tenant: made, listed, rotated, removed."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Path, status

from api import hooking
from api.auth import Admin
from api.errors import documented
from api.idempotency import OnceOnly
from api.schemas.hooks import HOOK, HookBody, HookListView, HookSecretView, HookView
from api.schemas.moves import EmptyBody
from api.services import Shared
from api.strict_json import StrictRoute
from domain.errors import NotFound
from domain.hook import HookId
from store.hooks import list_hooks, read_hook

router = APIRouter(prefix="/v1/hooks", tags=["hooks"], route_class=StrictRoute)
_SENT = ("conflict", "invalid_input", "bad_text", "too_large", "unsupported_media_type")
_HOOK_ID = re.compile(r"H-[0-9A-HJKMNP-TV-Z]{8}")


def _hook_id(hook_id: Annotated[str, Path(description="The hook's id.", examples=[HOOK])]) -> HookId:
    if not _HOOK_ID.fullmatch(hook_id):
        raise NotFound("There is no such hook.")
    return hook_id


HookPath = Annotated[HookId, Depends(_hook_id)]


@router.post(
    "",
    operation_id="create_hook",
    summary="Make a hook",
    status_code=status.HTTP_201_CREATED,
    response_description="The hook, with its secret.",
    responses=documented(*_SENT),
)
async def post_hook(body: HookBody, caller: Admin, once: OnceOnly, services: Shared) -> HookSecretView:
    """Make a hook; what it tells or takes begins now. Its secret is shown in this answer and never again."""
    return await hooking.make_hook(services, caller, once, body)


@router.get(
    "",
    operation_id="list_hooks",
    summary="List hooks",
    response_description="The hooks.",
    responses=documented(),
)
async def get_hooks(caller: Admin, services: Shared) -> HookListView:
    """Return the hooks, the oldest first, each with how its latest call went."""
    async with services.pools.operator(caller.tenant) as conn:
        hooks = await list_hooks(conn, caller.tenant)
    return HookListView(hooks=tuple(HookView.of(hook) for hook in hooks))


@router.get(
    "/{hook_id}",
    operation_id="read_hook",
    summary="Read a hook",
    response_description="The hook.",
    responses=documented("not_found", "invalid_input"),
)
async def get_hook(hook_id: HookPath, caller: Admin, services: Shared) -> HookView:
    """Return a hook and how its latest call went."""
    async with services.pools.operator(caller.tenant) as conn:
        return HookView.of(await read_hook(conn, caller.tenant, hook_id))


@router.post(
    "/{hook_id}/rotate",
    operation_id="rotate_hook",
    summary="Give a hook a new secret",
    response_description="The hook, with its new secret.",
    responses=documented("not_found", *_SENT),
)
async def rotate(
    hook_id: HookPath, caller: Admin, once: OnceOnly, services: Shared, _: EmptyBody | None = None
) -> HookSecretView:
    """Give a hook its next secret. For a day the one before is good too: we sign with both and take either."""
    return await hooking.rotate_hook(services, caller, once, hook_id)


@router.delete(
    "/{hook_id}",
    operation_id="remove_hook",
    summary="Remove a hook",
    response_description="The hook as it was.",
    responses=documented("not_found", "invalid_input"),
)
async def delete_hook(hook_id: HookPath, caller: Admin, services: Shared) -> HookView:
    """Remove a hook; what it still had to tell is not told."""
    return await hooking.drop_hook(services, caller, hook_id)
