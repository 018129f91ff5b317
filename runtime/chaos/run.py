"""A run: tickets under load, a seeded schedule of faults beside them, rest, and then the verdict of another process.

The same seed gives the same customers, plays and faults in the same order. When each falls depends on the machine, as
it does in life, so a run is repeated in kind, not to the microsecond.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from random import Random

import httpx2

from domain.points import POINTS
from runtime.chaos.caller import Caller
from runtime.chaos.disk import FILL_DISK, fill_disk_on, small_disk
from runtime.chaos.faults import FAULTS, Fault, all_well_afterwards
from runtime.chaos.player import Player, Refused
from runtime.chaos.plays import KINDS
from runtime.chaos.report import ChaosReport, count
from runtime.chaos.rest import come_to_rest, verified
from runtime.chaos.stack import Say, Stack, running_stack
from runtime.chaos.watch import TookTooLong, Watch
from runtime.embedded.scratch import scratch_folder
from runtime.verify.expected import Expected
from runtime.verify.violation import Violation

#: Few enough that a ticket of three turns goes on as a new run; a server suggests it at 4,096 by itself.
CONTINUE_AFTER = 60
_TIMEOUT = httpx2.Timeout(20.0, connect=5.0)
_SAY_EVERY = 10.0


@dataclass(frozen=True)
class Plan:
    """What to run; with `minutes`, tickets are opened for that long and `tickets` is how many there may be."""

    tickets: int
    seed: int
    minutes: float | None = None
    only: tuple[str, ...] = ()  # faults; none named: all
    lanes: int = 24  # tickets under way at once
    calm: tuple[float, float] = (0.2, 2.5)  # seconds between faults
    replays: int | None = None
    after: Callable[[Stack, Expected], "asyncio.Future[None]"] | None = None

    def kinds(self) -> list[str]:
        """The kind of each ticket, in order: every kind at least once where there are tickets enough."""
        random = Random(f"{self.seed}/kinds")
        names = sorted(KINDS)
        chosen = random.choices(names, weights=[KINDS[name].weight for name in names], k=self.tickets)
        places = random.sample(range(self.tickets), min(self.tickets, len(names)))
        for place, name in zip(places, names, strict=False):
            chosen[place] = name
        return chosen

    def faults(self, known: Sequence[str]) -> Iterator[str]:
        """Faults without end: all kinds before any comes again, since chance would leave some out."""
        random = Random(f"{self.seed}/faults")
        names = [name for name in known if not self.only or name in self.only]
        while names:
            random.shuffle(names)
            yield from names


@dataclass
class _Tally:
    """What a run counts while it goes on."""

    faults: Counter[str] = field(default_factory=Counter)
    plays: Counter[str] = field(default_factory=Counter)
    unfinished: list[str] = field(default_factory=list)
    last_fault: float = 0.0


async def run_chaos(plan: Plan, say: Say) -> ChaosReport:
    """Run it on a stack of its own, which is thrown away.

    Raises:
        EmbeddedError: a server could not be started at all.
        RuntimeError: the verifying process could not do its work.
    """
    kinds = plan.kinds()
    with scratch_folder() as scratch, small_disk(scratch / "data") as can_fill:
        faults: dict[str, Fault] = dict(FAULTS)
        if can_fill:
            faults[FILL_DISK] = fill_disk_on(scratch / "data")
        like = [KINDS[kind].like for kind in kinds]
        async with running_stack(scratch / "data", like, say, continue_after=CONTINUE_AFTER) as stack:
            return await _run(stack, plan, kinds, faults, say, () if can_fill else (FILL_DISK,))


async def _run(
    stack: Stack, plan: Plan, kinds: list[str], faults: Mapping[str, Fault], say: Say, not_done: tuple[str, ...]
) -> ChaosReport:
    began = time.monotonic()
    tally = _Tally()
    async with AsyncExitStack() as held:
        http = await held.enter_async_context(
            httpx2.AsyncClient(base_url=stack.api_url, timeout=_TIMEOUT, trust_env=False)
        )
        caller = Caller(http, stack.keys, Random(f"{plan.seed}/caller"))
        watch = await held.enter_async_context(Watch(stack.database).running())
        async with all_well_afterwards(stack):
            breaking = asyncio.create_task(_break(stack, plan, faults, tally))
            telling = asyncio.create_task(_tell(tally, caller, len(kinds), say))
            try:
                await _play_all(stack, plan, kinds, caller, watch, tally)
            finally:
                for task in (breaking, telling):
                    task.cancel()
                broke, _ = await asyncio.gather(breaking, telling, return_exceptions=True)
        if isinstance(broke, Exception) and not isinstance(broke, asyncio.CancelledError):
            raise broke
        await _mend(stack)
        tally.last_fault = time.monotonic()
        say("waiting for rest")
        rested = await come_to_rest(stack)
        say(f"at rest after {rested:g} s; verifying")
        expected = caller.expected()
        checked = await verified(stack, expected, plan.replays)
        if plan.after is not None:
            await plan.after(stack, expected)
    disagreements = tuple(
        Violation(invariant="I12", what="answered_differently", ids=(key,)) for key in caller.disagreements
    )
    violations = checked.violations + disagreements
    hit = {*stack.worker.crash_points, *stack.api.crash_points}
    counted = count(violations)
    report = ChaosReport(
        seed=plan.seed,
        tickets=checked.tickets,
        lost=counted.lost,
        duplicated=counted.duplicated,
        stuck=counted.stuck,
        attempts_over_one=checked.attempts_over_one,
        resolved=checked.resolved,
        effects=checked.effects,
        crash_points_hit=len(hit),
        crash_points_total=len(POINTS),
        faults=dict(sorted(tally.faults.items())),
        seconds=round(time.monotonic() - began, 1),
        seconds_to_rest=rested,
        requests=dict(sorted(caller.statuses.items())),
        plays=dict(sorted(tally.plays.items())),
        unfinished=len(tally.unfinished),
        continued_as_new=checked.continued,
        replayed=checked.replayed,
        by_invariant=checked.by_invariant,
        violations=violations,
        not_done=not_done,
        notes=tuple(tally.unfinished),
    )
    return report.model_copy(update={"void": _void(report, plan)})


def _void(report: ChaosReport, plan: Plan) -> str | None:
    """Why a run proves nothing; one without faults proves only that nothing went wrong without faults."""
    if not report.effects:
        return "no effect took place"
    is_killing = not plan.only or {"kill_worker", "crash_worker"} & set(plan.only)
    if is_killing and report.faults and not report.attempts_over_one:
        return "nothing was tried more than once"
    if not report.faults:
        return "no fault took place"
    return None


async def _play_all(stack: Stack, plan: Plan, kinds: list[str], caller: Caller, watch: Watch, tally: _Tally) -> None:
    """Play every ticket, some at a time."""
    waiting = iter(enumerate(kinds))
    until = None if plan.minutes is None else time.monotonic() + plan.minutes * 60

    async def lane() -> None:
        for number, kind in waiting:
            if until is not None and time.monotonic() > until:
                return
            random = Random(f"{plan.seed}/{number}")
            player = Player(stack.customers[number], caller, watch, random)
            try:
                await KINDS[kind].play(player)
            except (TookTooLong, Refused) as error:
                tally.unfinished.append(f"{kind} {player.ticket_id}: {error}")
            tally.plays[kind] += 1

    await asyncio.gather(*(lane() for _ in range(min(plan.lanes, len(kinds)))))


async def _break(stack: Stack, plan: Plan, faults: Mapping[str, Fault], tally: _Tally) -> None:
    """One fault after another, each over before the next begins, with a little calm in between."""
    random = Random(f"{plan.seed}/when")
    for name in plan.faults(sorted(faults)):
        await asyncio.sleep(random.uniform(*plan.calm))
        await faults[name](stack, Random(f"{plan.seed}/{name}/{tally.faults[name]}"))
        tally.faults[name] += 1


async def _mend(stack: Stack) -> None:
    """Have everything up: the last fault may have been broken off."""
    for server in (stack.postgres, stack.temporal):
        if server.child.exit_status() is not None:
            await server.start()
    for process in (stack.worker, stack.api):
        process.release()
        with suppress(TimeoutError):
            await process.up()


async def _tell(tally: _Tally, caller: Caller, total: int, say: Say) -> None:
    while True:
        await asyncio.sleep(_SAY_EVERY)
        say(
            f"{tally.plays.total()} of {total} tickets, {tally.faults.total()} faults, "
            f"{caller.statuses.total()} requests, {len(tally.unfinished)} unfinished"
        )
