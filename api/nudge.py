"""Telling a ticket's workflow that something was accepted for it.

Rows come first, always: what is sent here are their ids, and sending it twice does no harm. The workflow is started if
it does not run yet; one that has ended is never started again.
"""

import asyncio
from datetime import timedelta
from typing import TypeVar

from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode
from temporalio.workflow import UpdateMethodMultiParam

from domain.approval import Decision, DecisionReceipt
from domain.errors import (
    ApprovalMismatch,
    Conflict,
    InvalidInput,
    NotFound,
    SetrightError,
    StaleDecision,
    TicketClosed,
    Unavailable,
)
from domain.ids import ActionId, Label, workflow_id
from domain.ticket import TicketRef
from store.approvals import read_decision
from store.messages import read_operators_word
from store.outbox import Nudge
from store.pools import Pools
from store.watches import read_change
from workflows.handlers import Receipt
from workflows.state import (
    Assigned,
    CloseAsked,
    HandedBack,
    NoteAdded,
    OperatorReplied,
    Rated,
    TakenOver,
    TicketInput,
    UndoAsked,
)
from workflows.ticket import TicketWorkflow

#: A healthy worker answers within tens of milliseconds; whoever waits longer is told that it will be delivered later.
PATIENCE = timedelta(seconds=5)

#: The last is what the SDK raises for a refused connection.
_NO_ANSWER = (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError, RuntimeError)
Arg = TypeVar("Arg")
Result = TypeVar("Result")
_REFUSALS: dict[str, type[SetrightError]] = {
    kind.code: kind for kind in (InvalidInput, NotFound, Conflict, TicketClosed, StaleDecision, ApprovalMismatch)
}


class Nudger:
    """Sends updates to ticket workflows; raises domain errors, and Unavailable where trying again may help."""

    def __init__(self, client: Client, task_queue: str, pools: Pools, *, patience: timedelta = PATIENCE) -> None:
        self._client = client
        self._task_queue = task_queue
        self._pools = pools
        self._patience = patience

    async def deliver(self, nudge: Nudge) -> Label:
        """Tell a workflow of one outbox row: "delivered", or the code of its refusal, which is final too.

        Raises:
            Unavailable: it may not have been told; try again.
            StoreFault: the row could not be read.
        """
        try:
            match nudge.kind:
                case "message":
                    await self.receive(nudge.ticket, nudge.ref)
                case "decision":
                    async with self._pools.operator(nudge.tenant) as conn:
                        row = await read_decision(conn, nudge.tenant, nudge.ref)
                    kept = row.model_dump(include=set(Decision.model_fields))
                    await self.decide(nudge.ticket, Decision(decision_id=row.id, **kept))
                case "operator":
                    async with self._pools.operator(nudge.tenant) as conn:
                        word = await read_operators_word(conn, nudge.tenant, nudge.ticket_id, nudge.ref)
                    reply = OperatorReplied(seq=nudge.ref, by=word.by, solves=word.solves)
                    await self.reply(nudge.ticket, reply)
                case "note":
                    async with self._pools.operator(nudge.tenant) as conn:
                        word = await read_operators_word(conn, nudge.tenant, nudge.ticket_id, nudge.ref)
                    await self.note(nudge.ticket, NoteAdded(seq=nudge.ref, by=word.by))
                case "resume":
                    await self.resume(nudge.ticket, nudge.ref)
                case "watch":
                    async with self._pools.operator(nudge.tenant) as conn:
                        action_id = await read_change(conn, nudge.tenant, nudge.ref)
                    await self.look_again(nudge.ticket, action_id, nudge.ref)
        except (InvalidInput, NotFound, Conflict) as refusal:
            return refusal.code
        return "delivered"

    async def receive(self, ticket: TicketRef, seq: int) -> Receipt:
        """Tell of a customer's message."""
        return await self._update(ticket, TicketWorkflow.receive, seq, f"message:{seq}")

    async def decide(self, ticket: TicketRef, decision: Decision) -> DecisionReceipt:
        """Tell of a decision; Temporal answers a repeated id with the first result, whatever the second one says."""
        update_id = f"{decision.approval_id}:{decision.decided_by}"
        return await self._update(ticket, TicketWorkflow.decide, decision, update_id)

    async def reply(self, ticket: TicketRef, move: OperatorReplied) -> Receipt:
        """Tell of an operator's message."""
        return await self._update(ticket, TicketWorkflow.reply, move, f"reply:{move.seq}")

    async def take_over(self, ticket: TicketRef, move: TakenOver, update_id: str) -> Receipt:
        """Let an operator take the ticket."""
        return await self._update(ticket, TicketWorkflow.take_over, move, update_id)

    async def hand_back(self, ticket: TicketRef, move: HandedBack, update_id: str) -> Receipt:
        """Give the ticket back to the assistant."""
        return await self._update(ticket, TicketWorkflow.hand_back, move, update_id)

    async def close(self, ticket: TicketRef, move: CloseAsked, update_id: str) -> Receipt:
        """Close the ticket."""
        return await self._update(ticket, TicketWorkflow.close, move, update_id)

    async def undo(self, ticket: TicketRef, move: UndoAsked, update_id: str) -> Receipt:
        """Take an action back."""
        return await self._update(ticket, TicketWorkflow.undo, move, update_id)

    async def assign(self, ticket: TicketRef, move: Assigned, update_id: str) -> Receipt:
        """Give the ticket to an operator or to a queue."""
        return await self._update(ticket, TicketWorkflow.assign, move, update_id)

    async def note(self, ticket: TicketRef, move: NoteAdded) -> Receipt:
        """Tell of a note among operators."""
        return await self._update(ticket, TicketWorkflow.note, move, f"note:{move.seq}")

    async def resume(self, ticket: TicketRef, pause_id: int) -> Receipt:
        """Tell that a pause has ended."""
        return await self._update(ticket, TicketWorkflow.resume, pause_id, f"resume:{pause_id}")

    async def look_again(self, ticket: TicketRef, action_id: ActionId, change: int) -> Receipt:
        """Tell that a provider has news of an effect."""
        return await self._update(ticket, TicketWorkflow.look_again, action_id, f"watch:{change}")

    async def rate(self, ticket: TicketRef, move: Rated, update_id: str) -> Receipt:
        """Tell of the customer's rating."""
        return await self._update(ticket, TicketWorkflow.rate, move, update_id)

    async def _update(
        self,
        ticket: TicketRef,
        update: UpdateMethodMultiParam[[TicketWorkflow, Arg], Result],
        arg: Arg,
        update_id: str,
    ) -> Result:
        start = WithStartWorkflowOperation(
            TicketWorkflow.run,
            TicketInput(ref=ticket),
            id=workflow_id(ticket.ticket_id),
            task_queue=self._task_queue,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            static_summary=f"{ticket.tenant} {ticket.ticket_id}",
        )
        # The client reports a failed start here too; unheard, it would be logged as a lost exception.
        started = asyncio.ensure_future(start.workflow_handle())
        try:
            # The RPC's own deadline does not hold for an update: the client asks again until there is an outcome.
            async with asyncio.timeout(self._patience.total_seconds()):
                return await self._client.execute_update_with_start_workflow(
                    update, arg, start_workflow_operation=start, id=update_id
                )
        except _NO_ANSWER:
            task = asyncio.current_task()
            if (
                task is not None and task.cancelling()
            ):  # the SDK tells it like a timeout; unheard, nothing could be stopped
                raise asyncio.CancelledError from None
            raise Unavailable("The ticket's workflow did not answer in time; it is told again later.") from None
        except WorkflowAlreadyStartedError:
            raise _closed() from None
        except WorkflowUpdateFailedError as error:
            raise _refusal(error.cause) from None
        except RPCError as error:
            raise _rpc_failure(error) from None
        finally:
            started.cancel()


def _closed() -> TicketClosed:
    return TicketClosed("The ticket is closed; a new message opens a follow-up.")


def _refusal(cause: BaseException) -> SetrightError:
    """What the workflow said no with; its own texts are written by us and hold no customer's words."""
    if isinstance(cause, ApplicationError):
        if cause.type in _REFUSALS:
            return _REFUSALS[cause.type](cause.message)
        if cause.type == "AcceptedUpdateCompletedWorkflow":
            return _closed()
    return Unavailable("The ticket's workflow could not take this; it is told again later.")


def _rpc_failure(error: RPCError) -> SetrightError:
    """The dev server says "already completed", the test server "not found"; both mean that the workflow has ended."""
    if error.status in {RPCStatusCode.NOT_FOUND, RPCStatusCode.ALREADY_EXISTS}:
        return _closed()
    return Unavailable("Temporal does not answer now; try again.")
