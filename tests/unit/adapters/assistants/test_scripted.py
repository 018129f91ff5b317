"""The scripted assistant gives exactly what its script holds and keeps what it was asked."""

import pytest

from adapters.assistants.port import Assistant, Draft, DraftBrief, UnderstandBrief
from adapters.assistants.scripted import ScriptedAssistant, ScriptExhausted
from domain.errors import Unavailable
from domain.intent import Classification, Signals
from domain.memory import Memory
from domain.step import Answer, Planned
from tests.unit.adapters.assistants.embedded.briefs import CANCEL, plan_brief

NOTHING = Classification(wishes=(), language="en", signals=Signals())
DRAFTING = DraftBrief(parts=(), language="en", common={}, introduce=False, first_name=None)


async def test_a_queue_gives_its_answers_in_order_and_then_fails() -> None:
    """Answers are returned, exceptions raised, and an empty queue is an error of its own."""
    assistant: Assistant = ScriptedAssistant(draft=[Draft("one"), Unavailable("down"), Draft("two")])
    assert await assistant.draft(DRAFTING) == Draft("one")
    with pytest.raises(Unavailable):
        await assistant.draft(DRAFTING)
    assert await assistant.draft(DRAFTING) == Draft("two")
    with pytest.raises(ScriptExhausted, match="draft"):
        await assistant.draft(DRAFTING)


async def test_a_function_answers_from_the_brief() -> None:
    """A script may be a function; the briefs are kept in the order they came."""
    planned = Planned(wish=1, step=Answer(reply="done"), slots={}, procedure_version="")
    assistant = ScriptedAssistant(
        understand=[NOTHING], plan=lambda brief: planned.model_copy(update={"wish": brief.wish.number})
    )
    asked = UnderstandBrief(messages=(), memory=Memory(), procedures={}, default_language="en")
    planning = plan_brief(CANCEL, "cancel it")
    assert await assistant.understand(asked) is NOTHING
    assert await assistant.plan(planning) == planned
    assert assistant.briefs == [asked, planning]
