"""A remote shop as an MCP server of its own, started over standard input and output or served over HTTP."""

import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.backends.declared.backend import DeclaredBackend
from adapters.backends.mcp.caller import McpCaller
from adapters.backends.mcp.declaration import McpDeclaration, McpServer
from adapters.workspace.source import Source, read_source
from adapters.workspace.typed import build
from runtime.embedded.ports import LOOPBACK, free_port, is_free
from tests.support.remote_shop.books import Books
from tests.support.remote_shop.subject import RemoteSubject

FILE = Path("tests/support/remote_shop/tools.yaml")
SERVER = (sys.executable, "-m", "tests.support.remote_shop.mcp_server")


def declared() -> McpDeclaration:
    """What the shop's file says."""
    source = read_source(FILE)
    assert isinstance(source, Source)
    declaration = build(McpDeclaration, source)
    assert isinstance(declaration, McpDeclaration), declaration
    return declaration


@dataclass(frozen=True)
class Remote:
    """A server process over HTTP, and the books it works on."""

    url: str
    books: Books


@pytest.fixture(scope="session")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    """One server process for all tests, which start with fresh books each."""
    books, port = Books(tmp_path_factory.mktemp("mcp") / "books.db"), free_port()
    with subprocess.Popen([*SERVER, str(books.path), str(port)]) as process:
        deadline = time.monotonic() + 30
        while is_free(port) and time.monotonic() < deadline:
            time.sleep(0.05)
        yield Remote(f"http://{LOOPBACK}:{port}/mcp", books)
        process.terminate()


@pytest.fixture
async def subject(process: Remote) -> AsyncIterator[RemoteSubject]:
    """The back end on the server over HTTP."""
    process.books.path.unlink(missing_ok=True)
    process.books.create()
    async with opened(McpServer(url=process.url)) as backend:
        yield RemoteSubject(backend, process.books)


@asynccontextmanager
async def opened(server: McpServer, **env: str) -> AsyncIterator[DeclaredBackend]:
    """The declared back end on a server."""
    declaration = declared().model_copy(update={"server": server})
    caller = McpCaller(declaration, env={"PYTHONPATH": ".", **env}, headers={})
    try:
        yield DeclaredBackend(declaration, caller)
    finally:
        await caller.aclose()


def by_stdio(books: Books) -> McpServer:
    """A server process of our own, over standard input and output."""
    return McpServer(command=(*SERVER, str(books.path)))
