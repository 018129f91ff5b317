"""Pauses: while one is in force, nothing that it covers is claimed or sent again; what is held is told when it ends.

A pause that was returned holds at once: making one waits for the claims under way, and claims that come later see it.
What was claimed before may have been sent, so it is looked up and settled, pause or not; where the look-up shows that
it was not, it is held like the others before it is sent again, and keeps its claim. Only a request that is on its way
at that moment cannot be called back. Nothing here knows of time: a pause ends when somebody lifts it.
"""

from datetime import datetime
from typing import Literal

from pydantic import model_validator

from domain.errors import NotFound, Paused, Unavailable
from domain.ids import ActionId, Label, TenantId
from domain.model import Model
from domain.text import ReasonText
from domain.ticket import TicketRef
from store.queries import load_queries
from store.rows import Connection, execute, fetch_all, fetch_one, fetch_value

_SQL = load_queries("pauses")
PauseScope = Literal["all", "action", "procedure"]


class NewPause(Model):
    """What is to be paused: everything that writes, one action, or the actions of one procedure."""

    scope: PauseScope
    name: Label | None = None  # of the action or procedure
    paused_by: str
    reason: ReasonText
    at: datetime

    @model_validator(mode="after")
    def _names_what_it_pauses(self) -> "NewPause":
        if (self.name is None) != (self.scope == "all"):
            raise ValueError("name: an action or a procedure is paused by its name, everything without one")
        return self


class PauseRow(NewPause):
    """A pause, in force while `lifted_at` is None; `held` counts the actions it has held back."""

    id: int
    lifted_by: str | None
    lifted_at: datetime | None
    held: int


class _InForce(Model):
    id: int
    scope: PauseScope
    name: Label | None


async def check_pauses(conn: Connection, tenant: TenantId, action: Label, procedure: Label | None) -> None:
    """Raise Paused if a pause covers the action; its facts are `pause_id`, `scope` and `name`.

    To be called in the transaction that claims, or just before something is sent again: until it ends, no pause begins.
    """
    await conn.execute(_SQL["lock_for_claim"], {"tenant": tenant})
    about = {"tenant": tenant, "action": action, "procedure": procedure}
    pause = await fetch_one(conn, _InForce, _SQL["first_in_force"], about)
    if pause is not None:
        raise Paused("Such actions are paused.", pause_id=pause.id, scope=pause.scope, name=pause.name)


async def pause(conn: Connection, tenant: TenantId, new: NewPause) -> PauseRow:
    """Pause; once this has been committed, nothing that it covers is claimed any more."""
    await conn.execute(_SQL["lock_for_change"], {"tenant": tenant})
    pause_id: int = await fetch_value(conn, _SQL["insert_pause"], {"tenant": tenant, **new.model_dump()})
    return await read_pause(conn, tenant, pause_id)


async def resume(conn: Connection, tenant: TenantId, pause_id: int, *, by: str, at: datetime) -> PauseRow:
    """Lift a pause and announce it to every ticket whose action it held; the same again is the same.

    Raises NotFound.
    """
    await conn.execute(_SQL["lock_for_change"], {"tenant": tenant})
    await read_pause(conn, tenant, pause_id)
    if await execute(conn, _SQL["insert_end"], {"tenant": tenant, "id": pause_id, "lifted_by": by, "at": at}):
        await execute(conn, _SQL["announce_end"], {"tenant": tenant, "id": pause_id, "at": at})
    return await read_pause(conn, tenant, pause_id)


async def hold(conn: Connection, ref: TicketRef, action_id: ActionId, pause_id: int, at: datetime) -> None:
    """Note that a pause refused an action, so that its ticket is told when the pause ends; once more changes nothing.

    Raises NotFound, and Unavailable when the pause has ended meanwhile: nobody would tell the ticket, so claim again.
    """
    await conn.execute(_SQL["lock_for_claim"], {"tenant": ref.tenant})
    if (await read_pause(conn, ref.tenant, pause_id)).lifted_at is not None:
        raise Unavailable("The pause has just ended; try again.")
    held = {"id": pause_id, "action_id": action_id, "at": at}
    await execute(conn, _SQL["insert_held"], {**ref.model_dump(), **held})


async def read_pause(conn: Connection, tenant: TenantId, pause_id: int) -> PauseRow:
    """Return a pause; raises NotFound."""
    row = await fetch_one(conn, PauseRow, _SQL["read_pause"], {"tenant": tenant, "id": pause_id})
    if row is None:
        raise NotFound("There is no such pause.")
    return row


async def list_pauses(
    conn: Connection, tenant: TenantId, *, in_force_only: bool = True, limit: int = 100
) -> list[PauseRow]:
    """Return pauses, the newest first."""
    key = {"tenant": tenant, "in_force_only": in_force_only, "limit": limit}
    return await fetch_all(conn, PauseRow, _SQL["list_pauses"], key)
