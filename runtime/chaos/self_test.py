"""The check of the checker: every planted fault must be found and named, and nothing where none was planted."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from temporalio import workflow
from temporalio.client import Client, WorkflowExecutionStatus
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from domain.ids import workflow_id
from domain.model import Model
from domain.ticket import IdentityLevel, TicketRef
from runtime.chaos.plan import Plan
from runtime.chaos.plants import Plant, load_plants
from runtime.chaos.plays import KINDS
from runtime.chaos.rest import come_to_rest
from runtime.chaos.run import played
from runtime.chaos.stack import Say
from runtime.settings import Settings
from runtime.verify.check import hold, read_evidence
from runtime.verify.evidence import Database, Evidence
from runtime.verify.histories import read_pending, read_runs
from runtime.verify.places import Places
from runtime.verify.violation import InvariantId, Violation
from runtime.wiring import connect_temporal
from workflows.state import TicketInput

_QUEUE = "setright-planted"
#: What is planted in Temporal, for good: the stack is thrown away. Name, then the invariant and what it must be called.
IN_TEMPORAL: Mapping[str, tuple[InvariantId, str]] = {
    "a workflow was terminated": ("I5", "workflow_terminated"),
    "a history of other code": ("I7", "replay_failed"),
    "a workflow that no worker runs": ("I6", "task_overdue"),
}


class PlantResult(Model):
    """Whether one planted fault was found, and what the checker said."""

    name: str
    invariant: InvariantId
    what: str
    is_planted: bool
    is_found: bool
    said: tuple[str, ...]


@workflow.defn(name="ticket")
class OtherCode:
    """A ticket's workflow as it never was: it ends at once."""

    @workflow.run
    async def run(self, given: TicketInput) -> None:
        """Do nothing."""


class SelfTest(Model):
    """What became of all planted faults."""

    seed: int
    planted_faults: int
    planted_faults_found: int
    results: tuple[PlantResult, ...]

    @property
    def is_passed(self) -> bool:
        """Whether each was found and named, and nothing where nothing was planted."""
        return all(result.is_found for result in self.results)

    @classmethod
    def of(cls, seed: int, results: Sequence[PlantResult]) -> "SelfTest":
        """Count; the first result is that of nothing planted."""
        found = sum(result.is_found for result in results[1:])
        return cls(seed=seed, planted_faults=len(results) - 1, planted_faults_found=found, results=tuple(results))


async def run_self_test(seed: int, say: Say) -> SelfTest:
    """Play a few tickets on a stack of its own, without any fault, then plant the faults."""
    async with played(Plan(tickets=len(KINDS), seed=seed, has_faults=False), say) as (driver, _):
        stack = driver.stack
        await come_to_rest(stack)
        say("planting")
        return SelfTest.of(seed, await try_plants(stack.settings, Places(stack.database, stack.temporal.address)))


async def try_plants(settings: Settings, places: Places) -> list[PlantResult]:
    """Plant everything, one after another, in a stack at rest that may be thrown away.

    The first result is that of nothing planted: it is `found` when the checker is silent.
    """
    always, plants = load_plants()
    temporal = await connect_temporal(places.temporal)
    results = []
    async with await AsyncConnection.connect(places.database) as conn:
        sound = await read_evidence(settings, temporal, Database(conn))
        results.append(_silent(await hold(sound)))
        await conn.rollback()
        results += [await _try(conn, sound, always, plant) for plant in plants]
        await _plant_in_temporal(temporal, sound)
        changed = replace(sound, runs=await read_runs(temporal, (), None), pending=await read_pending(temporal))
        found = await hold(changed)
    results += [_result(name, *named, found, is_planted=True) for name, named in IN_TEMPORAL.items()]
    return results


def _silent(found: Sequence[Violation]) -> PlantResult:
    said = tuple(f"{violation.invariant} {violation.what} {violation.ids}" for violation in found)
    return PlantResult(name="nothing", invariant="I1", what="nothing", is_planted=True, is_found=not found, said=said)


async def _try(conn: AsyncConnection[TupleRow], sound: Evidence, always: LiteralString, plant: Plant) -> PlantResult:
    database = Database(conn)
    async with conn.transaction(force_rollback=True):
        expected = await plant.expected(database)
        await conn.execute("set local session_replication_role = replica")
        await conn.execute(always)
        is_planted = (await conn.execute(plant.changes)).rowcount > 0  # of the first statement
        found = await hold(replace(sound, database=database, expected=expected, canaries=plant.canaries))
    return _result(plant.name, plant.invariant, plant.what, found, is_planted=is_planted)


def _result(
    name: str, invariant: InvariantId, what: str, found: Sequence[Violation], *, is_planted: bool
) -> PlantResult:
    said = sorted({f"{violation.invariant} {violation.what}" for violation in found})
    return PlantResult(
        name=name,
        invariant=invariant,
        what=what,
        is_planted=is_planted,
        is_found=f"{invariant} {what}" in said,
        said=tuple(said),
    )


async def _plant_in_temporal(client: Client, sound: Evidence) -> None:
    running = next(run for run in sound.runs if run.status == WorkflowExecutionStatus.RUNNING.name)
    await client.get_workflow_handle(running.workflow_id).terminate("planted")
    async with Worker(client, task_queue=_QUEUE, workflows=[OtherCode], workflow_runner=UnsandboxedWorkflowRunner()):
        await client.execute_workflow(
            OtherCode.run, _stranger("T-00000000"), id=workflow_id("T-00000000"), task_queue=_QUEUE
        )
    await client.start_workflow(
        OtherCode.run, _stranger("T-00000001"), id=workflow_id("T-00000001"), task_queue=f"{_QUEUE}-nobody"
    )


def _stranger(ticket_id: str) -> TicketInput:
    return TicketInput(
        ref=TicketRef(
            tenant="planted",
            ticket_id=ticket_id,
            customer_id="nobody",
            channel="api",
            identity=IdentityLevel.anonymous,
        )
    )
