"""Stories 8 and 9: two wishes in one message; and somebody else's order."""

from domain.ticket import TicketStatus
from tests.support.harness import Harness


async def test_two_wishes_are_both_done(shop: Harness) -> None:
    """Both are supported, so both are carried out, each after its own yes."""
    ref = await shop.open("cus_pam", "I want to return the yoga mat, and please cancel my order of the water bottle.")
    for _ in range(3):
        if (await shop.ticket(ref)).status is not TicketStatus.pending:
            break
        await shop.say(ref, "Yes, please.")
    done = sorted(a.action for a in await shop.actions(ref) if a.status == "succeeded")
    assert done == ["cancel_order", "return_items"]
    assert (await shop.ticket(ref)).status is TicketStatus.solved


async def test_an_unsupported_second_wish_is_named_and_passed_on(shop: Harness) -> None:
    """What the assistant cannot do is not dropped: a person gets it, with what was done."""
    ref = await shop.open(
        "cus_finn", "Please cancel my order 10048. Also, do you sponsor local football clubs? I would like to apply."
    )
    if (await shop.ticket(ref)).status is TicketStatus.pending:
        await shop.say(ref, "Yes, cancel it.")
    done = [a.action for a in await shop.actions(ref) if a.status == "succeeded"]
    handed_off = await shop.handoffs(ref)
    assert done == ["cancel_order"]
    assert handed_off


async def test_somebody_elses_order_is_not_found_in_the_same_words_as_none(shop: Harness) -> None:
    """A foreign order and one that does not exist get the same answer; nothing leaks."""
    replies = []
    for number in ("10049", "99999"):  # Gia's, and nobody's
        ref = await shop.open("cus_finn", f"Please cancel order {number}.")
        replies.append((await shop.last_reply(ref)).replace(number, "N"))
        assert not [a for a in await shop.actions(ref) if a.status == "succeeded"]
    assert replies[0] == replies[1]
    assert "jacket" not in replies[0].lower()
