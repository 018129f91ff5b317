"""A run: tickets under load, a seeded schedule of faults beside them, rest, and then the verdict of another process.

The same seed gives the same customers, plays and faults in the same order. When each falls depends on the machine, as
it does in life, so a run is repeated in kind, not to the microsecond.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

from runtime.chaos.disk import FILL_DISK, fill_disk_on, small_disk
from runtime.chaos.driver import Driver, driving
from runtime.chaos.faults import FAULTS, Fault, all_well_afterwards
from runtime.chaos.plan import Plan
from runtime.chaos.plays import KINDS
from runtime.chaos.report import ChaosReport
from runtime.chaos.stack import Say, running_stack
from runtime.chaos.sweep import crash_everywhere, like_for
from runtime.chaos.verdict import Ended, judge
from runtime.embedded.scratch import scratch_folder

#: Few enough that a ticket of three turns goes on as a new run; a server suggests it at 4,096 by itself.
CONTINUE_AFTER = 60
_SAY_EVERY = 10.0
#: A run with these must see something tried twice; the others may pass without.
_KILLING = frozenset({"kill_worker", "crash_worker"})


@dataclass
class _Tally:
    """What a run counts while it goes on."""

    total: int
    faults: Counter[str] = field(default_factory=Counter)
    plays: Counter[str] = field(default_factory=Counter)


async def run_chaos(plan: Plan, say: Say) -> ChaosReport:
    """Run it on a stack of its own, which is thrown away.

    Raises:
        EmbeddedError: a server could not be started at all.
        RuntimeError: the verifying process could not do its work.
    """
    async with played(plan, say) as (driver, ended):
        report = await judge(driver, ended, say)
    return report.model_copy(update={"void": _void(report, plan, ended)})


@asynccontextmanager
async def played(plan: Plan, say: Say) -> AsyncIterator[tuple[Driver, Ended]]:
    """Play every ticket under every fault; the stack is still there while the block lasts."""
    kinds = plan.kinds()
    with scratch_folder() as scratch, small_disk(scratch / "data") as can_fill:
        faults: dict[str, Fault] = dict(FAULTS)
        if can_fill:
            faults[FILL_DISK] = fill_disk_on(scratch / "data")
        like = [*(KINDS[kind].like for kind in kinds), *like_for(plan.points)]
        async with (
            running_stack(scratch / "data", like, say, continue_after=CONTINUE_AFTER) as stack,
            driving(stack, plan.seed) as driver,
        ):
            began, tally = time.monotonic(), _Tally(len(kinds))
            async with all_well_afterwards(stack):
                await _play_and_break(driver, plan, kinds, faults, tally, say)
            missed = await crash_everywhere(driver, plan.points, len(kinds), say)
            tally.faults["crash_point"] += len(plan.points) - len(missed)
            yield (
                driver,
                Ended(
                    began=began,
                    faults=tally.faults,
                    plays=tally.plays,
                    not_done=() if can_fill else (FILL_DISK,),
                    replays=plan.replays,
                    missed=tuple(missed),
                ),
            )


def _void(report: ChaosReport, plan: Plan, ended: Ended) -> str | None:
    """Why a run proves nothing, if it does not."""
    if not report.effects:
        return "no effect took place"
    if ended.missed:
        return f"not reached: {', '.join(ended.missed)}"
    if not report.faults:
        return "no fault took place"
    if (not plan.only or _KILLING & set(plan.only)) and not report.attempts_over_one:
        return "nothing was tried more than once"
    return None


async def _play_and_break(
    driver: Driver, plan: Plan, kinds: list[str], faults: Mapping[str, Fault], tally: _Tally, say: Say
) -> None:
    beside = [
        asyncio.create_task(_break(driver, plan, faults, tally)),
        asyncio.create_task(_tell(driver, tally, say)),
    ]
    try:
        await _play_all(driver, plan, kinds, tally)
    finally:
        for task in beside:
            task.cancel()
        ends = await asyncio.gather(*beside, return_exceptions=True)
    for end in ends:
        if isinstance(end, Exception):  # a fault that could not be brought about, or mended
            raise end


async def _play_all(driver: Driver, plan: Plan, kinds: list[str], tally: _Tally) -> None:
    """Play every ticket, some at a time."""
    waiting = iter(enumerate(kinds))
    until = None if plan.minutes is None else time.monotonic() + plan.minutes * 60

    async def lane() -> None:
        for number, kind in waiting:
            if until is not None and time.monotonic() > until:
                return
            await driver.tried(kind, driver.player(number), KINDS[kind].play)
            tally.plays[kind] += 1

    await asyncio.gather(*(lane() for _ in range(min(plan.lanes, len(kinds)))))


async def _break(driver: Driver, plan: Plan, faults: Mapping[str, Fault], tally: _Tally) -> None:
    """One fault after another; for as long as one took to mend, the stack is left alone, and a little longer."""
    random, took = Random(f"{plan.seed}/when"), 0.0
    for name in plan.faults(sorted(faults)):
        await asyncio.sleep(took + random.uniform(*plan.calm))
        tally.faults[name] += 1
        began = time.monotonic()
        await faults[name](driver.stack, Random(f"{plan.seed}/{name}/{tally.faults[name]}"))
        took = time.monotonic() - began


async def _tell(driver: Driver, tally: _Tally, say: Say) -> None:
    while True:
        await asyncio.sleep(_SAY_EVERY)
        say(
            f"{tally.plays.total()} of {tally.total} tickets, {tally.faults.total()} faults, "
            f"{driver.caller.statuses.total()} requests, {len(driver.unfinished)} unfinished"
        )
