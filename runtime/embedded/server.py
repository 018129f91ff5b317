"""What the embedded servers have in common: the way from a data folder to a server that answers, and back.

It takes care of orphans, ports, and of saying why a start failed. What makes one server differ from another is left to
the class of that server.
"""

import asyncio
import signal
import time
from abc import ABC, abstractmethod
from typing import ClassVar, Literal

from runtime.embedded.errors import DidNotStart, EmbeddedError, PortInUse
from runtime.embedded.folder import DataFolder, disk_full, storage_error
from runtime.embedded.ports import Ports, is_free
from runtime.embedded.process import Child, Program, stop_orphan

ServerName = Literal["postgres", "temporal"]

_START_SECONDS = 30.0  # Postgres after a crash replays at most 1 GB of log (max_wal_size), about 10 s on a slow disk
_POLL_SECONDS = 0.03
_PORT_ATTEMPTS = 5  # another program may take a port between our look and the server's
_FULL_BYTES = 20 * 1024 * 1024  # a server that ends with less room than this ended for want of room


class Server(ABC):
    """One server as a child of this process; the caller holds the data folder (`DataFolder.held`)."""

    name: ClassVar[ServerName]
    title: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]
    stop_seconds: ClassVar[float]

    def __init__(self, folder: DataFolder, asked_ports: dict[str, int]) -> None:
        self.folder = folder
        self.ports = dict(asked_ports)
        self._asked_ports = asked_ports
        self._child: Child | None = None

    @property
    def child(self) -> Child:
        """The running process."""
        if self._child is None:
            raise RuntimeError(f"{self.title} has not been started")
        return self._child

    @property
    @abstractmethod
    def where(self) -> str:
        """What to tell people about this server."""

    async def start(self) -> None:
        """Start the server and return when it answers; raises an `EmbeddedError` that says what to do."""
        try:
            await stop_orphan(self.folder.pid_file(self.name), self.stop_signal, self.stop_seconds)
            await self._prepare()
            await self._start_on_free_ports()
        except OSError as error:
            raise storage_error(error, self.folder.root) from error
        self._asked_ports = self.ports  # a restart keeps them: clients have been told

    async def stop(self) -> None:
        """Stop the server in order, or by force when it takes too long; harmless when it does not run."""
        if self._child is not None:
            await self._child.stop()

    def failure(self, reason: str) -> EmbeddedError:
        """Say why the server does not run, from what can be seen, ending with its own last words."""
        if self.folder.free_bytes() < _FULL_BYTES:
            return disk_full(self.folder.root)
        log = self.folder.log(self.name)
        return DidNotStart(f"{self.title} {reason}. The end of {log}:\n{self.child.last_words()}", path=str(log))

    @abstractmethod
    async def _prepare(self) -> None:
        """Make the folder ready for a start."""

    @abstractmethod
    def _program(self) -> Program:
        """Say what to run, on the ports chosen."""

    @abstractmethod
    async def _is_ready(self) -> bool:
        """Ask the server whether it takes work."""

    @abstractmethod
    async def _settle(self) -> None:
        """Bring the running server into the shape that the product needs."""

    async def _start_on_free_ports(self) -> None:
        for attempt in range(1, _PORT_ATTEMPTS + 1):
            ports = Ports(self.folder.ports)
            self.ports = {name: ports.choose(name, asked) for name, asked in self._asked_ports.items()}
            self._child = Child.start(self._program())
            try:
                await self._wait_until_ready()
                await self._settle()
            except PortInUse as error:
                await self.stop()
                if error.facts["port"] in self._asked_ports.values() or attempt == _PORT_ATTEMPTS:
                    raise
            except BaseException:
                await self.stop()
                raise
            else:
                return

    def _early_end(self, status: int) -> EmbeddedError:
        for name, port in self.ports.items():
            if not is_free(port):  # ours has ended, so this is somebody else
                return PortInUse(f"Port {port}, meant for {name}, was taken by another program.", port=port)
        failure = self.failure(f"ended while starting (status {status})")
        # A server may pick more ports by itself (Temporal does, for its inner services), and lose one in the same way.
        return PortInUse(failure.text, port=None) if "address already in use" in failure.text.lower() else failure

    async def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not await self._is_ready():
            status = self.child.exit_status()
            if status is not None:
                raise self._early_end(status)
            if time.monotonic() > deadline:
                raise self.failure(f"did not answer within {_START_SECONDS:.0f} s")
            await asyncio.sleep(_POLL_SECONDS)
