"""The workflow that reads a knowledge source: list it, read what changed a few items at a time, say how it ended.

It knows how many items there are and nothing of what they are called or say. Each step writes down what it has done
before it returns, so a worker that dies costs the one item it was at.
"""

from temporalio import workflow
from temporalio.exceptions import ActivityError, ApplicationError

from activities.contracts import IngestionActivities
from domain.ids import Label
from domain.ingestion import EndAsk, RunAsk, RunProgress, SyncAsk
from workflows import options


@workflow.defn(name="knowledge_sync")
class KnowledgeSync:
    """One reading of one source; its id names the source, so that there is one at a time."""

    @workflow.init
    def __init__(self, ask: SyncAsk) -> None:
        self._ask = ask
        self._progress = RunProgress()

    @workflow.run
    async def run(self, ask: SyncAsk) -> RunProgress:
        """Read the source; a failure is written down, and what was read before it stays."""
        try:
            await self._read(ask)
        except ActivityError as error:
            await self._end(_code_of(error))
        else:
            await self._end(None)
        return self._progress

    @workflow.query
    def progress(self) -> RunProgress:
        """How far the reading is."""
        return self._progress

    async def _read(self, ask: SyncAsk) -> None:
        if not ask.is_listed:
            self._progress = await workflow.execute_activity_method(
                IngestionActivities.list_source, self._step(), **options.NORMAL["list_source"]
            )
        while ask.is_listed or not self._progress.is_complete:
            self._progress = await workflow.execute_activity_method(
                IngestionActivities.read_items, self._step(), **options.NORMAL["read_items"]
            )
            if self._progress.is_complete:
                return
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(ask.model_copy(update={"is_listed": True}))

    async def _end(self, error_code: Label | None) -> None:
        ask = EndAsk(**self._step().model_dump(), error_code=error_code)
        await workflow.execute_activity_method(IngestionActivities.end_sync, ask, **options.NORMAL["end_sync"])

    def _step(self) -> RunAsk:
        ask = self._ask
        return RunAsk(tenant=ask.tenant, source_id=ask.source_id, run=ask.run, now=workflow.now())


def _code_of(error: ActivityError) -> Label:
    """The code of what an activity failed with, or that it took too long."""
    cause = error.cause
    return cause.type or "fault" if isinstance(cause, ApplicationError) else "timed_out"
