"""Story 2: the big refund waits for a person, and the person's answer is what happens."""

from datetime import timedelta

import pytest

from domain.action import ProposedAction
from domain.approval import DecisionVerdict
from domain.handoff import HandoffReason
from domain.money import Money
from domain.slot import MoneyValue
from domain.ticket import TicketRef, TicketStatus, WaitingFor
from tests.support.harness import Harness

BROKEN = "My TV arrived with a cracked screen and I want my money back."


async def waiting(shop: Harness) -> TicketRef:
    """A ticket whose customer has said yes and which waits for approval."""
    ref = await shop.open("cus_dan", BROKEN)
    for _ in range(3):  # the procedure may ask a thing or two before it restates the refund
        if (await shop.ticket(ref)).status is not TicketStatus.pending:
            break
        await shop.say(ref, "yes please")
    row = await shop.ticket(ref)
    assert (row.status, row.waiting_for) == (TicketStatus.on_hold, WaitingFor.approver), await shop.last_reply(ref)
    return ref


async def test_an_approved_refund_is_performed(shop: Harness) -> None:
    """Approved, carried out once, read back, and told."""
    ref = await waiting(shop)
    (request,) = await shop.approvals(ref)
    assert "€1,299.00" in request.rendered_text
    receipt = await shop.decide(ref, DecisionVerdict.approved)
    assert receipt.accepted
    await shop.until(ref, TicketStatus.solved)
    (action,) = [a for a in await shop.actions(ref) if a.action == "issue_refund"]
    assert action.status == "succeeded"
    assert action.approval_id == request.approval_id
    assert "€1,299.00" in await shop.last_reply(ref)


async def test_a_declined_refund_is_explained(shop: Harness) -> None:
    """Nothing is paid, and the customer hears the reason."""
    ref = await waiting(shop)
    await shop.decide(ref, DecisionVerdict.declined, reason="The photos show no damage.")
    await shop.until(ref, TicketStatus.solved)
    assert not [a for a in await shop.actions(ref) if a.status == "succeeded"]
    assert "The photos show no damage." in await shop.last_reply(ref)


async def test_an_amended_refund_is_judged_again_and_pays_the_smaller_amount(shop: Harness) -> None:
    """What the approver typed is what is carried out, under policy."""
    ref = await waiting(shop)
    (request,) = await shop.approvals(ref)
    asked = request.action
    smaller = MoneyValue(money=Money(amount=30_000, currency="EUR"))
    amended = ProposedAction.of(
        action_id=asked.action_id, name=asked.name, args=asked.args | {"amount": smaller}, wish=asked.wish
    )
    await shop.decide(ref, DecisionVerdict.amended, amended=amended)
    await shop.until(ref, TicketStatus.solved)
    (action,) = [a for a in await shop.actions(ref) if a.action == "issue_refund"]
    assert (action.status, str(action.money)) == ("succeeded", "€300.00")
    assert "€300.00" in await shop.last_reply(ref)


async def test_a_withdrawal_cancels_the_request(shop: Harness) -> None:
    """The customer takes it back: no approval is open, nothing is paid, a late approval is refused."""
    ref = await waiting(shop)
    (request,) = await shop.approvals(ref)
    await shop.say(ref, "Forget it, I don't want the refund any more.")
    assert not await shop.approvals(ref)
    assert not [a for a in await shop.actions(ref) if a.status == "succeeded"]
    with pytest.raises(Exception, match=r"settled|withdrawn|open"):
        await shop.decide_on(ref, request, DecisionVerdict.approved)


async def test_a_question_while_waiting_is_answered(shop: Harness) -> None:
    """The ticket stays on hold, and the question gets its answer."""
    ref = await waiting(shop)
    await shop.say(ref, "How long does a refund to a card take?")
    assert "5" in await shop.last_reply(ref)
    assert (await shop.ticket(ref)).status is TicketStatus.on_hold
    assert len(await shop.approvals(ref)) == 1


async def test_the_second_decision_is_refused_and_told_who_was_first(shop: Harness) -> None:
    """One decision slot: the first valid answer wins."""
    ref = await waiting(shop)
    (request,) = await shop.approvals(ref)
    first, second = await shop.race(ref, request, ["olga", "otto"])
    outcomes = sorted(type(result).__name__ for result in (first, second))
    assert outcomes[0] == "DecisionReceipt"
    assert outcomes[1] != "DecisionReceipt"
    await shop.until(ref, TicketStatus.solved)
    assert len([a for a in await shop.actions(ref) if a.status == "succeeded"]) == 1


async def test_nobody_answers_before_expiry_and_a_person_gets_it(skipping: Harness) -> None:
    """After the approval's window the ticket is handed off with the request in the packet."""
    ref = await waiting(skipping)
    (request,) = await skipping.approvals(ref)
    window = request.expires_at - request.requested_at
    await skipping.sleep(window - timedelta(minutes=5))
    assert (await skipping.ticket(ref)).status is TicketStatus.on_hold
    await skipping.sleep(timedelta(minutes=10))
    row = await skipping.until(ref, TicketStatus.open)
    assert row.waiting_for is WaitingFor.operator
    (handoff,) = await skipping.handoffs(ref)
    assert handoff.reason == HandoffReason.approval_expired
    assert not await skipping.approvals(ref)


async def test_the_pause_survives_days_and_is_then_approved(skipping: Harness) -> None:
    """Two days later an approval still does exactly what was asked."""
    ref = await waiting(skipping)
    await skipping.sleep(timedelta(hours=48))
    await skipping.decide(ref, DecisionVerdict.approved, at=await skipping.now())
    await skipping.until(ref, TicketStatus.solved)
    (action,) = [a for a in await skipping.actions(ref) if a.action == "issue_refund"]
    assert action.status == "succeeded"


async def test_the_pause_survives_a_restart_of_the_worker(idle: Harness) -> None:
    """A worker that knows nothing picks the waiting ticket up from history."""
    async with idle.worker():
        ref = await waiting(idle)
    async with idle.worker():
        await idle.decide(ref, DecisionVerdict.approved)
        await idle.until(ref, TicketStatus.solved)
    assert [a.status for a in await idle.actions(ref) if a.action == "issue_refund"] == ["succeeded"]
