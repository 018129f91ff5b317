"""From a run that is over to its report: mend, rest, let another process verify, count."""

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from domain.points import POINTS
from runtime.chaos.driver import Driver
from runtime.chaos.report import ChaosReport, count
from runtime.chaos.rest import come_to_rest, verified
from runtime.chaos.stack import Say, Stack
from runtime.verify.violation import Violation


@dataclass(frozen=True)
class Ended:
    """What a run has to tell besides what there is to see."""

    began: float  # time.monotonic()
    faults: Mapping[str, int] = field(default_factory=dict)
    plays: Mapping[str, int] = field(default_factory=dict)
    figures: Mapping[str, float] = field(default_factory=dict)
    not_done: tuple[str, ...] = ()
    replays: int | None = None
    missed: tuple[str, ...] = ()  # crash points that nothing came by


async def judge(driver: Driver, ended: Ended, say: Say) -> ChaosReport:
    """Bring the stack to rest and have it verified."""
    stack = driver.stack
    await _mend(stack)
    say("waiting for rest")
    rested = await come_to_rest(stack)
    say(f"at rest after {rested:g} s; verifying")
    checked = await verified(stack, driver.caller.expected(), ended.replays)
    violations = checked.violations + tuple(
        Violation(invariant="I12", what="answered_differently", ids=(key,)) for key in driver.caller.disagreements
    )
    counted = count(violations)
    return ChaosReport(
        seed=driver.seed,
        tickets=checked.tickets,
        lost=counted.lost,
        duplicated=counted.duplicated,
        stuck=counted.stuck,
        attempts_over_one=checked.attempts_over_one,
        resolved=checked.resolved,
        effects=checked.effects,
        crash_points_hit=len({*stack.worker.crash_points, *stack.api.crash_points}),
        crash_points_total=len(POINTS),
        faults={name: times for name, times in sorted(ended.faults.items()) if times},
        seconds=round(time.monotonic() - ended.began, 1),
        seconds_to_rest=rested,
        requests=dict(sorted(driver.caller.statuses.items())),
        plays=dict(sorted(ended.plays.items())),
        unfinished=len(driver.unfinished),
        continued_as_new=checked.continued,
        replayed=checked.replayed,
        by_invariant=checked.by_invariant,
        violations=violations,
        not_done=ended.not_done,
        notes=tuple(driver.unfinished),
        figures=ended.figures,
    )


async def _mend(stack: Stack) -> None:
    """Have everything up: the last fault may have been broken off."""
    for server in (stack.postgres, stack.temporal):
        if server.child.exit_status() is not None:
            await server.start()
    for process in (stack.worker, stack.api):
        process.release()
        with suppress(TimeoutError):
            await process.up()
