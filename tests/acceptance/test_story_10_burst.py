"""Story 10: a burst of messages while a turn runs is merged in order into one answer."""

import asyncio

from domain.message import AuthorKind
from domain.ticket import TicketStatus
from tests.support.harness import Harness

BURST = ["Hi", "I sent my headphones back three weeks ago", "and I still have no money.", "Can you look?"]


async def test_a_burst_gets_one_answer_and_nothing_is_lost(shop: Harness) -> None:
    """Four messages at once: all recorded in order, one reply after the last of them, one refund."""
    ref = shop.ref("cus_ada")
    seqs = [await shop.accept(ref, text, is_new=number == 0) for number, text in enumerate(BURST)]
    await asyncio.gather(*(shop.nudge(ref, seq) for seq in seqs))
    await shop.until(ref, TicketStatus.solved)
    messages = await shop.messages(ref)
    assert [m.text for m in messages if m.author is AuthorKind.customer] == BURST
    replies = [m for m in messages if m.author is AuthorKind.assistant]
    assert len(replies) == 1
    assert replies[0].seq > seqs[-1]
    assert [a.status for a in await shop.actions(ref)] == ["succeeded"]


async def test_a_message_during_a_turn_drops_the_stale_reply_not_the_effect(shop: Harness) -> None:
    """The next turn tells what was done; the refund is not repeated, the answer comes once."""
    ref = shop.ref("cus_ada")
    first = await shop.accept(ref, BURST[1] + " " + BURST[2], is_new=True)
    await shop.nudge(ref, first)
    second = await shop.accept(ref, "And how long do I have to return a lamp?", is_new=False)
    await shop.nudge(ref, second)
    await shop.answered(ref, second)
    await shop.until(ref, TicketStatus.solved)
    succeeded = [a for a in await shop.actions(ref) if a.status == "succeeded"]
    assert len(succeeded) == 1
    told = "\n".join(m.text for m in await shop.messages(ref) if m.author is AuthorKind.assistant)
    assert succeeded[0].money is not None
    assert str(succeeded[0].money) in told
    assert "30 days" in told


async def test_nudges_out_of_order_and_twice_do_no_harm(shop: Harness) -> None:
    """The inbox is read above a watermark, so the order of nudges does not matter."""
    ref = shop.ref("cus_ada")
    seqs = [await shop.accept(ref, text, is_new=number == 0) for number, text in enumerate(BURST)]
    for seq in [*reversed(seqs), *seqs]:
        await shop.nudge(ref, seq)
    await shop.until(ref, TicketStatus.solved)
    customer = [m.text for m in await shop.messages(ref) if m.author is AuthorKind.customer]
    assert customer == BURST
    assert [a.status for a in await shop.actions(ref)] == ["succeeded"]
