"""A whole ticket through an assistant that counts as one from elsewhere: it settles, and no personal data got there."""

import dataclasses
from collections.abc import Mapping

from adapters.assistants.port import Assistant, Draft, DraftBrief, PlanBrief, UnderstandBrief
from adapters.assistants.redaction.detectors import find
from domain.ids import TenantId
from domain.intent import Classification
from domain.step import Planned
from domain.ticket import TicketStatus
from tests.acceptance.test_story_01_late_refund import LATE
from tests.support.servers import Servers, harness
from tests.unit.adapters.assistants.redaction.test_redacted import strings


class Elsewhere:
    """The embedded assistant, as if it were reached over a network; it keeps what it was shown."""

    sends_words_out = True

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self.shown: list[UnderstandBrief | PlanBrief | DraftBrief] = []

    async def understand(self, brief: UnderstandBrief) -> Classification:
        """Pass it on."""
        self.shown.append(brief)
        return await self._assistant.understand(brief)

    async def plan(self, brief: PlanBrief) -> Planned:
        """Pass it on."""
        self.shown.append(brief)
        return await self._assistant.plan(brief)

    async def draft(self, brief: DraftBrief) -> Draft:
        """Pass it on."""
        self.shown.append(brief)
        return await self._assistant.draft(brief)


#: The workspace's own words, which are nobody's.
WORKSPACE = {"procedures", "procedure", "specs", "common"}
CONTACT = "Reach me at ada.test@example.com or +43 664 1234567."


def of_the_customer(brief: UnderstandBrief | PlanBrief | DraftBrief) -> list[object]:
    """What of a brief is not the workspace's."""
    return [getattr(brief, field.name) for field in dataclasses.fields(brief) if field.name not in WORKSPACE]


async def test_a_ticket_settles_behind_the_mask(servers: Servers, assistants: Mapping[TenantId, Assistant]) -> None:
    """The refund is sent again and told, and the assistant has read neither name nor address nor number."""
    elsewhere = {tenant: Elsewhere(assistant) for tenant, assistant in assistants.items()}
    async with harness(servers, elsewhere) as shop, shop.worker():
        ref = await shop.open("cus_ada", f"{LATE} {CONTACT}")
        assert (await shop.ticket(ref)).status is TicketStatus.solved
        [action] = await shop.actions(ref)
        assert (action.action, action.status) == ("reissue_refund", "succeeded")
        reply = await shop.last_reply(ref)
        assert str(action.money) in reply
        assert "[" not in reply
    shown = elsewhere["meridian"].shown
    assert {type(brief) for brief in shown} == {UnderstandBrief, PlanBrief, DraftBrief}
    texts = [text for brief in shown for text in strings(of_the_customer(brief))]
    assert any("[email_" in text and "[phone_" in text for text in texts)
    assert [text for text in texts if find(text, (("name", "Ada"),))] == []
