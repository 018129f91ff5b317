"""What stories and browser tests share: real servers for the session, and a seeded database of its own for each test.

Nothing here starts before a test asks for it.
"""

from collections.abc import AsyncIterator, Iterator, Mapping

import pytest

from adapters.assistants.port import Assistant
from domain.ids import TenantId
from tests.support.harness import Harness
from tests.support.servers import Servers, assistants_of, harness, running_servers


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
async def idle(servers: Servers, assistants: Mapping[TenantId, Assistant]) -> AsyncIterator[Harness]:
    """A harness whose worker the test starts itself."""
    async with harness(servers, assistants) as idle:
        yield idle


@pytest.fixture
async def shop(idle: Harness) -> AsyncIterator[Harness]:
    """A harness with a worker: say something, and it is answered."""
    async with idle.worker():
        yield idle
