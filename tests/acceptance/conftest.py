"""What the stories share besides the real servers: time to set them up, and a server on which days pass at once."""

import shutil
import sys
from collections.abc import AsyncIterator, Mapping
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
from tests.support.servers import Servers
from workflows.ticket import SEARCH_ATTRIBUTES

#: The first test of a session waits for servers, migrations, the example shop and the embeddings.
SECONDS = 180


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give stories the time that their set-up takes; a test's own limit wins."""
    for item in items:
        if Path(__file__).parent in item.path.parents and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(SECONDS))


@pytest.fixture
def temporal_address(servers: Servers) -> str:
    """Where the real Temporal listens."""
    return servers.temporal_address


@pytest.fixture
def database_url(idle: Harness) -> str:
    """The superuser's address of the test's own database."""
    return idle.superuser_address()


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
