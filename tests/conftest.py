"""What stories and browser tests share: real servers for the session, and a seeded database of its own for each test.

Nothing here starts before a test asks for it.
"""

import sys
from collections.abc import AsyncIterator, Iterator, Mapping

import pytest

from adapters.assistants.port import Assistant
from domain.ids import TenantId
from tests.support.harness import Harness
from tests.support.servers import Servers, assistants_of, harness, running_servers


@pytest.hookimpl(trylast=True)  # around pytest's own hook
def pytest_configure() -> None:
    """Let a busy machine be no failure.

    Where a workflow gets no time for two seconds, Temporal interrupts its thread and tries the task again: for the test
    nothing has happened. But if that strikes in a callback of the interpreter's own, Python can only tell of it, and
    here that would be a warning, hence an error, of whichever test runs.
    """
    tell = sys.unraisablehook

    def tell_of_others(unraisable: "sys.UnraisableHookArgs") -> None:
        if type(unraisable.exc_value).__name__ != "_InterruptDeadlockError":
            tell(unraisable)

    sys.unraisablehook = tell_of_others


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
