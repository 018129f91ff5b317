"""Reading every ticket's histories from Temporal, one at a time, replaying them on the way."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus, WorkflowHistory
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.worker import Replayer

from runtime.verify.distil import distil
from runtime.verify.evidence import Canary, Pending, Run
from workflows.sandbox import workflow_runner
from workflows.ticket import TicketWorkflow

_AT_ONCE = 16
_QUERY = "WorkflowType = 'ticket'"


async def read_runs(client: Client, canaries: Sequence[Canary], replays: int | None) -> list[Run]:
    """Distil every run, and replay all of them, or only the first `replays`."""
    executions = [execution async for execution in client.list_workflows(_QUERY)]
    runs: dict[str, Run] = {}
    rest = asyncio.Semaphore(_AT_ONCE)

    async def read(execution: WorkflowExecution) -> WorkflowHistory:
        async with rest:
            history = await client.get_workflow_handle(execution.id, run_id=execution.run_id).fetch_history()
        runs[execution.run_id] = distil(execution, history, canaries)
        return history

    chosen = executions if replays is None else executions[:replays]

    async def replayed() -> AsyncIterator[WorkflowHistory]:
        for execution in chosen:
            yield await read(execution)

    # Unsandboxed: what is asked is whether the commands are the same, and the sandbox only looks for forbidden calls.
    replayer = Replayer(
        workflows=[TicketWorkflow],
        data_converter=pydantic_data_converter,
        workflow_runner=workflow_runner(is_sandboxed=False),
    )
    async with replayer.workflow_replay_iterator(replayed()) as results:
        async for result in results:
            failure = result.replay_failure
            changed = {"is_replayed": True, "replay_failure": None if failure is None else type(failure).__name__}
            run_id = result.history.run_id
            runs[run_id] = runs[run_id].model_copy(update=changed)
    await asyncio.gather(*(read(execution) for execution in executions[len(chosen) :]))
    return list(runs.values())


async def read_pending(client: Client) -> list[Pending]:
    """What each running ticket waits for Temporal or a worker to do."""
    running = [e async for e in client.list_workflows(f"{_QUERY} and ExecutionStatus = 'Running'")]
    gate = asyncio.Semaphore(_AT_ONCE)

    async def describe(execution: WorkflowExecution) -> Pending | None:
        async with gate:
            found = await client.get_workflow_handle(execution.id, run_id=execution.run_id).describe()
        if found.status is not WorkflowExecutionStatus.RUNNING:
            return None
        raw = found.raw_description
        return Pending(
            workflow_id=execution.id,
            task_attempt=raw.pending_workflow_task.attempt,
            activities=tuple((a.activity_type.name, a.attempt) for a in raw.pending_activities),
        )

    return [pending for pending in await asyncio.gather(*map(describe, running)) if pending is not None]
