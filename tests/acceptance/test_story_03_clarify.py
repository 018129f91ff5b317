"""Story 3: "It doesn't work." One question that names the choices; never a guess; after two, a person."""

from domain.handoff import HandoffReason
from domain.ticket import TicketStatus, WaitingFor
from tests.support.harness import Harness


async def test_one_question_names_the_likely_choices(shop: Harness) -> None:
    """Two orders could be meant: both are named, nothing is done."""
    ref = await shop.open("cus_eve", "It doesn't work.")
    row = await shop.ticket(ref)
    assert (row.status, row.waiting_for) == (TicketStatus.pending, WaitingFor.customer)
    reply = (await shop.last_reply(ref)).lower()
    assert "grinder" in reply
    assert "speaker" in reply
    assert reply.count("?") >= 1
    assert not await shop.actions(ref)


async def test_the_answer_continues_the_same_ticket(shop: Harness) -> None:
    """The customer picks one, and the ticket goes on with it."""
    ref = await shop.open("cus_eve", "It doesn't work.")
    await shop.say(ref, "the speaker")
    reply = (await shop.last_reply(ref)).lower()
    assert "grinder" not in reply
    assert (await shop.ticket(ref)).turns == 2


async def test_after_two_questions_without_an_answer_a_person_takes_over(shop: Harness) -> None:
    """Asking a third time would help nobody."""
    ref = await shop.open("cus_eve", "It doesn't work.")
    await shop.say(ref, "hmm")
    assert (await shop.ticket(ref)).status is TicketStatus.pending
    await shop.say(ref, "well you know")
    row = await shop.ticket(ref)
    assert (row.status, row.waiting_for) == (TicketStatus.open, WaitingFor.operator)
    (handoff,) = await shop.handoffs(ref)
    assert handoff.reason == HandoffReason.not_understood
