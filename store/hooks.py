"""Hooks of a tenant, and the deliveries that came in through them, each taken once.

A hook's secret is nowhere in here: it is derived from what a row says (domain/hook.py).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from domain.errors import Conflict, NotFound
from domain.hook import HookEvent, HookId
from domain.ids import Label, TenantId
from domain.model import Model
from store.queries import load_queries
from store.rows import Connection, Row, execute, fetch_all, fetch_one, fetch_value

_SQL = load_queries("hooks")
#: Of one tenant: each outbound one makes every event a call more.
MOST_HOOKS = 20


class NewHook(Model):
    """A hook to be made: an outbound one has a URL and events, an inbound one a source."""

    hook_id: HookId
    direction: Literal["outbound", "inbound"]
    url: str | None = None
    events: tuple[HookEvent, ...] = ()
    source: Label | None = None
    asserts_identity: bool = False
    created_by: str
    at: datetime


class HookRow(Row):
    """A hook as it is kept."""

    tenant: TenantId
    hook_id: HookId
    direction: Literal["outbound", "inbound"]
    url: str | None
    events: tuple[HookEvent, ...]
    source: Label | None
    asserts_identity: bool
    version: int
    rotated_at: datetime | None
    failing_since: datetime | None
    disabled_at: datetime | None
    created_at: datetime
    created_by: str


class HookState(HookRow):
    """A hook, how much it still has to tell, and how its latest call went."""

    waiting: int
    attempts: int | None
    last_status: int | None
    last_error_code: Label | None


async def create_hook(conn: Connection, tenant: TenantId, hook: NewHook) -> None:
    """Make a hook; an outbound one is told what happens from now on.

    Raises:
        Conflict: the source has a hook, or the tenant has as many as it may.
    """
    await fetch_value(conn, _SQL["lock_hooks"], {"tenant": tenant})
    if await fetch_value(conn, _SQL["count_hooks"], {"tenant": tenant}) >= MOST_HOOKS:
        raise Conflict(f"There are {MOST_HOOKS} hooks already; remove one first.")
    if not await execute(
        conn, _SQL["insert_hook"], {**hook.model_dump(), "events": list(hook.events), "tenant": tenant}
    ):
        raise Conflict("There is a hook for this source already; rotate its secret, or remove it first.")


async def list_hooks(conn: Connection, tenant: TenantId) -> Sequence[HookState]:
    """Return a tenant's hooks, the oldest first."""
    return await fetch_all(conn, HookState, _SQL["list_hooks"], {"tenant": tenant, "hook_id": None})


async def read_hook(conn: Connection, tenant: TenantId, hook_id: HookId) -> HookState:
    """Return one hook; raises NotFound."""
    hook = await fetch_one(conn, HookState, _SQL["list_hooks"], {"tenant": tenant, "hook_id": hook_id})
    if hook is None:
        raise _no_hook()
    return hook


async def find_inbound(conn: Connection, tenant: TenantId, source: Label) -> HookRow | None:
    """Return the hook through which a source delivers, or None."""
    return await fetch_one(conn, HookRow, _SQL["read_inbound"], {"tenant": tenant, "source": source})


async def rotate_secret(conn: Connection, tenant: TenantId, hook_id: HookId, at: datetime) -> None:
    """Give a hook its next secret; the one before stays good for a day. Raises NotFound."""
    if not await execute(conn, _SQL["rotate"], {"tenant": tenant, "hook_id": hook_id, "at": at}):
        raise _no_hook()


async def remove_hook(conn: Connection, tenant: TenantId, hook_id: HookId, at: datetime) -> None:
    """Tell and take nothing through a hook any more; raises NotFound."""
    if not await execute(conn, _SQL["remove"], {"tenant": tenant, "hook_id": hook_id, "at": at}):
        raise _no_hook()


async def accept_delivery(conn: Connection, tenant: TenantId, source: Label, delivery_id: str, at: datetime) -> bool:
    """Claim a delivery for this transaction: True for the first, False for a repeat, which must change nothing.

    Claim and effect belong into one transaction, so that what was refused or lost in a crash may be sent again. While
    another transaction holds the same delivery, this waits for its end. Rows are kept for ever.
    """
    row = {"tenant": tenant, "source": source, "delivery_id": delivery_id, "at": at}
    return await execute(conn, _SQL["insert_delivery"], row) == 1


def _no_hook() -> NotFound:
    return NotFound("There is no such hook.")
