"""What the stories share: real servers for the session, a seeded database of its own for each test, a worker."""

import asyncio
import shutil
import sys
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from psycopg import AsyncConnection, sql
from pydantic import SecretStr
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

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
from tests.support.harness import SECRET, TEMPLATE, Harness, cloned_database, database_name
from workflows.ticket import SEARCH_ATTRIBUTES

WORKSPACE = Path("examples/shop").absolute()


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
            workspace=WORKSPACE,
            database_url=SecretStr(f"postgresql://{LOOPBACK}:{self.postgres_port}/{database}"),
            role_secret=SECRET,
            task_queue=f"test-{uuid.uuid4().hex[:8]}",
        )


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
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


@pytest.fixture(scope="session")
def assistants(servers: Servers) -> Mapping[TenantId, Assistant]:
    """The embedded assistants, trained once for all tests."""
    settings = servers.settings(TEMPLATE)
    return train_assistants(load_workspace(WORKSPACE / "tenants"), embedder_of(settings))


@pytest.fixture
async def temporal(servers: Servers) -> Client:
    """A client of the real Temporal."""
    return await connect_temporal(servers.temporal_address)


@pytest.fixture
def temporal_address(servers: Servers) -> str:
    """Where the real Temporal listens."""
    return servers.temporal_address


@pytest.fixture
def database_url(servers: Servers, idle: Harness) -> str:
    """The superuser's address of the test's own database."""
    return servers.superuser_url.rpartition("/")[0] + "/" + database_name(idle.settings)


@pytest.fixture
async def idle(servers: Servers, temporal: Client, assistants: Mapping[TenantId, Assistant]) -> AsyncIterator[Harness]:
    """A harness whose worker the test starts itself."""
    async with cloned_database(servers.superuser_url) as database:
        settings = servers.settings(database)
        async with open_desk(settings, assistants) as desk:
            yield Harness(settings=settings, client=temporal, desk=desk, superuser_url=servers.superuser_url)


@pytest.fixture
async def shop(idle: Harness) -> AsyncIterator[Harness]:
    """A harness with a worker: say something, and it is answered."""
    async with idle.worker():
        yield idle


@pytest.fixture
async def skipping(servers: Servers, assistants: Mapping[TenantId, Assistant]) -> AsyncIterator[Harness]:
    """A harness on the server that skips time, with a worker: days pass in milliseconds."""
    path = shutil.which("temporal-test-server", path=str(Path(sys.executable).parent))
    async with (
        await WorkflowEnvironment.start_time_skipping(
            data_converter=pydantic_data_converter, test_server_existing_path=path
        ) as environment,
        cloned_database(servers.superuser_url) as database,
    ):
        await environment.client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(
                namespace=environment.client.namespace,
                search_attributes={key.name: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD for key in SEARCH_ATTRIBUTES},
            )
        )
        settings = servers.settings(database)
        async with open_desk(settings, assistants) as desk:
            harness = Harness(
                settings=settings,
                client=environment.client,
                desk=desk,
                superuser_url=servers.superuser_url,
                environment=environment,
            )
            async with harness.worker():
                yield harness
