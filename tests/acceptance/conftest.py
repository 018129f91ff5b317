"""What the stories share: real servers for the session, a seeded database of its own for each test, a worker."""

import shutil
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from adapters.assistants.port import Assistant
from domain.ids import TenantId
from runtime.wiring import open_desk
from tests.support.harness import Harness, cloned_database
from tests.support.servers import Servers, assistants_of, harness, running_servers
from workflows.ticket import SEARCH_ATTRIBUTES

#: The first test of a session waits for servers, migrations, the example shop and the embeddings.
SECONDS = 180


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give stories the time that their set-up takes; a test's own limit wins."""
    for item in items:
        if Path(__file__).parent in item.path.parents and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(SECONDS))


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """The real servers."""
    with running_servers() as servers:
        yield servers


@pytest.fixture(scope="session")
def assistants(servers: Servers) -> Mapping[TenantId, Assistant]:
    """The embedded assistants, trained once for all tests."""
    return assistants_of(servers)


@pytest.fixture
def temporal_address(servers: Servers) -> str:
    """Where the real Temporal listens."""
    return servers.temporal_address


@pytest.fixture
def database_url(idle: Harness) -> str:
    """The superuser's address of the test's own database."""
    return idle.superuser_address()


@pytest.fixture
async def idle(servers: Servers, assistants: Mapping[TenantId, Assistant]) -> AsyncIterator[Harness]:
    """A harness whose worker the test starts itself."""
    async with harness(servers, assistants) as idle:
        yield idle


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
            days = Harness(
                settings=settings,
                client=environment.client,
                desk=desk,
                superuser_url=servers.superuser_url,
                environment=environment,
            )
            async with days.worker():
                yield days
