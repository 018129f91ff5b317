"""Story 6: a person is asked for, or needed: the packet in the right queue, and the customer told what happens next."""

import pytest

from domain.handoff import HandoffReason
from domain.message import AuthorKind
from domain.reading import READ_CHARS
from domain.ticket import TicketStatus, WaitingFor
from store.inbox import IncomingMessage, Stub, accept_message
from store.messages import Attachment
from tests.support.harness import Harness

CASES = [
    ("cus_gia", "I want to talk to a human.", HandoffReason.asked_for_person, "support"),
    ("cus_gia", "This is absolutely OUTRAGEOUS, you useless idiots!!!", HandoffReason.angry, "support"),
    ("cus_max", "Where is my laptop?", HandoffReason.vip, "vip"),
    ("cus_gia", "If this isn't settled by Friday you will hear from my lawyer.", HandoffReason.legal_threat, "legal"),
]

NEXT_STEPS = {
    HandoffReason.asked_for_person: "Answer what is asked.",
    HandoffReason.angry: "Answer what is asked.",
    HandoffReason.vip: "Find out: ",
    HandoffReason.legal_threat: "Do not promise anything;",
}


@pytest.mark.parametrize(("customer", "words", "reason", "queue"), CASES, ids=[case[2].value for case in CASES])
async def test_the_packet_lies_in_the_right_queue(
    shop: Harness, customer: str, words: str, reason: HandoffReason, queue: str
) -> None:
    """The right queue, the whole story, and a customer who knows what happens next."""
    ref = await shop.open(customer, words)
    row = await shop.ticket(ref)
    assert (row.status, row.waiting_for, row.queue) == (TicketStatus.open, WaitingFor.operator, queue)
    (handoff,) = await shop.handoffs(ref)
    assert (handoff.reason, handoff.queue) == (reason, queue)
    reply = await shop.last_reply(ref)
    assert handoff.packet.told_customer == reply
    assert words[:20] in handoff.packet.summary
    assert handoff.packet.suggested_next_step.startswith(NEXT_STEPS[reason])
    assert "colleague" in reply.lower() or "desk" in reply.lower()


async def test_nothing_is_done_about_a_message_that_is_read_in_part(shop: Harness) -> None:
    """What says no behind the part that is read is read by a person; a thread behind a question is not."""
    question = "How long do I have to return this?\n\n"
    thread = "> We sent your parcel on Monday, and it is on its way to you.\n" * (READ_CHARS // 50)
    ref = await shop.open("cus_gia", question + thread)
    assert "30 days" in await shop.last_reply(ref)
    ref = await shop.open("cus_gia", question + thread + "But do nothing yet.")
    (handoff,) = await shop.handoffs(ref)
    assert handoff.reason == HandoffReason.part_read
    assert "to its end" in handoff.packet.summary
    assert "to its end" in await shop.last_reply(ref)


async def test_the_first_message_says_that_an_assistant_answers(shop: Harness) -> None:
    """Nobody is left to believe that a person writes; it is said once."""
    ref = await shop.open("cus_gia", "How long do I have to return this?")
    assert "automated assistant" in await shop.last_reply(ref)
    await shop.say(ref, "And how do I return it?")
    assert "automated assistant" not in await shop.last_reply(ref)


async def test_attachments_are_stored_and_shown_in_the_packet(shop: Harness) -> None:
    """A photo is never ignored: the person who takes over sees that it is there."""
    ref = shop.ref("cus_gia")
    photo = Attachment.of("crack.jpg", "image/jpeg", b"\xff\xd8\xff\xe0 a photo")
    async with shop.desk.pools.operator(ref.tenant) as conn:
        accepted = await accept_message(
            conn,
            ref,
            IncomingMessage(
                text="Please let me talk to a person about this photo.",
                at=await shop.now(),
                author=AuthorKind.customer,
                attachments=(photo,),
            ),
            stub=Stub(),
        )
    await shop.nudge(ref, accepted.seq)
    await shop.answered(ref, accepted.seq)
    (handoff,) = await shop.handoffs(ref)
    assert handoff.packet.attachments == ("crack.jpg",)


async def test_the_assistant_is_silent_while_a_person_has_the_ticket(shop: Harness) -> None:
    """Messages after a handoff are kept for the person, and not answered by the machine."""
    ref = await shop.open("cus_gia", "I want to talk to a human.")
    before = len(await shop.messages(ref))
    seq = await shop.accept(ref, "Are you there?", is_new=False)
    await shop.nudge(ref, seq)
    view = await shop.view(ref)
    assert view.owner == "operator"
    messages = await shop.messages(ref)
    assert len(messages) == before + 1
