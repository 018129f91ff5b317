"""Opening an MCP server as a back end, and reading what its tools say of themselves.

The library is an extra: it is imported when the first such back end is opened, and its absence is a typed error.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from adapters.backends.declared.backend import DeclaredBackend
from adapters.backends.declared.secrets import SecretsOf, filled
from adapters.backends.mcp.declaration import McpDeclaration
from adapters.backends.port import Backend
from domain.errors import ExtraMissing

if TYPE_CHECKING:
    from adapters.backends.mcp.caller import McpCaller


@asynccontextmanager
async def open_mcp(declaration: McpDeclaration, secret_of: SecretsOf) -> AsyncIterator[Backend]:
    """The declared back end; raises UnknownSecret, or ExtraMissing without the library."""
    async with _calling(declaration, secret_of) as caller:
        yield DeclaredBackend(declaration, caller)


async def read_hints(declaration: McpDeclaration, secret_of: SecretsOf) -> dict[str, str]:
    """What each tool of the server says of itself ("read-only, idempotent"), for people: nothing decides by it.

    Raises:
        UnknownSecret: the file names a secret that is not there.
        ExtraMissing: the library is not installed.
        Unavailable: the server cannot be started or reached.
    """
    async with _calling(declaration, secret_of) as caller:
        return await caller.hints()


@asynccontextmanager
async def _calling(declaration: McpDeclaration, secret_of: SecretsOf) -> AsyncIterator["McpCaller"]:
    try:
        from adapters.backends.mcp.caller import McpCaller  # noqa: PLC0415 - an extra: only who uses it needs it
    except ModuleNotFoundError:
        raise ExtraMissing("MCP back ends need the library `mcp`: install the extras (`make extras`).") from None
    server = declaration.server
    caller = McpCaller(
        declaration,
        env=filled(server.env, "server.env", secret_of),
        headers=filled(server.headers, "server.headers", secret_of),
    )
    try:
        yield caller
    finally:
        await caller.aclose()
