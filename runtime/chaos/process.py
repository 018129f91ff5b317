"""A process of ours under test: started, killed, armed to die at a point, and started again whenever it ends."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import Mapping

from runtime.embedded.folder import DataFolder
from runtime.embedded.process import Child, Program

_READY_SECONDS = 90.0
_PAUSE_SECONDS = 0.5  # between a start that failed (its servers are away) and the next
_POLL_SECONDS = 0.05


class Kept:
    """One process, by the words of `setright …` that run it; `ready` is how its log begins the line that says so."""

    def __init__(self, name: str, ready: str, folder: DataFolder, environment: Mapping[str, str]) -> None:
        self.name = name
        self._ready = ready
        self._folder = folder
        self._environment = environment
        self._child: Child | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._may_run = asyncio.Event()
        self._is_up = asyncio.Event()
        self._armed: str | None = None  # for the next start
        self._carried: str | None = None  # by the process that runs
        self._is_our_kill = False
        self.kills = 0
        self.crash_points: list[str] = []  # at which it killed itself

    @property
    def pid(self) -> int | None:
        """The process that runs now, if any does."""
        return self._child.pid if self._child is not None and self._child.exit_status() is None else None

    async def start(self) -> None:
        """Start it, keep it, and return when it works."""
        self._may_run.set()
        self._keeper = asyncio.create_task(self._keep())
        await self.up()

    async def up(self) -> None:
        """Wait until it works; raises TimeoutError."""
        async with asyncio.timeout(_READY_SECONDS):
            await self._is_up.wait()

    def kill(self) -> None:
        """Kill it at once; it is started again."""
        if self._child is not None and self._child.exit_status() is None:
            self.kills += 1
            self._is_our_kill = True
            self._is_up.clear()
            self._child.kill()

    def hold(self) -> None:
        """Kill it and leave it down until `release`."""
        self._may_run.clear()
        self.kill()

    def release(self) -> None:
        """Let it be started again."""
        self._may_run.set()

    async def rearm(self, crash_at: str) -> None:
        """Start it anew, to kill itself at `POINT:N`; returns when it works."""
        self._armed = crash_at
        self.kill()
        await self.up()

    async def stop(self) -> None:
        """End it in order, for good."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        if self._child is not None:
            await self._child.stop()

    async def _keep(self) -> None:
        while True:
            await self._may_run.wait()
            self._carried, self._armed = self._armed, None
            self._child = Child.start(self._program(self._carried))
            with contextlib.suppress(TimeoutError):
                await self._wait_until_ready(self._child)
            status = await self._child.ended()
            self._is_up.clear()
            if self._carried is not None and status == -signal.SIGKILL and not self._is_our_kill:
                self.crash_points.append(self._carried.partition(":")[0])
            self._is_our_kill = False
            await asyncio.sleep(_PAUSE_SECONDS)

    async def _wait_until_ready(self, child: Child) -> None:
        async with asyncio.timeout(_READY_SECONDS):
            while child.exit_status() is None:
                if any(line.startswith(self._ready) for line in child.last_words().splitlines()):
                    self._is_up.set()
                    return
                await asyncio.sleep(_POLL_SECONDS)

    def _program(self, crash_at: str | None) -> Program:
        armed = {} if crash_at is None else {"SETRIGHT_CRASH_AT": crash_at}
        return Program(
            argv=[sys.executable, "-c", "from runtime.cli.main import main; main()", self.name],
            log=self._folder.log(self.name),
            pid_file=self._folder.pid_file(self.name),
            stop_signal=signal.SIGTERM,
            stop_seconds=15.0,
            environment={**self._environment, **armed},
        )
