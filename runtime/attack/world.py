"""A world to be attacked: a Postgres of its own with many tenants and customers, and copies of it for single trials.

The product connects as its own roles, here as anywhere; only the one who looks afterwards is the superuser.
"""

import dataclasses
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from psycopg import AsyncConnection, sql
from pydantic import SecretStr

from activities.desk import Desk
from adapters.assistants.port import Assistant
from adapters.backends.shop.generate.bulk import replace_tenant
from adapters.embeddings.hashing import HashingEmbedder
from adapters.workspace.loader import load_workspace
from adapters.workspace.tenant import Workspace
from domain.ticket import TicketRef
from runtime.attack.logs import hear_temporal
from runtime.attack.past import write_past
from runtime.attack.shop import customer_names, make_store
from runtime.attack.workspace import tenant_names, write_workspace
from runtime.database import open_pools, prepare_database
from runtime.embedded.scratch import scratch_folder
from runtime.embedded.stack import EmbeddedStack, StackOptions
from runtime.ingest import ingest_workspace
from runtime.settings import Settings
from runtime.wiring import open_desk
from workflows.ticket import SEARCH_ATTRIBUTES

TENANTS, CUSTOMERS = 20, 10
_TEMPLATE = "attack_template"


@dataclass(frozen=True)
class World:
    """The servers and the seeded template; `place` lends a copy of it."""

    stack: EmbeddedStack
    secret: SecretStr
    workspace: Workspace
    folder: Path
    tenants: tuple[str, ...]
    customers: tuple[str, ...]
    past: Mapping[tuple[str, str], TicketRef]  # each customer's old ticket
    now: datetime
    _numbers: "count[int]" = dataclasses.field(default_factory=count)

    def settings(self, database: str) -> Settings:
        """Settings of a process that works on one database."""
        return _settings(self.stack, database, self.secret, self.folder)

    @asynccontextmanager
    async def place(self, assistant: Assistant) -> "AsyncIterator[Place]":
        """A copy of the world in which `assistant` serves every tenant; it is dropped at the end."""
        name = f"attack_{next(self._numbers)}"
        async with await AsyncConnection.connect(self.stack.database_url, autocommit=True) as admin:
            await admin.execute(
                sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(_TEMPLATE))
            )
            try:
                async with (
                    open_desk(self.settings(name), dict.fromkeys(self.tenants, assistant)) as desk,
                    await AsyncConnection.connect(self.stack.postgres.dsn(name), autocommit=True) as god,
                ):
                    yield Place(
                        world=self, desk=dataclasses.replace(desk, embedder=HashingEmbedder()), god=god, name=name
                    )
            finally:
                await admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@dataclass(frozen=True)
class Place:
    """One copy of the world: the product's desk on it, and the superuser's connection for whoever looks on."""

    world: World
    desk: Desk
    god: AsyncConnection
    name: str

    @property
    def settings(self) -> Settings:
        """Settings of a process that works on this copy."""
        return self.world.settings(self.name)


@asynccontextmanager
async def attacked_world(
    *, tenants: int = TENANTS, customers: int = CUSTOMERS, has_temporal: bool = True
) -> AsyncIterator[World]:
    """Start the servers on a folder of their own, seed the template, and stop and remove everything at the end."""
    hear_temporal()
    names, people, now = tenant_names(tenants), customer_names(customers), datetime.now(UTC)
    secret = SecretStr(os.urandom(32).hex())
    with scratch_folder() as folder:
        write_workspace(folder / "workspace", names)
        workspace = load_workspace(folder / "workspace" / "tenants")
        options = StackOptions(has_temporal=has_temporal, has_ui=False)
        async with EmbeddedStack(
            folder / "data", options, search_attributes={key.name: "Keyword" for key in SEARCH_ATTRIBUTES}
        ) as stack:
            past = await _seed(stack, secret, folder, workspace, people, now)
            yield World(
                stack=stack,
                secret=secret,
                workspace=workspace,
                folder=folder,
                tenants=names,
                customers=people,
                past={(ref.tenant, ref.customer_id): ref for ref in past},
                now=now,
            )


async def _seed(
    stack: EmbeddedStack, secret: SecretStr, folder: Path, workspace: Workspace, people: tuple[str, ...], now: datetime
) -> list[TicketRef]:
    async with await AsyncConnection.connect(stack.database_url, autocommit=True) as admin:
        await admin.execute(sql.SQL("create database {}").format(sql.Identifier(_TEMPLATE)))
    await prepare_database(stack.postgres.dsn(_TEMPLATE), secret)
    async with await AsyncConnection.connect(stack.postgres.dsn(_TEMPLATE)) as conn:
        for tenant in workspace.tenants:
            await replace_tenant(conn, tenant, make_store(tenant, people, now.date()))
    pools = await open_pools(_settings(stack, _TEMPLATE, secret, folder))
    try:
        await ingest_workspace(pools, workspace, HashingEmbedder(), now)
        past = [ref for tenant in workspace.tenants for ref in await write_past(pools, tenant, people, now)]
    finally:
        await pools.close()
    async with await AsyncConnection.connect(stack.postgres.dsn(_TEMPLATE)) as conn:
        await conn.execute("update setright.outbox set delivered_at = created_at")  # their workflows are long over
    return past


def _settings(stack: EmbeddedStack, database: str, secret: SecretStr, folder: Path) -> Settings:
    return Settings.load(
        data_dir=folder / "data",
        workspace=folder / "workspace",
        database_url=SecretStr(stack.postgres.dsn(database)),
        role_secret=secret,
        task_queue=database.replace("_", "-"),
    )
