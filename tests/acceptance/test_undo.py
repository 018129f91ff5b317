"""Taking an action back: an operator's wish, an action like any other, under policy."""

from datetime import UTC, datetime

import pytest
from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError

from domain.approval import DecisionVerdict
from domain.errors import OwnRequest
from domain.ids import ActionId, workflow_id
from domain.ticket import TicketRef, TicketStatus
from tests.acceptance.test_story_01_late_refund import LATE
from tests.acceptance.test_watching import kinds_of, next_refund
from tests.support.harness import Harness, eventually
from workflows.handlers import TicketView
from workflows.state import TakenOver, UndoAsked
from workflows.ticket import TicketWorkflow


def workflow_of(shop: Harness, ref: TicketRef) -> WorkflowHandle[TicketWorkflow, TicketView]:
    """The ticket's workflow."""
    return shop.client.get_workflow_handle_for(TicketWorkflow.run, workflow_id(ref.ticket_id))


async def undo(shop: Harness, ref: TicketRef, action_id: ActionId, by: str = "olga") -> None:
    """An operator takes the ticket and asks for the action to be undone."""
    handle = workflow_of(shop, ref)
    await handle.execute_update(TicketWorkflow.take_over, TakenOver(by=by))
    await shop.until(ref, TicketStatus.open)
    await handle.execute_update(TicketWorkflow.undo, UndoAsked(by=by, action_id=action_id))


async def happened(shop: Harness, ref: TicketRef, kind: str) -> None:
    """Wait for an event."""

    async def is_there() -> bool:
        return kind in await kinds_of(shop, ref)

    await eventually(is_there, within=30)


async def test_a_pending_refund_is_stopped_when_a_second_person_agrees(shop: Harness) -> None:
    """Whoever asked may not approve; the customer is told, and the refund counts as failed in the ledger."""
    await next_refund(shop, "pending")
    ref = await shop.open("cus_ada", LATE)
    (refund,) = await shop.actions(ref)
    await undo(shop, ref, refund.action_id)
    await happened(shop, ref, "approval_requested")
    (request,) = await shop.approvals(ref)
    assert request.action.name == "cancel_refund"
    with pytest.raises(OwnRequest):
        await shop.decide(ref, DecisionVerdict.approved, by="olga")
    await shop.decide(ref, DecisionVerdict.approved, by="otto", at=datetime.now(UTC))
    await happened(shop, ref, "effect_failed")
    assert [(row.action, row.status) for row in await shop.actions(ref)] == [
        ("reissue_refund", "failed"),
        ("cancel_refund", "succeeded"),
    ]
    assert "taken something back" in await shop.last_reply(ref)
    row = await shop.ticket(ref)
    assert (row.status, row.reopens) == (TicketStatus.open, 0)


async def test_what_cannot_be_undone_stays_done(shop: Harness) -> None:
    """Money that has arrived: the history says so, and nothing moves."""
    ref = await shop.open("cus_ada", LATE)
    (refund,) = await shop.actions(ref)
    messages = len(await shop.messages(ref))
    await undo(shop, ref, refund.action_id)
    await happened(shop, ref, "undo_asked")
    assert [row.status for row in await shop.actions(ref)] == ["succeeded"]
    assert len(await shop.messages(ref)) == messages


async def test_only_an_action_of_a_ticket_that_was_taken_over_can_be_undone(shop: Harness) -> None:
    """Undoing is a person's decision; an unknown action is refused like somebody else's."""
    ref = await shop.open("cus_ada", LATE)
    (refund,) = await shop.actions(ref)
    handle = workflow_of(shop, ref)
    with pytest.raises(WorkflowUpdateFailedError):
        await handle.execute_update(TicketWorkflow.undo, UndoAsked(by="olga", action_id=refund.action_id))
    await handle.execute_update(TicketWorkflow.take_over, TakenOver(by="olga"))
    with pytest.raises(WorkflowUpdateFailedError):
        await handle.execute_update(TicketWorkflow.undo, UndoAsked(by="olga", action_id=f"{ref.ticket_id}/a99"))
