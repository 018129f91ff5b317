"""A worker process as a child: started, watched, and started again whenever it dies."""

import asyncio
import signal
import sys
from collections.abc import Callable, Mapping

from domain.errors import Unavailable
from runtime.embedded.folder import DataFolder
from runtime.embedded.process import Child, Program, stop_orphan

OnProgress = Callable[[str, str, str], None]

WORKER_SECONDS = 60.0  # to import, train and connect; measured: 4 s on two busy cores


class WorkerKeeper:
    """A worker as a child process, started again whenever it dies: its tickets go on where they were."""

    def __init__(self, folder: DataFolder, environment: Mapping[str, str]) -> None:
        self._program = Program(
            argv=[sys.executable, "-m", "runtime.worker"],
            log=folder.log("worker"),
            pid_file=folder.pid_file("worker"),
            stop_signal=signal.SIGTERM,
            stop_seconds=15.0,
            environment=environment,
        )
        self.child: Child | None = None
        self._keeper: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the worker and wait until it polls; raises Unavailable with its last words."""
        await stop_orphan(self._program.pid_file, signal.SIGTERM, self._program.stop_seconds)
        self.child = Child.start(self._program)
        try:
            async with asyncio.timeout(WORKER_SECONDS):
                while "ready" not in self.child.last_words().splitlines():
                    if self.child.exit_status() is not None:
                        raise Unavailable(f"The worker ended while starting:\n{self.child.last_words()}")
                    await asyncio.sleep(0.05)
        except TimeoutError:
            await self.child.stop()
            raise Unavailable(f"The worker was not ready in time; see {self._program.log}.") from None

    def keep(self, on_progress: OnProgress) -> None:
        """Start it again whenever it ends."""
        self._keeper = asyncio.create_task(self._keep(on_progress))

    async def stop(self) -> None:
        """Let running activities finish, then end."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        if self.child is not None:
            await self.child.stop()

    async def _keep(self, on_progress: OnProgress) -> None:
        pause = 0.0
        while True:
            if self.child is not None:
                status = await self.child.ended()
                on_progress("worker", "restarting", f"it ended unexpectedly (status {status})")
            await asyncio.sleep(pause)
            pause = min(pause + 1.0, 10.0)  # one that cannot start is not started in a tight loop
            try:
                await self.start()
            except Unavailable as error:
                on_progress("worker", "failed", error.text)
            else:
                on_progress("worker", "ready", "started again")
