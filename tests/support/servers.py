"""Real servers for tests and recordings: one Postgres with a seeded template, one Temporal."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from psycopg import AsyncConnection, sql
from pydantic import SecretStr

from adapters.assistants.port import Assistant
from adapters.backends.shop.generate.load import load_example
from adapters.workspace.loader import load_workspace
from domain.ids import TenantId
from runtime.database import open_pools, prepare_database
from runtime.embedded.ports import LOOPBACK
from runtime.embedded.scratch import scratch_folder
from runtime.embedded.stack import EmbeddedStack, StackOptions
from runtime.ingest import ingest_workspace
from runtime.settings import Settings
from runtime.wiring import connect_temporal, embedder_of, open_desk, train_assistants
from tests.support.harness import SECRET, TEMPLATE, Harness, cloned_database
from workflows.ticket import SEARCH_ATTRIBUTES

WORKSPACE = Path("examples/shop").absolute()
#: Kept between runs: embedding the workspace's thousand examples takes 20 s on two cores.
VECTORS = Path(".pytest_cache/vectors").absolute()


@dataclass(frozen=True)
class Servers:
    """The running servers, and where a test's database goes."""

    superuser_url: str
    postgres_port: int
    temporal_address: str
    data_dir: Path

    def settings(self, database: str) -> Settings:
        """Settings of a process that works on one database, on a task queue of its own."""
        return Settings.load(
            data_dir=self.data_dir,
            vector_cache=VECTORS,
            workspace=WORKSPACE,
            database_url=SecretStr(f"postgresql://{LOOPBACK}:{self.postgres_port}/{database}"),
            role_secret=SECRET,
            task_queue=f"test-{uuid.uuid4().hex[:8]}",
        )


@contextmanager
def running_servers() -> Iterator[Servers]:
    """One real Postgres and one real Temporal, and the template database that tests clone."""
    with scratch_folder() as folder, asyncio.Runner() as runner:
        stack = EmbeddedStack(
            folder / "data",
            StackOptions(has_ui=False),
            search_attributes={key.name: "Keyword" for key in SEARCH_ATTRIBUTES},
        )
        runner.run(stack.__aenter__())
        try:
            servers = Servers(
                superuser_url=stack.database_url,
                postgres_port=stack.postgres.port,
                temporal_address=stack.temporal_address,
                data_dir=folder / "data",
            )
            runner.run(_make_template(servers, stack.postgres.dsn(TEMPLATE)))
            yield servers
        finally:
            runner.run(stack.__aexit__(None, None, None))


async def _make_template(servers: Servers, template_url: str) -> None:
    """Migrate, load the example shop, embed its articles: once a session."""
    async with await AsyncConnection.connect(servers.superuser_url, autocommit=True) as conn:
        await conn.execute(sql.SQL("create database {}").format(sql.Identifier(TEMPLATE)))
    await prepare_database(template_url, SECRET)
    async with await AsyncConnection.connect(template_url) as conn:
        await load_example(conn, today=datetime.now(UTC).date())
    pools = await open_pools(servers.settings(TEMPLATE))
    try:
        await ingest_workspace(
            pools, load_workspace(WORKSPACE / "tenants"), embedder_of(servers.settings(TEMPLATE)), datetime.now(UTC)
        )
    finally:
        await pools.close()


def assistants_of(servers: Servers) -> Mapping[TenantId, Assistant]:
    """The embedded assistants of the shipped workspace, trained."""
    settings = servers.settings(TEMPLATE)
    return train_assistants(load_workspace(WORKSPACE / "tenants"), embedder_of(settings))


@asynccontextmanager
async def harness(
    servers: Servers, assistants: Mapping[TenantId, Assistant], *, workspace: Path = WORKSPACE
) -> AsyncIterator[Harness]:
    """A harness on a database of its own, without a worker."""
    client = await connect_temporal(servers.temporal_address)
    async with cloned_database(servers.superuser_url) as database:
        settings = servers.settings(database).model_copy(update={"workspace": workspace})
        async with open_desk(settings, assistants) as desk:
            yield Harness(settings=settings, client=client, desk=desk, superuser_url=servers.superuser_url)
