"""Hooks made, rotated and removed; their secrets are derived when they are shown, and remembered nowhere."""

from api.auth import Principal
from api.idempotency import Once
from api.schemas.hooks import HookBody, HookSecretView, HookView, MadeHook, OutboundBody
from api.services import Services
from domain.errors import InvalidInput
from domain.hook import HookId, derive_secret, new_hook_id
from domain.hook_url import check_url
from store.hooks import NewHook, create_hook, read_hook, remove_hook, rotate_secret
from store.rows import Connection

#: Sources whose deliveries have an address and a signature of their own.
RESERVED_SOURCES = frozenset({"stripe"})


async def make_hook(services: Services, caller: Principal, once: Once, body: HookBody) -> HookSecretView:
    """Make a hook and show its secret.

    Raises:
        InvalidInput: a hook may not point there, or the source is reserved.
        Conflict: there is such a source already, or there are too many hooks.
    """
    now = services.deps.clock()
    hook = NewHook(hook_id=new_hook_id(), direction=body.direction, created_by=caller.name, at=now)
    if isinstance(body, OutboundBody):
        check_url(body.url, may_call_loopback=services.deps.may_call_loopback)
        hook = hook.model_copy(update={"url": body.url, "events": tuple(sorted(body.events))})
    else:
        if body.source in RESERVED_SOURCES:
            raise InvalidInput("This source has an address of its own; choose another name.")
        hook = hook.model_copy(update={"source": body.source, "asserts_identity": body.asserts_identity})
    async with services.pools.operator(caller.tenant) as conn:
        made = await once.recall(conn, MadeHook)
        if made is None:
            await create_hook(conn, caller.tenant, hook)
            made = MadeHook(hook_id=hook.hook_id, version=1)
            await once.keep(conn, made, now)
        return await _with_secret(services, conn, caller, made)


async def rotate_hook(services: Services, caller: Principal, once: Once, hook_id: HookId) -> HookSecretView:
    """Show a hook's next secret; the one before stays good for a day. Raises NotFound."""
    now = services.deps.clock()
    async with services.pools.operator(caller.tenant) as conn:
        made = await once.recall(conn, MadeHook)
        if made is None:
            await rotate_secret(conn, caller.tenant, hook_id, now)
            hook = await read_hook(conn, caller.tenant, hook_id)
            made = MadeHook(hook_id=hook_id, version=hook.version)
            await once.keep(conn, made, now)
        return await _with_secret(services, conn, caller, made)


async def drop_hook(services: Services, caller: Principal, hook_id: HookId) -> HookView:
    """Remove a hook and show what it was; raises NotFound."""
    async with services.pools.operator(caller.tenant) as conn:
        hook = await read_hook(conn, caller.tenant, hook_id)
        await remove_hook(conn, caller.tenant, hook_id, services.deps.clock())
    return HookView.of(hook)


async def _with_secret(services: Services, conn: Connection, caller: Principal, made: MadeHook) -> HookSecretView:
    hook = await read_hook(conn, caller.tenant, made.hook_id)
    secret = derive_secret(services.deps.hook_key, caller.tenant, made.hook_id, made.version)
    return HookSecretView(hook=HookView.of(hook), secret=secret)
