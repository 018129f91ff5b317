"""Operators from the command line: people, what they are in each tenant, and their ways in.

Whoever can run these commands holds the database's secrets, so they ask for no further right.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from adapters.workspace.loader import load_workspace
from console.members import add_person, check_approves, give_role, link_url
from console.passwords import Passwords
from domain.approval import Role
from domain.errors import InvalidInput, NotFound
from domain.ids import TenantId
from domain.operator import OperatorRole
from runtime.audit.database import reached
from runtime.cli.errors import NoStack
from runtime.cli.running import find_folder, load_settings, read_record
from runtime.database import open_pools
from store.operators import (
    ListedOperator,
    OperatorRow,
    disable_operator,
    list_operators,
    look_up_operator,
    set_password,
)
from store.pools import Pools
from store.sessions import end_sessions, make_link


@dataclass(frozen=True)
class OperatorDesk:
    """The operators of an installation; `base_url` is where browsers find it, if that is known."""

    pools: Pools
    tenants: Sequence[TenantId]
    base_url: str

    async def everybody(self) -> list[ListedOperator]:
        """Every operator, by id."""
        async with self.pools.auth() as conn:
            return await list_operators(conn)

    async def add(
        self,
        operator_id: str,
        name: str,
        email: str | None,
        role: OperatorRole,
        tenants: Sequence[TenantId],
        approves: Sequence[Role],
    ) -> str:
        """Add somebody with a role in some tenants, or in all; returns a one-time link; raises as `put` does."""
        self._check(role, tenants, approves)
        token = await add_person(self.pools, operator_id, name, email, datetime.now(UTC))
        await self.put(operator_id, role, tenants, approves)
        return link_url(self.base_url, token)

    async def put(
        self, login: str, role: OperatorRole | None, tenants: Sequence[TenantId], approves: Sequence[Role]
    ) -> Mapping[TenantId, OperatorRole | None]:
        """Give somebody a role in some tenants, or in all; None takes it. Raises NotFound, InvalidInput, Conflict."""
        self._check(role, tenants, approves)
        chosen = tuple(tenants) or tuple(self.tenants)
        who, now = (await self._known(login)).operator_id, datetime.now(UTC)
        for tenant in chosen:
            await give_role(self.pools, tenant, who, role, now, approves=approves, changed_by=None)
        return dict.fromkeys(chosen, role)

    async def password(self, login: str, password: str | None) -> None:
        """Set or take away a password, and end every session; raises NotFound, InvalidInput."""
        who = (await self._known(login)).operator_id
        kept = None if password is None else await Passwords().hash(password)
        async with self.pools.auth() as conn:
            await set_password(conn, who, kept)

    async def link(self, login: str) -> str:
        """Make a one-time link; raises NotFound, and InvalidInput for somebody who is disabled."""
        operator = await self._known(login)
        if operator.disabled_at is not None:
            raise InvalidInput(
                "This operator is disabled: `setright operators disable NAME --undo` lets them in again."
            )
        async with self.pools.auth() as conn:
            return link_url(self.base_url, await make_link(conn, operator.operator_id, datetime.now(UTC)))

    async def disable(self, login: str, *, undo: bool) -> None:
        """Shut somebody out at once, or let them in again; raises NotFound."""
        who = (await self._known(login)).operator_id
        async with self.pools.auth() as conn:
            await disable_operator(conn, who, None if undo else datetime.now(UTC))

    async def sign_out(self, login: str) -> int:
        """End somebody's sessions and links; returns how many sessions there were. Raises NotFound."""
        who = (await self._known(login)).operator_id
        async with self.pools.auth() as conn:
            return await end_sessions(conn, who)

    def _check(self, role: OperatorRole | None, tenants: Sequence[TenantId], approves: Sequence[Role]) -> None:
        if unknown := set(tenants) - set(self.tenants):
            raise InvalidInput(f"There is no tenant {', '.join(sorted(unknown))}; there are {', '.join(self.tenants)}.")
        check_approves(role, approves)

    async def _known(self, login: str) -> OperatorRow:
        async with self.pools.auth() as conn:
            found = await look_up_operator(conn, login)
        if found is None:
            raise NotFound("There is no such operator; `setright operators list` shows those there are.")
        return found


@asynccontextmanager
async def operator_desk(data_dir: Path | None) -> AsyncIterator[OperatorDesk]:
    """Open the operators of the running stack, of the data folder, or of the database that the settings name.

    Raises SettingsError, EmbeddedError, Unavailable, WorkspaceErrors.
    """
    settings = load_settings(data_dir)
    if settings.database_url is None:
        with suppress(NoStack):  # then the database is started for the while
            settings = settings.model_copy(update={"data_dir": find_folder(data_dir)})
    record = read_record(settings.data_dir) if settings.database_url is None else None
    tenants = record.keys if record is not None else load_workspace(settings.workspace / "tenants").tenants
    host = record.api_url if record is not None else f"http://{settings.api_host}:{settings.api_port or 8080}"
    async with reached(settings) as found:
        pools = await open_pools(found)
        try:
            yield OperatorDesk(pools, tuple(tenants), settings.console_url or host)
        finally:
            await pools.close()
