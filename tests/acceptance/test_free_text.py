"""A writer that uses its own words: what it made up is not sent; it is told what was wrong, and it is counted."""

from collections.abc import Mapping

from adapters.assistants.port import Assistant, Cited, Draft, DraftBrief, PlanBrief, UnderstandBrief
from domain.ids import TenantId
from domain.intent import Classification
from domain.step import Planned
from store.events import read_events
from store.guardrails import count_guardrails
from tests.support.servers import Servers, harness

QUESTION = "How long does a refund take until it is on my card?"


class Free:
    """The embedded assistant, but for what it writes from the knowledge base: that is said in its own words."""

    sends_words_out = False

    def __init__(self, assistant: Assistant, *sentences: str) -> None:
        self._assistant = assistant
        self._sentences = sentences
        self.briefs: list[DraftBrief] = []

    async def understand(self, brief: UnderstandBrief) -> Classification:
        """Pass it on."""
        return await self._assistant.understand(brief)

    async def plan(self, brief: PlanBrief) -> Planned:
        """Pass it on."""
        return await self._assistant.plan(brief)

    async def draft(self, brief: DraftBrief) -> Draft:
        """Say the sentence of this attempt, and cite every passage that was shown."""
        passages = [passage for part in brief.parts for passage in part.passages]
        if not passages:
            return await self._assistant.draft(brief)
        self.briefs.append(brief)
        sentence = self._sentences[min(len(self.briefs), len(self._sentences)) - 1]
        return Draft(text=sentence, citations=tuple(Cited(sentence, passage.passage_id) for passage in passages))


def attached(assistants: Mapping[TenantId, Assistant], *sentences: str) -> tuple[dict[TenantId, Assistant], Free]:
    """All tenants' assistants, Meridian's with its own words."""
    free = Free(assistants["meridian"], *sentences)
    return {**assistants, "meridian": free}, free


async def test_what_was_made_up_is_never_sent(servers: Servers, assistants: Mapping[TenantId, Assistant]) -> None:
    """Twice without support: a person takes over, and neither sentence reaches the customer."""
    made_up = "A courier brings the money to your door tomorrow morning."
    writers, free = attached(assistants, "I have refunded your order.", made_up)
    async with harness(servers, writers) as shop, shop.worker():
        ref = await shop.open("cus_ada", QUESTION)
        reply = await shop.last_reply(ref)
        assert "courier" not in reply
        assert "refunded your order" not in reply
        async with shop.desk.pools.operator(ref.tenant) as conn:
            counted = await count_guardrails(conn, ref.tenant, ref.ticket_id)
    assert [[finding.check for finding in brief.findings] for brief in free.briefs] == [
        [],
        ["promise_not_done", "ungrounded_claim"],
    ]
    assert (counted.after.redrafts, counted.after.refused, counted.after.unsupported) == (1, 1, 2)


async def test_other_words_for_what_is_known_are_sent(
    servers: Servers, assistants: Mapping[TenantId, Assistant]
) -> None:
    """A sentence that its cited passages carry goes out as it was written, and its claim names a passage."""
    known = "A refund to a card takes 5 to 7 business days."
    writers, _ = attached(assistants, known)
    async with harness(servers, writers) as shop, shop.worker():
        ref = await shop.open("cus_ada", QUESTION)
        assert known in await shop.last_reply(ref)
        async with shop.desk.pools.operator(ref.tenant) as conn:
            events = await read_events(conn, ref.tenant, ref.ticket_id)
    [checked] = [event.body for event in events if event.kind == "reply_checked"]
    assert checked["findings"] == []
    assert isinstance(checked["claims"], list)
    [claim] = [claim for claim in checked["claims"] if isinstance(claim, dict)]
    assert (claim["supported_by"], claim["number"]) == ("passage", 1)
    assert "passage_id" in claim
