"""A ticket workflow that takes updates and acts on none, so that the API is tested against a real server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from temporalio import workflow
from temporalio.client import WorkflowHandle
from temporalio.common import WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from domain.approval import ApprovalRequest, Decision, DecisionReceipt, PendingApproval
from domain.ids import workflow_id
from domain.memory import Memory
from domain.ticket import TicketRef, TicketStatus
from tests.integration.api.calling import Api
from workflows import approvals
from workflows.handlers import Receipt
from workflows.state import (
    Assigned,
    CloseAsked,
    HandedBack,
    NoteAdded,
    OperatorReplied,
    Owner,
    Rated,
    TakenOver,
    TicketInput,
    TicketState,
    UndoAsked,
)


@workflow.defn(name="ticket")
class TicketDouble:
    """Answers like a ticket; its approvals are the product's own."""

    @workflow.init
    def __init__(self, given: TicketInput) -> None:
        self.state = given.state or TicketState(ref=given.ref)
        self.told: list[tuple[str, Any]] = []
        self.is_closed = False

    @workflow.run
    async def run(self, given: TicketInput) -> None:  # noqa: ARG002 - __init__ has it
        """Live until closed."""
        await workflow.wait_condition(lambda: self.is_closed)
        await workflow.wait_condition(workflow.all_handlers_finished)

    @workflow.update
    async def receive(self, seq: int) -> Receipt:
        """Take note."""
        return self._note("receive", seq)

    @workflow.update
    async def decide(self, decision: Decision) -> DecisionReceipt:
        """Decide as the product does."""
        self.state, receipt = approvals.decide(self.state, decision, workflow.now())
        self._note("decide", decision)
        return receipt

    @decide.validator
    def _check_decide(self, decision: Decision) -> None:
        approvals.check(self.state, decision, workflow.now())

    @workflow.update
    async def reply(self, move: OperatorReplied) -> Receipt:
        """Take note."""
        return self._note("reply", move)

    @workflow.update
    async def take_over(self, move: TakenOver) -> Receipt:
        """Take note; an operator has the ticket."""
        self.state = self.state.model_copy(update={"owner": Owner.operator})
        return self._note("take_over", move)

    @workflow.update
    async def hand_back(self, move: HandedBack) -> Receipt:
        """Take note."""
        return self._note("hand_back", move)

    @hand_back.validator
    def _check_hand_back(self, move: HandedBack) -> None:  # noqa: ARG002 - the SDK wants the update's own signature
        if self.state.owner is not Owner.operator:
            raise ApplicationError("The assistant has this ticket already.", type="conflict", non_retryable=True)

    @workflow.update
    async def close(self, move: CloseAsked) -> Receipt:
        """Take note, and end."""
        self.is_closed = True
        return self._note("close", move)

    @workflow.update
    async def rate(self, move: Rated) -> Receipt:
        """Take note."""
        return self._note("rate", move)

    @workflow.update
    async def undo(self, move: UndoAsked) -> Receipt:
        """Take note."""
        return self._note("undo", move)

    @workflow.update
    async def assign(self, move: Assigned) -> Receipt:
        """Take note."""
        return self._note("assign", move)

    @workflow.update
    async def note(self, move: NoteAdded) -> Receipt:
        """Take note."""
        return self._note("note", move)

    @workflow.query
    def all_told(self) -> list[tuple[str, Any]]:
        """What it was told, in order."""
        return self.told

    def _note(self, name: str, what: Any) -> Receipt:  # noqa: ANN401 - whatever the update carries
        self.told.append((name, what))
        return Receipt(status=TicketStatus.open, latest=0)


@asynccontextmanager
async def working(api: Api) -> AsyncIterator[None]:
    """A worker for the API's task queue."""
    worker = Worker(
        api.deps.temporal,
        task_queue=api.deps.task_queue,
        workflows=[TicketDouble],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    async with worker:
        yield


async def waiting_for_approval(api: Api, ref: TicketRef, request: ApprovalRequest) -> None:
    """Start a ticket's workflow as one that waits for an approval."""
    state = TicketState(ref=ref, memory=Memory(pending=(PendingApproval(request=request),)))
    await api.deps.temporal.start_workflow(
        TicketDouble.run,
        TicketInput(ref=ref, state=state),
        id=workflow_id(ref.ticket_id),
        task_queue=api.deps.task_queue,
        id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
    )


async def told(api: Api, ticket_id: str) -> list[tuple[str, Any]]:
    """What a ticket's workflow was told."""
    handle: WorkflowHandle[TicketDouble, None] = api.deps.temporal.get_workflow_handle_for(
        TicketDouble.run, workflow_id(ticket_id)
    )
    return await handle.query(TicketDouble.all_told)
