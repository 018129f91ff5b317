"""What stories and browser tests share: real servers for the session, and a seeded database of its own for each test.

Nothing here starts before a test asks for it.
"""

import gc
from collections.abc import AsyncIterator, Iterator, Mapping

import pytest
from temporalio.worker._workflow import _WorkflowWorker

from adapters.assistants.port import Assistant
from domain.ids import TenantId
from tests.support.harness import Harness
from tests.support.servers import Servers, assistants_of, harness, running_servers

#: Seconds after which a workflow that does not yield is interrupted here; the SDK's own two have no public setting.
_PATIENCE = 30


def pytest_collection_finish() -> None:
    """Spare the garbage collector what is loaded by now, over a million objects that all stay.

    A pass over them stops every thread for a second, and for six where the machine is busy.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _patience() -> Iterator[None]:
    """Let a busy machine be no failure.

    Where a workflow gets no time for two seconds, Temporal interrupts its thread and tries the task again. The ticket
    loses nothing by it, but the coroutines that were torn are warnings, hence errors, of whichever test runs when they
    are collected.
    """
    make = _WorkflowWorker.__init__

    def make_patient(worker: _WorkflowWorker, *args: object, **settings: object) -> None:
        make(worker, *args, **settings)  # type: ignore[arg-type]
        assert worker._deadlock_timeout_seconds == 2
        worker._deadlock_timeout_seconds = _PATIENCE

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_WorkflowWorker, "__init__", make_patient)
        yield


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
