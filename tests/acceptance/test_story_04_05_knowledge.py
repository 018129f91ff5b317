"""Stories 4 and 5: what the knowledge base says, with its source; and what it does not say is not made up."""

from domain.handoff import HandoffReason
from domain.ticket import TicketStatus
from tests.support.harness import Harness


async def test_a_question_is_answered_from_the_knowledge_base_with_a_citation(shop: Harness) -> None:
    """The return window, from the article, and the article is named."""
    ref = await shop.open("cus_gia", "How long do I have to return this?")
    reply = await shop.last_reply(ref)
    assert "30 days" in reply
    assert "Source:" in reply
    assert (await shop.ticket(ref)).status is TicketStatus.solved
    assert not await shop.actions(ref)


async def test_what_nobody_wrote_down_goes_to_a_person(shop: Harness) -> None:
    """It says that it does not know, and hands off; no invention."""
    ref = await shop.open("cus_gia", "Do your scarves contain wool from mulesed sheep?")
    assert (await shop.ticket(ref)).status is TicketStatus.open
    (handoff,) = await shop.handoffs(ref)
    assert handoff.reason == HandoffReason.no_knowledge
    assert "Source:" not in await shop.last_reply(ref)
