"""An MCP server as a process of ours: what it is given, what happens when it dies, and when a tool is not there."""

import os
import signal
from collections.abc import AsyncIterator

import psutil
import pytest
import pytest_asyncio

from adapters.backends.declared.backend import DeclaredBackend
from adapters.backends.mcp.caller import McpCaller
from adapters.backends.mcp.declaration import McpServer, ToolCall
from domain.errors import EffectUnknown, Unavailable
from tests.integration.adapters.backends.mcp.conftest import SERVER, by_stdio, opened
from tests.support.conformance import gather, looked_up, perform, prepare, read_back
from tests.support.remote_shop.books import Books
from tests.support.remote_shop.subject import NOW, RemoteSubject, scope_of
from tests.support.subject import Fault

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def subject(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RemoteSubject]:
    """One process for all tests here: it takes seconds to start."""
    books = Books(tmp_path_factory.mktemp("stdio") / "books.db")
    books.create()
    with pytest.MonkeyPatch.context() as ours:
        ours.setenv("SETRIGHT_DATABASE_URL", "postgresql://somebody:secret@host/db")
        async with opened(by_stdio(books), SHOP_TOKEN="t") as backend:
            yield RemoteSubject(backend, books)


def caller_of(subject: RemoteSubject) -> McpCaller:
    """The MCP side of its back end."""
    assert isinstance(subject.backend, DeclaredBackend)
    caller = subject.backend._caller
    assert isinstance(caller, McpCaller)
    return caller


async def test_a_lost_answer_is_found(subject: RemoteSubject) -> None:
    """The tool does it and does not say so; looking finds the one effect, which shows."""
    prepared = await prepare(subject, Fault.lost_answer)
    with pytest.raises(EffectUnknown):
        await perform(subject, prepared)
    found = await looked_up(subject, prepared)
    assert found is not None
    assert await read_back(subject, prepared, found)
    assert subject.books.effects() == {"key-1": 1}


async def test_a_dead_server_is_started_again(subject: RemoteSubject) -> None:
    """Killed between two calls: the next call may fail, a later one works."""
    assert (await gather(subject)).orders
    for child in children_of(os.getpid()):
        os.kill(child, signal.SIGKILL)
    for _ in range(3):
        try:
            context = await gather(subject)
        except Unavailable:
            continue
        break
    assert context.orders


async def test_a_server_sees_none_of_our_variables(subject: RemoteSubject) -> None:
    """Neither the database's address nor another's secret; only what its file gives it."""
    answer = await caller_of(subject).ask(ToolCall(tool="environment"), {})
    assert isinstance(answer.body, dict)
    names = answer.body["names"]
    assert isinstance(names, list)
    assert "SHOP_TOKEN" in names
    assert not [name for name in names if str(name).startswith("SETRIGHT")]


async def test_hints_decide_nothing(subject: RemoteSubject) -> None:
    """The refund tool claims to be read-only; it is a write that a person approves, because the file says so."""
    hints = (await caller_of(subject).hints())["give_back"]
    assert "read-only" in hints
    spec = subject.backend.specs["issue_refund"]
    assert (spec.effect, spec.needs_approval) == ("write", True)


async def test_a_tool_that_is_not_there_is_never_called(subject: RemoteSubject) -> None:
    """Certainly nothing happened."""
    with pytest.raises(Unavailable, match="no tool"):
        await caller_of(subject).ask(ToolCall(tool="drop_everything"), {})


@pytest.mark.parametrize("command", [("no-such-program-anywhere",), ("false",)])
async def test_a_server_that_does_not_start_is_unavailable(command: tuple[str, ...]) -> None:
    """No traceback of the library's, and no waiting without end."""
    async with opened(McpServer(command=command)) as backend:
        with pytest.raises(Unavailable):
            await backend.gather(scope_of("c-1"), NOW)


def children_of(parent: int) -> list[int]:
    """The processes that this one has started and that run the shop's server."""
    return [it.pid for it in psutil.Process(parent).children() if SERVER[-1] in it.cmdline()]
