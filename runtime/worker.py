"""The worker process: runs ticket workflows and their activities until it is told to stop.

`python -m runtime.worker`; settings come from the environment. Any number of workers may run; killing one loses
nothing.
"""

import asyncio
import gc
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any

from temporalio.client import Client
from temporalio.worker import Worker

from activities.actions import Actions
from activities.desk import Desk
from activities.ingestion import Ingestion
from activities.knowledge import Knowledge
from activities.policy import PolicyJudge
from activities.records import Records
from activities.replies import Replies
from activities.understanding import Understanding
from activities.watching import Watching
from adapters.knowledge.sources.reader import SourceReader
from domain.errors import SetrightError
from graphs.turn import build_turn_graph
from runtime.crash import crash_when_told
from runtime.ending import leave
from runtime.settings import Settings
from runtime.wiring import connect_temporal, forbid_tracing, open_desk, source_reader
from workflows.ingestion import KnowledgeSync
from workflows.sandbox import workflow_runner
from workflows.sync_timer import SyncTimer
from workflows.ticket import TicketWorkflow

#: The line that tells whoever started this process that it polls.
READY = "ready"


def activities_of(desk: Desk, reader: SourceReader) -> Sequence[Callable[..., Any]]:
    """Every activity of the contracts, on one desk."""
    ingestion = Ingestion(desk, reader)
    actions, knowledge, policy = Actions(desk), Knowledge(desk), PolicyJudge(desk)
    records, replies, understanding = Records(desk), Replies(desk), Understanding(desk)
    watching = Watching(desk)
    return [
        understanding.understand_messages,
        understanding.plan_step,
        knowledge.search_knowledge,
        policy.judge_action,
        policy.triage_ticket,
        actions.gather_context,
        actions.perform_action,
        watching.watch_effect,
        watching.propose_undo,
        replies.draft_reply,
        replies.check_reply,
        records.open_ticket,
        records.read_inbox,
        records.record_turn,
        ingestion.plan_sync,
        ingestion.list_source,
        ingestion.read_items,
        ingestion.end_sync,
    ]


def make_worker(client: Client, desk: Desk, settings: Settings) -> Worker:
    """A worker for the settings' task queue."""
    build_turn_graph()  # once per process, before the first workflow task has two seconds to finish
    return Worker(
        client,
        task_queue=settings.task_queue,
        workflows=[TicketWorkflow, KnowledgeSync, SyncTimer],
        activities=activities_of(desk, source_reader(settings)),
        workflow_runner=workflow_runner(is_sandboxed=settings.sandboxed),
        max_cached_workflows=settings.max_cached_workflows,
        max_concurrent_activities=settings.max_concurrent_activities,
    )


async def run_worker(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; running activities get time to finish."""
    crash_when_told(settings.crash_at)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with open_desk(settings) as desk:
        client = await connect_temporal()
        async with make_worker(client, desk, settings):
            gc.freeze()  # what is loaded now stays: the collector need not look again (measured: a tenth of its time)
            sys.stdout.write(f"{READY}\n")
            sys.stdout.flush()
            await stop.wait()


def main() -> None:
    """Run one worker."""
    forbid_tracing()
    try:
        asyncio.run(run_worker(Settings.load()))
    except SetrightError as error:
        sys.stderr.write(f"{error.code}: {error.text}\n")
        leave(1)
    leave(0)


if __name__ == "__main__":
    main()
