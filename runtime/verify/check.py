"""The whole check: read everything once, then hold every invariant against it.

It is a program of its own: it asks no process of Setright, and of Setright's code it uses only what says how things
should be (the workspace's policy, the table of legal moves, the digest of an event).
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from psycopg import AsyncConnection
from temporalio.client import Client

from adapters.workspace.loader import load_workspace
from domain.errors import InvalidInput
from domain.model import Model
from runtime.settings import Settings
from runtime.verify.evidence import Canary, Database, Evidence
from runtime.verify.expected import Expected
from runtime.verify.histories import read_pending, read_runs
from runtime.verify.invariants import (
    audit,
    canaries,
    decisions,
    effects,
    liveness,
    messages,
    money,
    replay,
    replies,
    tickets,
    transitions,
    unknowns,
)
from runtime.verify.places import Places
from runtime.verify.violation import InvariantId, Violation
from runtime.wiring import connect_temporal

Check = Callable[[Evidence], Awaitable[list[Violation]]]

CHECKS: dict[InvariantId, Check] = {
    "I1": money.check,
    "I2": decisions.check,
    "I3": effects.check,
    "I4": messages.check,
    "I5": tickets.check,
    "I6": liveness.check,
    "I7": replay.check,
    "I8": canaries.check,
    "I9": audit.check,
    "I10": transitions.check,
    "I11": replies.check,
    "I12": unknowns.check,
}


_COUNTS = """
select (select count(*) from setright.tickets) as tickets,
       (select count(*) from setright.tickets where resolution is not null) as resolved,
       (select count(*) from setright.action_ledger where status in ('succeeded', 'reconciled')) as effects
"""


class Verified(Model):
    """What there was to look at, and what of it does not hold."""

    tickets: int
    runs: int
    replayed: int
    effects: int
    resolved: int
    attempts_over_one: int  # activities tried more than once
    money_attempts_over_one: int  # of these, calls to a system of record
    continued: int  # runs that went on from an earlier one
    by_invariant: dict[InvariantId, int]
    violations: tuple[Violation, ...]


async def read_evidence(
    settings: Settings,
    temporal: Client,
    database: Database,
    *,
    expected: Expected | None = None,
    canaries: Sequence[Canary] = (),
    replays: int | None = None,
) -> Evidence:
    """Read what there is, and replay every history, or only so many."""
    return Evidence(
        database=database,
        workspace=load_workspace(settings.workspace / "tenants"),
        runs=await read_runs(temporal, canaries, replays),
        pending=await read_pending(temporal),
        expected=expected,
        canaries=canaries,
    )


async def hold(evidence: Evidence) -> list[Violation]:
    """Hold every invariant against the evidence."""
    return [violation for check in CHECKS.values() for violation in await check(evidence)]


async def verify(
    settings: Settings,
    places: Places,
    *,
    expected: Expected | None = None,
    canaries: Sequence[Canary] = (),
    replays: int | None = None,
) -> Verified:
    """Check every invariant; a stack at rest is checked, since two systems cannot be read at the same moment."""
    temporal = await connect_temporal(places.temporal)
    async with await AsyncConnection.connect(places.database) as conn:
        await conn.execute("set transaction isolation level repeatable read, read only")
        database = Database(conn)
        evidence = await read_evidence(
            settings, temporal, database, expected=expected, canaries=canaries, replays=replays
        )
        found = await hold(evidence)
        counted = (await database.rows(_COUNTS))[0]
    repeated: Counter[str] = Counter()
    for run in evidence.runs:
        repeated.update(run.repeated)
    count = Counter(violation.invariant for violation in found)
    return Verified(
        tickets=counted["tickets"],
        runs=len(evidence.runs),
        replayed=sum(run.is_replayed for run in evidence.runs),
        effects=counted["effects"],
        resolved=counted["resolved"],
        attempts_over_one=sum(repeated.values()),
        money_attempts_over_one=repeated["perform_action"],
        continued=sum(run.continued_from is not None for run in evidence.runs),
        by_invariant={invariant: count[invariant] for invariant in CHECKS},
        violations=tuple(found),
    )


def read_canaries(path: Path) -> list[Canary]:
    """Read `customer<TAB>string` lines; raises InvalidInput."""
    found = []
    for number, line in enumerate(path.read_text().splitlines(), start=1):
        customer, tab, text = line.partition("\t")
        if not tab or not text:
            raise InvalidInput(f"{path}, line {number}: a customer's id, a tab and a string are needed.")
        found.append(Canary(customer, text))
    return found
