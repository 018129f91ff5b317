"""Story 1 side by side, in one run: what durability costs, and what it is compared with.

    .venv/bin/python -m benchmarks.side_by_side [--tickets 60] [--json]

- *no-op workflow*: starts and ends on the same Temporal server: the floor.
- *LangGraph + AsyncPostgresSaver*: the same graph and the same activities, called directly, checkpointed to Postgres
  after each step. No retries, no timers, no approvals, and nothing that takes up what a killed process left.
- *Setright*: the ticket as it runs in production (unsandboxed, the graph compiled once).

Absolute figures are this machine's; read the ratios. Closed loop: `c` tickets in flight.
"""

import argparse
import asyncio
import json
import statistics
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import psutil
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from rich.console import Console
from rich.table import Table
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from activities.actions import Actions
from activities.desk import Desk
from activities.knowledge import Knowledge
from activities.policy import PolicyJudge
from activities.records import Records
from activities.replies import Replies
from activities.understanding import Understanding
from adapters.backends.shop.generate.copies import fill_with_copies
from domain.ask import RecordAsk
from domain.ids import CustomerId, workflow_id
from domain.memory import Memory
from domain.ticket import TicketStatus, WaitingFor
from evals.effects import DirectEffects
from graphs.effects import TurnContext
from graphs.state import Trigger, TurnState
from graphs.turn import RECURSION_LIMIT, draw_up
from tests.support.harness import Harness
from tests.support.servers import Servers, assistants_of, harness, running_servers

LATE = "I sent my headphones back three weeks ago and still have no money."
CONCURRENCY = (1, 20)


@workflow.defn(name="no_op")
class NoOp:
    """Starts and ends."""

    @workflow.run
    async def run(self) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class Figures:
    """One variant at one concurrency."""

    variant: str
    concurrency: int
    tickets: int
    tickets_per_second: float
    p50_ms: float
    p95_ms: float
    cpu_ms_per_ticket: float  # of this process: worker, graph and activities; not of the servers


async def measure(
    variant: str, concurrency: int, customers: list[CustomerId], one: Callable[[CustomerId], Awaitable[None]]
) -> Figures:
    """Run one ticket for each customer, `concurrency` at a time."""
    latencies: list[float] = []
    waiting = iter(customers)
    process = psutil.Process()

    async def lane() -> None:
        for customer in waiting:
            began = time.perf_counter()
            await one(customer)
            latencies.append(time.perf_counter() - began)

    cpu = sum(process.cpu_times()[:2])
    began = time.perf_counter()
    await asyncio.gather(*(lane() for _ in range(concurrency)))
    seconds = time.perf_counter() - began
    cpu = sum(process.cpu_times()[:2]) - cpu
    cuts = statistics.quantiles(latencies, n=100, method="inclusive")
    return Figures(
        variant=variant,
        concurrency=concurrency,
        tickets=len(customers),
        tickets_per_second=round(len(customers) / seconds, 2),
        p50_ms=round(cuts[49] * 1000, 1),
        p95_ms=round(cuts[94] * 1000, 1),
        cpu_ms_per_ticket=round(cpu / len(customers) * 1000, 1),
    )


async def no_op(client: Client, queue: str) -> None:
    """The floor: one workflow that does nothing."""
    await client.execute_workflow(NoOp.run, id=f"no-op-{uuid.uuid4()}", task_queue=queue)


@asynccontextmanager
async def checkpointed(desk: Desk, database: str) -> AsyncIterator[Callable[[Harness, CustomerId], Awaitable[None]]]:
    """The same steps by LangGraph alone, with its own Postgres checkpointer."""
    effects = DirectEffects(
        understanding=Understanding(desk),
        knowledge=Knowledge(desk),
        policy=PolicyJudge(desk),
        actions=Actions(desk),
        replies=Replies(desk),
    )
    records = Records(desk)
    async with AsyncPostgresSaver.from_conn_string(database) as saver:
        await saver.setup()
        graph = draw_up().compile(checkpointer=saver)

        async def one(shop: Harness, customer: CustomerId) -> None:
            ref = shop.ref(customer)
            seq = await shop.accept(ref, LATE, is_new=True)
            start = TurnState(
                ticket=ref, turn=1, now=datetime.now(UTC), trigger=Trigger.message, memory=Memory(), seqs=(seq,)
            )
            final = TurnState.model_validate(
                await graph.ainvoke(
                    start,
                    context=TurnContext(effects=effects),
                    config={"recursion_limit": RECURSION_LIMIT, "configurable": {"thread_id": ref.ticket_id}},
                )
            )
            await records.record_turn(
                RecordAsk(
                    key=start.key,
                    first_seq=1,
                    events=final.events,
                    read_upto=seq,
                    drop_if_stale=True,
                    status=TicketStatus.solved,
                    waiting_for=WaitingFor.nobody,
                    memory=final.memory,
                    draft=final.outcome.draft if final.outcome else None,
                )
            )

        yield one


async def settle(shop: Harness, customer: CustomerId) -> None:
    """One ticket of ours, from accepted to solved."""
    ref = shop.ref(customer)
    seq = await shop.accept(ref, LATE, is_new=True)
    await shop.nudge(ref, seq)
    await shop.until(ref, TicketStatus.solved, within=120)


async def history_of(shop: Harness, customer: CustomerId) -> dict[str, int]:
    """Events and bytes that one ticket leaves in Temporal."""
    ref = await shop.open(customer, LATE)
    history = await shop.client.get_workflow_handle(workflow_id(ref.ticket_id)).fetch_history()
    return {"events": len(history.events), "bytes": sum(event.ByteSize() for event in history.events)}


async def run(servers: Servers, tickets: int) -> tuple[list[Figures], dict[str, int]]:
    """Measure every variant at every concurrency, one after another on the same servers."""
    figures: list[Figures] = []
    async with AsyncExitStack() as stack:
        shop = await stack.enter_async_context(harness(servers, assistants_of(servers)))
        shop.settings = shop.settings.model_copy(update={"sandboxed": False})
        database = shop.superuser_address()
        crowd = await fill_with_copies(database, ["cus_ada"] * (2 * tickets * len(CONCURRENCY) + 1))
        one = await stack.enter_async_context(checkpointed(shop.desk, database))
        floor = Worker(shop.client, task_queue="no-op", workflows=[NoOp], workflow_runner=UnsandboxedWorkflowRunner())
        await stack.enter_async_context(floor)
        await stack.enter_async_context(shop.worker())
        size = await history_of(shop, crowd.pop())
        for concurrency in CONCURRENCY:
            mine, theirs = [[crowd.pop() for _ in range(tickets)] for _ in range(2)]
            figures += [
                await measure("no-op workflow", concurrency, mine, lambda _: no_op(shop.client, "no-op")),
                await measure("LangGraph + saver", concurrency, theirs, lambda customer: one(shop, customer)),
                await measure("Setright", concurrency, mine, lambda customer: settle(shop, customer)),
            ]
    return figures, size


def show(figures: list[Figures], size: dict[str, int]) -> None:
    """The table."""
    table = Table(title="Story 1, side by side")
    for heading in ("variant", "in flight", "tickets/s", "p50 ms", "p95 ms", "CPU ms/ticket", "of the floor"):
        table.add_column(heading, justify="left" if heading == "variant" else "right")
    floor = {f.concurrency: f.tickets_per_second for f in figures if f.variant == "no-op workflow"}
    for f in figures:
        share = f"{f.tickets_per_second / floor[f.concurrency]:.0%}"
        row = (f.tickets_per_second, f.p50_ms, f.p95_ms, f.cpu_ms_per_ticket)
        table.add_row(f.variant, str(f.concurrency), *(f"{value:g}" for value in row), share)
    console = Console()
    console.print(table)
    console.print(f"History of one ticket: {size['events']} events, {size['bytes']:,} bytes")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tickets", type=int, default=60, help="tickets per variant and concurrency")
    parser.add_argument("--json", action="store_true", help="print one object instead of the table")
    arguments = parser.parse_args()
    with running_servers() as servers:
        figures, size = asyncio.run(run(servers, arguments.tickets))
    if arguments.json:
        print(json.dumps({"figures": [asdict(f) for f in figures], "history": size}))
    else:
        show(figures, size)


if __name__ == "__main__":
    main()
