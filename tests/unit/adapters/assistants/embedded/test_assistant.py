"""The embedded assistant is the readers, the planner and the writer behind one port."""

import asyncio

import pytest

from adapters.assistants.embedded.assistant import EmbeddedAssistant
from adapters.assistants.port import Assistant, DraftBrief, PartFacts, UnderstandBrief
from adapters.embeddings.hashing import HashingEmbedder
from domain.memory import Memory, ReplyPart
from domain.step import Propose
from tests.unit.adapters.assistants.embedded.briefs import CANCEL, message, plan_brief
from tests.unit.adapters.assistants.embedded.reading import FOREIGN, procedures


@pytest.fixture(scope="module")
def assistant() -> Assistant:
    """An assistant trained on the small desk."""
    return EmbeddedAssistant.train(procedures(), HashingEmbedder(), FOREIGN)


async def test_it_understands_plans_and_writes(assistant: Assistant) -> None:
    """One ticket's first turn, through the port."""
    text = "please cancel my order 10050"
    brief = UnderstandBrief(messages=(message(text),), memory=Memory(), procedures=procedures(), default_language="en")
    classification = await assistant.understand(brief)
    best = classification.wishes[0].best
    assert best is not None
    assert best.intent == "cancel_order"
    planned = await assistant.plan(plan_brief(CANCEL, text))
    assert isinstance(planned.step, Propose)
    part = PartFacts(part=ReplyPart(kind="reply", reply="told"), template="Shall I?", facts={})
    drafted = await assistant.draft(DraftBrief((part,), "en", {}, introduce=False, first_name=None))
    assert drafted.text == "Shall I?"


async def test_turns_run_side_by_side(assistant: Assistant) -> None:
    """Many tickets at once get what each would get alone."""
    texts = ["please cancel my order", "where is my parcel", "I want to return the lamp"] * 5
    briefs = [
        UnderstandBrief(messages=(message(text),), memory=Memory(), procedures={}, default_language="en")
        for text in texts
    ]
    alone = [await assistant.understand(brief) for brief in briefs]
    assert await asyncio.gather(*(assistant.understand(brief) for brief in briefs)) == alone


def test_a_desk_without_procedures_cannot_be_trained() -> None:
    """Nothing to tell apart is an error at the start, not at the first ticket."""
    with pytest.raises(ValueError, match="intent"):
        EmbeddedAssistant.train({}, HashingEmbedder())
