"""The crash-point sweep: for every point, a process that kills itself exactly there, and a ticket that comes by.

What a crash leaves is taken up by the next process, which is armed for the next point at once: so the recovery from
one crash runs into another, and a sweep of all points needs one stack.
"""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Sequence

from psycopg import AsyncConnection

from adapters.backends.shop.provider.faults import FaultKind, inject
from domain.points import POINTS
from runtime.chaos.crowd import TENANT
from runtime.chaos.driver import Driver, driving
from runtime.chaos.plays import KINDS
from runtime.chaos.process import Kept
from runtime.chaos.report import ChaosReport
from runtime.chaos.run import CONTINUE_AFTER
from runtime.chaos.stack import Say, Stack, running_stack
from runtime.chaos.verdict import Ended, judge
from runtime.embedded.scratch import scratch_folder

#: Which kind of ticket comes by a point; any other is passed by a refund that somebody approves.
_KIND = {
    "ticket.moved": "handed_off",
    "ticket.draining": "long",
    "ticket.continuing": "long",
    "ticket.continued": "long",
    "ticket.ended": "closed",
    "perform_action.fact_committed": "parcel",
    "api.reply_committed": "handed_off",
    "api.reply_told": "handed_off",
    "api.move_told": "handed_off",
}
_USUAL = "approved"
#: What the provider must do, so that an effect is in doubt, or is tried a second time.
_PROVIDER: dict[str, FaultKind] = {
    "perform_action.in_doubt": "timeout_after_commit",
    "perform_action.looked_up": "fail_before",
}
_POINT_SECONDS = 60.0  # to come by; a turn that waits for a dead attempt's time-out takes 30 of them
_WORKER_AWAY_SECONDS = 6.0  # longer than the relay's grace: it takes over


async def run_sweep(points: Sequence[str], seed: int, say: Say) -> ChaosReport:
    """Crash at every point, on a stack of its own; a point that is not reached makes the run void."""
    kinds = [_KIND.get(point, _USUAL) for point in points]
    with scratch_folder() as scratch:
        like = [KINDS[kind].like for kind in kinds]
        async with (
            running_stack(scratch / "data", like, say, continue_after=CONTINUE_AFTER) as stack,
            driving(stack, seed) as driver,
        ):
            began = time.monotonic()
            reached = await _crash_everywhere(driver, points, say)
            ended = Ended(began=began, faults={"crash": len(reached)}, plays=Counter(kinds))
            report = await judge(driver, ended, say)
    missed = [point for point in points if point not in reached]
    void = f"not reached: {', '.join(missed)}" if missed else None
    return report.model_copy(update={"void": void, "crash_points_total": len(points)})


async def _crash_everywhere(driver: Driver, points: Sequence[str], say: Say) -> list[str]:
    stack = driver.stack
    playing: list[asyncio.Task[None]] = []
    reached = []
    for number, point in enumerate(points):
        kept = stack.worker if POINTS[point] == "worker" else stack.api
        began = time.monotonic()
        await kept.rearm(f"{point}:1")
        playing.append(asyncio.create_task(_play(driver, number, point)))
        if await _has_crashed(kept, point):
            reached.append(point)
        verb = "crashed" if point in reached else "NOT REACHED"
        say(f"{number + 1} of {len(points)}: {point} {verb}, {time.monotonic() - began:.1f} s")
    say("waiting for the last tickets")
    await asyncio.gather(*playing)
    return reached


async def _play(driver: Driver, number: int, point: str) -> None:
    kind = _KIND.get(point, _USUAL)
    if point in _PROVIDER:
        async with await AsyncConnection.connect(driver.stack.database, autocommit=True) as conn:
            await inject(conn, TENANT, "create_refund", _PROVIDER[point])
    playing = driver.tried(f"{point}, {kind}", driver.player(number), KINDS[kind].play)
    if point.startswith("relay."):
        await asyncio.gather(playing, _without_worker(driver.stack))
    else:
        await playing


async def _without_worker(stack: Stack) -> None:
    """Keep the worker away until the API's own nudge has failed and the relay has found the message."""
    stack.worker.hold()
    await asyncio.sleep(_WORKER_AWAY_SECONDS)
    stack.worker.release()


async def _has_crashed(kept: Kept, point: str) -> bool:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_POINT_SECONDS):
            while point not in kept.crash_points:
                await asyncio.sleep(0.05)
            return True
    return False
