"""The crash-point sweep: for every point, a process that kills itself exactly there, and a ticket that comes by.

What a crash leaves is taken up by the next process, which is armed for the next point at once: so the recovery from
one crash runs into another, and a sweep of all points needs one stack.
"""

import asyncio
import contextlib
import time
from collections.abc import Sequence

from psycopg import AsyncConnection

from adapters.backends.shop.generate.load import SHOP as TENANT
from adapters.backends.shop.provider.faults import FaultKind, inject
from domain.ids import CustomerId
from domain.points import POINTS
from runtime.chaos.driver import Driver
from runtime.chaos.plays import KINDS
from runtime.chaos.process import Kept
from runtime.chaos.stack import Say, Stack

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


def like_for(points: Sequence[str]) -> list[CustomerId]:
    """Whom the customers must be like who come by these points, in order."""
    return [KINDS[_KIND.get(point, _USUAL)].like for point in points]


async def crash_everywhere(driver: Driver, points: Sequence[str], first: int, say: Say) -> list[str]:
    """Crash at every point, with the customers from number `first` on; returns the points that were not reached."""
    stack = driver.stack
    playing: list[asyncio.Task[None]] = []
    missed = []
    for number, point in enumerate(points, start=first):
        kept = stack.worker if POINTS[point] == "worker" else stack.api
        began = time.monotonic()
        await kept.rearm(f"{point}:1")
        playing.append(asyncio.create_task(_play(driver, number, point)))
        if not await _has_crashed(kept, point):
            missed.append(point)
        verb = "NOT REACHED" if point in missed else "crashed"
        say(f"{number - first + 1} of {len(points)}: {point} {verb}, {time.monotonic() - began:.1f} s")
    await asyncio.gather(*playing)
    return missed


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
