"""Thousands of tickets that wait for a person, everything killed in the middle of the wait, and then the decisions.

What is measured is what a pause costs: the memory of the worker (which keeps only so many tickets) and of the server,
and how fast tickets are paused and decided.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

import psutil

from runtime.chaos.caller import Verdict
from runtime.chaos.driver import Driver, driving
from runtime.chaos.player import Player
from runtime.chaos.plays import BROKEN, KINDS
from runtime.chaos.report import ChaosReport
from runtime.chaos.stack import OPERATORS, Say, running_stack
from runtime.chaos.verdict import Ended, judge
from runtime.embedded.scratch import scratch_folder

#: What a worker may take with thousands of tickets paused, in MB.
MOST_WORKER_MB = 512.0
_LANES = 24
_DECLINED_ONE_IN = 4
_REPLAYS = 300  # histories: all of them would take longer than the measurement
_SAY_EVERY = 15.0


async def run_paused(tickets: int, seed: int, say: Say) -> ChaosReport:
    """Measure on a stack of its own; a worker that takes more memory than it may makes the run void."""
    with scratch_folder() as scratch:
        like = [KINDS["approved"].like] * tickets
        async with (
            running_stack(scratch / "data", like, say) as stack,
            driving(stack, seed) as driver,
        ):
            began = time.monotonic()
            measured = Paused(driver, say)
            await measured.run()
            figures = {"cached_workflows": stack.settings.max_cached_workflows, **measured.figures}
            ended = Ended(began=began, faults={"cold_restart": 1}, figures=figures, replays=_REPLAYS)
            report = await judge(driver, ended, say)
    worst = max(figures["worker_mb_paused"], figures["worker_mb_decided"])
    void = f"the worker took {worst:g} MB, and may take {MOST_WORKER_MB:g}" if worst > MOST_WORKER_MB else None
    return report.model_copy(update={"void": void})


class Paused:
    """One measurement on a stack whose customers all want the big refund."""

    def __init__(self, driver: Driver, say: Say) -> None:
        self._driver = driver
        self._stack = driver.stack
        self._say = say
        self._done = 0
        self.figures: dict[str, float] = {}
        self._approvals: dict[int, Mapping[str, Any]] = {}  # by the customer's number

    async def run(self) -> None:
        """Pause all, kill worker and server, decide all."""
        self._weigh("started")
        await self._timed("paused", range(len(self._stack.customers)), self._pause)
        self._weigh("paused")
        began = time.monotonic()
        self._stack.worker.hold()
        await self._stack.kill_server(self._stack.temporal, 0)
        self._stack.worker.release()
        await self._stack.worker.up()
        self.figures["restart_seconds"] = round(time.monotonic() - began, 1)
        await self._timed("decided", list(self._approvals), self._decide)
        self._weigh("decided")

    async def _pause(self, number: int, player: Player) -> None:
        self._approvals[number] = await player.paused(BROKEN)

    async def _decide(self, number: int, player: Player) -> None:
        approval = self._approvals[number]
        player.ticket_id = str(approval["approval_id"]).partition("/")[0]
        verdict: Verdict = "declined" if number % _DECLINED_ONE_IN == 0 else "approved"
        await self._driver.caller.decide(approval, verdict, player.random.choice(OPERATORS))
        await player.until_status("solved", "open")

    async def _timed(self, name: str, numbers: Sequence[int], one: Callable[[int, Player], Awaitable[None]]) -> None:
        began, self._done = time.monotonic(), 0
        telling = asyncio.create_task(self._tell(name, len(numbers)))
        waiting = iter(numbers)

        async def lane() -> None:
            for number in waiting:
                await self._driver.tried(name, self._driver.player(number), partial(one, number))
                self._done += 1

        await asyncio.gather(*(lane() for _ in range(_LANES)))
        telling.cancel()
        seconds = time.monotonic() - began
        self.figures[f"{name}_seconds"] = round(seconds, 1)
        self.figures[f"{name}_per_minute"] = round(len(numbers) / seconds * 60, 1)

    def _weigh(self, when: str) -> None:
        """Note how much memory the processes hold now (resident set size)."""
        for name, pid in (
            ("worker", self._stack.worker.pid),
            ("api", self._stack.api.pid),
            ("temporal", self._stack.temporal.child.pid),
        ):
            if pid is not None:
                self.figures[f"{name}_mb_{when}"] = round(psutil.Process(pid).memory_info().rss / 1e6, 1)

    async def _tell(self, name: str, total: int) -> None:
        while True:
            await asyncio.sleep(_SAY_EVERY)
            self._say(f"{name}: {self._done} of {total}, {len(self._driver.unfinished)} unfinished")
