"""One session with an MCP server, kept open by a task of its own and opened again when it has broken.

A session belongs to the task that opened it (its scopes are nested), while calls come from any task: so one task owns
it and the others borrow its client.
"""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import httpx2
from mcp import Client, StdioServerParameters
from mcp.client import Transport
from mcp.client.stdio import stdio_client
from mcp.client.streamable_http import streamable_http_client
from mcp_types import Tool

from adapters.backends.mcp.declaration import McpServer
from domain.errors import Unavailable

_CONNECT_SECONDS = 10.0
_CLOSE_SECONDS = 5.0


@dataclass(frozen=True, eq=False)
class Connected:
    """An open session and the tools that the server has."""

    mcp: Client
    tools: Mapping[str, Tool]


class Session:
    """The session with one server; it is opened at the first call."""

    def __init__(
        self, server: McpServer, env: Mapping[str, str], headers: Mapping[str, str], answer_seconds: float
    ) -> None:
        self._server = server
        self._env = dict(env)
        self._headers = dict(headers)
        self._seconds = answer_seconds
        self._opening = asyncio.Lock()
        self._connected: Connected | None = None
        self._stop = asyncio.Event()
        self._owner: asyncio.Task[None] | None = None

    async def client(self) -> Connected:
        """The open session.

        Raises:
            Unavailable: the server cannot be started or reached.
        """
        async with self._opening:
            if self._owner is None or self._owner.done() or self._connected is None:
                await self._close()
                self._connected = await self._open()
            return self._connected

    def drop(self, broken: Connected) -> None:
        """Open a new one for the next call, unless somebody has."""
        if self._connected is broken:
            self._connected = None

    async def aclose(self) -> None:
        """End it."""
        async with self._opening:
            await self._close()

    async def _open(self) -> Connected:
        self._stop = asyncio.Event()
        ready: asyncio.Future[Connected] = asyncio.get_running_loop().create_future()
        self._owner = asyncio.create_task(self._own(ready, self._stop))
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                return await asyncio.shield(ready)
        except TimeoutError:
            await self._close()
            raise Unavailable("The MCP server does not answer.") from None

    async def _close(self) -> None:
        self._connected = None
        self._stop.set()
        if self._owner is not None:
            _, unfinished = await asyncio.wait([self._owner], timeout=_CLOSE_SECONDS)
            for task in unfinished:
                task.cancel()
            self._owner = None

    async def _own(self, ready: "asyncio.Future[Connected]", stop: asyncio.Event) -> None:
        http = httpx2.AsyncClient(headers=self._headers, timeout=self._seconds, trust_env=False, follow_redirects=False)
        try:
            with Path(os.devnull).open("w") as nowhere:  # noqa: ASYNC230 - the null device blocks nobody
                async with http, Client(self._transport(http, nowhere), cache=None) as mcp:
                    listed = await mcp.list_tools()
                    ready.set_result(Connected(mcp, {tool.name: tool for tool in listed.tools}))
                    await stop.wait()
        except Exception:  # noqa: BLE001 - whatever breaks a session, the next call opens another
            if not ready.done():
                ready.set_exception(Unavailable("The MCP server cannot be started or reached."))

    def _transport(self, http: httpx2.AsyncClient, log: TextIO) -> Transport:
        if self._server.command is None:
            return streamable_http_client(self._server.url or "", http_client=http)
        command, *args = self._server.command
        # The SDK gives the process a short list of harmless variables, and ours. What it logs may hold anything.
        return stdio_client(StdioServerParameters(command=command, args=args, env=self._env), errlog=log)
