"""Story 1: the late refund. The reason for the failure decides: re-issue, hand off, or wait."""

from domain.handoff import HandoffReason
from domain.ticket import TicketStatus
from tests.support.harness import Harness

LATE = "I sent my headphones back three weeks ago and still have no money."


async def test_a_transient_failure_is_reissued_and_confirmed(shop: Harness) -> None:
    """One conversation, no person: re-issued within policy, read back, and amount, order and day confirmed."""
    ref = await shop.open("cus_ada", LATE)
    row = await shop.ticket(ref)
    assert row.status is TicketStatus.solved
    (action,) = await shop.actions(ref)
    assert (action.action, action.status) == ("reissue_refund", "succeeded")
    reply = await shop.last_reply(ref)
    assert action.money is not None
    assert str(action.money) in reply
    assert "assistant" in reply.lower()
    assert not await shop.handoffs(ref)


async def test_a_closed_card_goes_to_a_person_with_the_packet(shop: Harness) -> None:
    """Nothing is re-issued to a card that is closed; the packet says what is known."""
    ref = await shop.open("cus_ben", LATE)
    row = await shop.ticket(ref)
    assert row.status is TicketStatus.open
    assert not [a for a in await shop.actions(ref) if a.action == "reissue_refund"]
    (handoff,) = await shop.handoffs(ref)
    assert handoff.reason == HandoffReason.procedure
    assert any("card_closed" in known for known in handoff.packet.known.values())
    assert handoff.packet.told_customer == await shop.last_reply(ref)


async def test_a_pending_refund_is_told_as_submitted_not_as_paid(shop: Harness) -> None:
    """What the provider calls pending is on its way; nothing is done again."""
    ref = await shop.open("cus_cleo", LATE)
    assert not [a for a in await shop.actions(ref) if a.action == "reissue_refund"]
    reply = (await shop.last_reply(ref)).lower()
    assert "submitted" in reply
    assert "has been paid" not in reply
