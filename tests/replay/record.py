"""Record histories of real tickets for the replay test: `python -m tests.replay.record`.

Only for a release that may drop older tickets: what is recorded here is the promise that a ticket begun under one
release finishes under the next. Runs the stories on the real servers and keeps what Temporal kept.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from temporalio.client import WorkflowContinuedAsNewError

from domain.approval import DecisionVerdict
from domain.ids import workflow_id
from domain.ingestion import SourceId, SyncAsk, sync_id
from domain.sync_timing import TimerAsk, timer_id
from domain.ticket import TicketRef, TicketStatus
from store.sources import NewSource, add_source
from tests.support.harness import Harness
from tests.support.servers import assistants_of, harness, running_servers
from workflows.ingestion import KnowledgeSync
from workflows.sync_timer import SyncTimer

HISTORIES = Path(__file__).parent / "histories"
LATE = "I sent my headphones back three weeks ago and still have no money."
BROKEN = "My TV arrived with a cracked screen and I want my money back."


async def late_refund(shop: Harness) -> TicketRef:
    """Story 1, to its resolution."""
    return await shop.open("cus_ada", LATE)


async def card_closed(shop: Harness) -> TicketRef:
    """Story 1 with a handoff."""
    return await shop.open("cus_ben", LATE)


async def approved(shop: Harness) -> TicketRef:
    """Story 2: restated, confirmed, approved, performed."""
    ref = await waiting(shop)
    await shop.decide(ref, DecisionVerdict.approved)
    await shop.until(ref, TicketStatus.solved)
    return ref


async def waiting(shop: Harness) -> TicketRef:
    """Story 2, paused on approval: the ticket that a deploy must not break."""
    ref = await shop.open("cus_dan", BROKEN)
    for _ in range(3):
        if (await shop.ticket(ref)).status is not TicketStatus.pending:
            break
        await shop.say(ref, "yes please")
    return ref


async def withdrawn(shop: Harness) -> TicketRef:
    """Story 2, taken back by the customer."""
    ref = await waiting(shop)
    await shop.say(ref, "Forget it, I don't want the refund any more.")
    return ref


async def clarified(shop: Harness) -> TicketRef:
    """Story 3: two questions, then a person."""
    ref = await shop.open("cus_eve", "It doesn't work.")
    await shop.say(ref, "hmm")
    await shop.say(ref, "well you know")
    return ref


async def reopened(shop: Harness) -> TicketRef:
    """Story 12: solved, reopened, answered."""
    ref = await shop.open("cus_ada", LATE)
    await shop.say(ref, "How long do I have to return something?")
    return ref


STORIES: tuple[Callable[[Harness], Awaitable[TicketRef]], ...] = (
    late_refund,
    card_closed,
    approved,
    waiting,
    withdrawn,
    clarified,
    reopened,
)


async def record(shop: Harness, story: Callable[[Harness], Awaitable[TicketRef]]) -> str:
    """Play one story and return its history as JSON."""
    async with shop.worker():
        ref = await story(shop)
        history = await shop.client.get_workflow_handle(workflow_id(ref.ticket_id)).fetch_history()
    return history.to_json()


async def add_folder(shop: Harness, folder: Path, *, at: datetime, every: timedelta | None = None) -> SourceId:
    """Add a folder of a few files, one of them broken, as a source."""
    shop.settings = shop.settings.model_copy(update={"knowledge_folders": (folder,)})
    for name in ("returns", "shipping", "sizes"):
        (folder / f"{name}-of-the-folder.md").write_text(f"# {name}\n\nA word about {name}.\n")
    (folder / "broken.pdf").write_bytes(b"broken")
    source = NewSource(
        source_id="files", kind="folder", location=str(folder), sync_every=every, created_by="test", at=at
    )
    async with shop.desk.pools.operator(shop.tenant) as conn:
        await add_source(conn, shop.tenant, source)
    return source.source_id


async def record_sync(shop: Harness, folder: Path) -> str:
    """Read a source and return the history as JSON."""
    source_id = await add_folder(shop, folder, at=datetime.now(UTC))
    ask = SyncAsk(tenant=shop.tenant, source_id=source_id, run=1)
    name = sync_id(shop.tenant, source_id)
    async with shop.worker():
        await shop.client.execute_workflow(KnowledgeSync.run, ask, id=name, task_queue=shop.settings.task_queue)
    return (await shop.client.get_workflow_handle(name).fetch_history()).to_json()


async def record_timer(shop: Harness, folder: Path) -> str:
    """Have a source that is due read by its timer, and return the history until it waits again as JSON."""
    every = timedelta(minutes=1)
    source_id = await add_folder(shop, folder, at=datetime.now(UTC) - 2 * every, every=every)
    ask = TimerAsk(tenant=shop.tenant, source_id=source_id)
    name, queue = timer_id(shop.tenant, source_id), shop.settings.task_queue
    async with shop.worker():
        timer = await shop.client.start_workflow(SyncTimer.run, ask, id=name, task_queue=queue)
        with contextlib.suppress(WorkflowContinuedAsNewError):
            await timer.result(follow_runs=False)
        await shop.client.get_workflow_handle(name).terminate()
    return (await shop.client.get_workflow_handle(name, run_id=timer.first_execution_run_id).fetch_history()).to_json()


def main() -> None:
    """Record every story into tests/replay/histories."""
    HISTORIES.mkdir(exist_ok=True)
    with running_servers() as servers:
        assistants = assistants_of(servers)

        async def play() -> None:
            for story in STORIES:
                async with harness(servers, assistants) as shop:
                    (HISTORIES / f"{story.__name__}.json").write_text(await record(shop, story) + "\n")
            with TemporaryDirectory() as folder:
                async with harness(servers, assistants) as shop:
                    history = await record_sync(shop, Path(folder))
            (HISTORIES / "knowledge_sync.json").write_text(history + "\n")
            with TemporaryDirectory() as folder:
                async with harness(servers, assistants) as shop:
                    history = await record_timer(shop, Path(folder))
            (HISTORIES / "knowledge_timer.json").write_text(history + "\n")

        asyncio.run(play())


if __name__ == "__main__":
    main()
