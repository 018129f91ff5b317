"""The whole suite: attack a clean world, look at everything, then plant one hole after the other and attack again."""

import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from runtime.attack.corpus import SETS, Case, load_cases
from runtime.attack.database import probe_database
from runtime.attack.durable import attack_durably
from runtime.attack.essentials import attack_essentials
from runtime.attack.holes import HOLES
from runtime.attack.report import Report, report_of
from runtime.attack.session import Session, session
from runtime.attack.sweeps import sweep_corpus, sweep_matrix, sweep_random
from runtime.attack.world import CUSTOMERS, TENANTS, World, attacked_world

#: Told how far the run is: what it does, how many of how many.
OnProgress = Callable[[str, int, int], None]
#: One durable ticket for so many calls, within bounds: each takes as long as a dozen direct ones.
_CALLS_A_TICKET, _FEWEST, _MOST = 400, 4, 60
#: One scope of the database for so many calls: it takes about a hundred statements.
_CALLS_A_SCOPE = 1_000
#: At most so large a part of the budget goes to the corpora.
_CORPUS_PART = 0.4


async def run_attack(
    calls: int,
    seed: int,
    *,
    data: Path | None,
    on_progress: OnProgress,
    sequences: int = 0,
    holes: Sequence[str] | None = None,
    tenants: int = TENANTS,
    customers: int = CUSTOMERS,
) -> Report:
    """Make at least `calls` hostile calls, `sequences` of random ones among them, and plant `holes` (default: all).

    Raises EmbeddedError when the servers cannot be started.
    """
    began = time.monotonic()
    on_progress("starting the servers, seeding the world", 0, calls)
    cases, missing = load_cases(data) if data is not None else ([], list(SETS))
    async with attacked_world(tenants=tenants, customers=customers) as world:
        async with session(world, seed) as run:
            steps: dict[str, Callable[[], Awaitable[None]]] = {
                "every role in every tenant's scope": lambda: _probe(run, tenants, calls),
                "one of everything": lambda: attack_essentials(run),
                "through Temporal and the API": lambda: attack_durably(
                    run, tickets=min(max(calls // _CALLS_A_TICKET, _FEWEST), _MOST)
                ),
                "every action, argument and value": lambda: sweep_matrix(run, calls),
                "injections of public corpora": lambda: sweep_corpus(
                    run, _spread(cases, calls), run.calls + int(calls * _CORPUS_PART)
                ),
                "random sequences": lambda: sweep_random(run, calls, sequences, on_progress),
            }
            for what, step in steps.items():
                on_progress(what, run.calls, calls)
                await step()
            on_progress("looking at everything that is left", run.calls, calls)
            await run.look_back()
        found, missed = await _plant_holes(world, seed, holes or list(HOLES), on_progress)
        return report_of(run, seed=seed, seconds=time.monotonic() - began, found=found, missed=missed, missing=missing)


async def _probe(run: Session, tenants: int, calls: int) -> None:
    """Probe the database as in the essentials, as often as the budget has room for."""
    scopes = min(tenants, calls // _CALLS_A_SCOPE)
    run.attacker.calls["database"] += await probe_database(run.place, run.findings, run.random, scopes=scopes)


async def _plant_holes(
    world: World, seed: int, names: Sequence[str], on_progress: OnProgress
) -> tuple[list[str], list[str]]:
    """Attack a copy of the world for each hole; which were found, and which were not."""
    found: list[str] = []
    missed: list[str] = []
    for number, name in enumerate(names):
        on_progress(f"planted hole: {name.replace('_', ' ')}", number, len(names))
        async with session(world, seed) as run, HOLES[name].plant(run.place):
            await attack_essentials(run, HOLES[name].shows_in)
            await run.look_back()
        (found if run.findings.all else missed).append(name)
    return found, missed


def _spread(cases: Sequence[Case], calls: int) -> Sequence[Case]:
    """All cases, or for a small budget every n-th."""
    return cases[:: max(1, round(len(cases) * 12 / max(calls, 1)))]
