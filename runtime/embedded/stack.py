"""The embedded servers as one thing: started together, kept running, stopped together.

A server that dies is started again on the same port and data, so its clients see a short outage. One that keeps dying
is given up, and whoever runs the stack hears of it.
"""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from runtime.embedded.errors import EmbeddedError
from runtime.embedded.folder import DataFolder
from runtime.embedded.postgres import PostgresServer
from runtime.embedded.server import Server, ServerName
from runtime.embedded.temporal import SearchAttributeType, TemporalServer

ServerState = Literal["starting", "ready", "restarting", "failed", "stopping", "stopped"]
OnProgress = Callable[[ServerName, ServerState, str], None]

# A server that dies more often than this is not mended by starting it once more.
_MAX_RESTARTS = 3
_RESTART_WINDOW_SECONDS = 60.0


@dataclass(frozen=True)
class StackOptions:
    """What to start and how; port 0 means the port of last time, or any free one."""

    has_postgres: bool = True
    has_temporal: bool = True
    has_ui: bool = True
    postgres_port: int = 0
    temporal_port: int = 0
    ui_port: int = 0


class EmbeddedStack:
    """Postgres and Temporal on one data folder, for as long as the `async with` block lasts.

    Enter it from a thread that outlives the block (the main thread): its death is the servers' signal to end.
    """

    def __init__(
        self,
        data_dir: Path,
        options: StackOptions | None = None,
        *,
        search_attributes: Mapping[str, SearchAttributeType] | None = None,
        on_progress: OnProgress | None = None,
    ) -> None:
        options = options or StackOptions()
        self.folder = DataFolder(data_dir)
        self._on_progress = on_progress or (lambda _name, _state, _detail: None)
        self._postgres = PostgresServer(self.folder, port=options.postgres_port) if options.has_postgres else None
        self._temporal = None
        if options.has_temporal:
            self._temporal = TemporalServer(
                self.folder,
                search_attributes=search_attributes,
                port=options.temporal_port,
                ui_port=options.ui_port,
                has_ui=options.has_ui,
            )
        self._lock = contextlib.ExitStack()
        self._keepers: list[asyncio.Task[None]] = []
        self._broken: asyncio.Future[EmbeddedError] | None = None

    @property
    def postgres(self) -> PostgresServer:
        """The database server; raises `RuntimeError` when the options left it out."""
        if self._postgres is None:
            raise RuntimeError("this stack has no Postgres")
        return self._postgres

    @property
    def temporal(self) -> TemporalServer:
        """The Temporal server; raises `RuntimeError` when the options left it out."""
        if self._temporal is None:
            raise RuntimeError("this stack has no Temporal")
        return self._temporal

    @property
    def database_url(self) -> str:
        """The superuser's address of the product's database, for the migrator only."""
        return self.postgres.dsn()

    @property
    def temporal_address(self) -> str:
        """Where Temporal clients connect: host and port."""
        return self.temporal.address

    @property
    def temporal_ui(self) -> str | None:
        """The address of Temporal's web UI, or None without it."""
        return self.temporal.ui

    async def __aenter__(self) -> Self:
        """Start everything at once; raises an `EmbeddedError` after stopping what had started."""
        self.folder.prepare()
        self._lock.enter_context(self.folder.held())
        self._broken = asyncio.get_running_loop().create_future()
        starts = [asyncio.create_task(self._start(server)) for server in self._servers()]
        try:
            await asyncio.gather(*starts)
        except BaseException:
            for start in starts:
                start.cancel()
            await asyncio.gather(*starts, return_exceptions=True)
            await self._stop()
            raise
        self._keepers = [asyncio.create_task(self._keep(server)) for server in self._servers()]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything and let go of the folder."""
        await self._stop()

    async def broken(self) -> EmbeddedError:
        """Wait until a server cannot be kept running, and return why; the rest is still up then."""
        if self._broken is None:
            raise RuntimeError("the stack has not been started")
        return await asyncio.shield(self._broken)

    def _servers(self) -> list[Server]:
        return [server for server in (self._postgres, self._temporal) if server is not None]

    async def _start(self, server: Server) -> None:
        self._on_progress(server.name, "starting", "")
        began = time.monotonic()
        try:
            await server.start()
        except EmbeddedError as error:
            self._on_progress(server.name, "failed", error.text)
            raise
        self._on_progress(server.name, "ready", f"{server.where}, {time.monotonic() - began:.1f} s")

    async def _keep(self, server: Server) -> None:
        """Start the server again whenever it dies, until it dies too often; a start that fails is a death too."""
        deaths: deque[float] = deque(maxlen=_MAX_RESTARTS)
        while True:
            status = await server.child.ended()
            now = time.monotonic()
            if len(deaths) == _MAX_RESTARTS and now - deaths[0] < _RESTART_WINDOW_SECONDS:
                self._give_up(server, status)
                return
            deaths.append(now)
            self._on_progress(server.name, "restarting", f"it ended unexpectedly (status {status})")
            with contextlib.suppress(EmbeddedError):  # reported by _start
                await self._start(server)

    def _give_up(self, server: Server, status: int) -> None:
        error = server.failure(f"keeps ending (status {status})")
        self._on_progress(server.name, "failed", error.text)
        if self._broken is not None and not self._broken.done():
            self._broken.set_result(error)

    async def _stop(self) -> None:
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        try:
            await asyncio.gather(*(self._stop_one(server) for server in self._servers()))
        finally:
            self._lock.close()

    async def _stop_one(self, server: Server) -> None:
        self._on_progress(server.name, "stopping", "")
        await server.stop()
        self._on_progress(server.name, "stopped", "")
