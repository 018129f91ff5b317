"""The workflow that keeps a source up to date: wait until it is due, have it read, and begin again.

The database says how often and when, so this holds nothing but the wait. It asks anew after each: a source that was
read by hand meanwhile, set to another rhythm, or removed, is seen for what it is.
"""

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import ChildWorkflowError, WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

from activities.contracts import IngestionActivities
from domain.ingestion import SyncAsk, sync_id
from domain.sync_timing import PlanSyncAsk, TimerAsk
from workflows import options
from workflows.ingestion import KnowledgeSync

#: When somebody reads the source just now, or the reading could not even write down that it failed.
_AGAIN = timedelta(minutes=5)


@workflow.defn(name="knowledge_timer")
class SyncTimer:
    """One for each source that is read by itself; it ends when there is nothing more to wait for."""

    def __init__(self) -> None:
        self._is_changed = False

    @workflow.run
    async def run(self, ask: TimerAsk) -> None:
        """Wait or read, once; then continue as new, so that a history is never longer than one reading."""
        self._is_changed = False  # what was changed before now is in the plan
        plan = await workflow.execute_activity_method(
            IngestionActivities.plan_sync,
            PlanSyncAsk(**ask.model_dump(), now=workflow.now()),
            **options.NORMAL["plan_sync"],
        )
        if plan.run is None and not self._is_changed:
            return
        if plan.due_in > timedelta(0):
            await self._wait(plan.due_in)
        elif plan.run is not None and not await self._read(ask, plan.run):
            await self._wait(_AGAIN)
        workflow.continue_as_new(ask)

    @workflow.signal
    def changed(self) -> None:
        """Somebody has changed how often it is read, or removed it: look again."""
        self._is_changed = True

    async def _wait(self, span: timedelta) -> None:
        try:
            await workflow.wait_condition(lambda: self._is_changed, timeout=span, timeout_summary="until it is due")
        except TimeoutError:
            return

    async def _read(self, ask: TimerAsk, run: int) -> bool:
        """Have the source read; False where it was not, because somebody else is at it or nothing could be written."""
        try:
            await workflow.execute_child_workflow(
                KnowledgeSync.run,
                SyncAsk(**ask.model_dump(), run=run),
                id=sync_id(ask.tenant, ask.source_id),
                parent_close_policy=ParentClosePolicy.ABANDON,
            )
        except (WorkflowAlreadyStartedError, ChildWorkflowError):
            return False
        return True
