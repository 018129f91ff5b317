"""A message that a heading of the help centre nearly is, word for word: it is answered before anything is done.

"Can I cancel part of my order?" sounds like a cancellation to any reader of intents; the help centre has the very
question. So a wish to act gives way where a heading is near enough, and nearer than anything customers wrote who wanted
the deed. A procedure that would answer from the help centre itself, sooner or later, does so at once.
"""

import asyncio
from collections.abc import Mapping, Sequence

from activities.asking import question_of
from activities.desk import Desk, TenantDesk
from adapters.assistants.embedded.extract import sentences_of
from adapters.embeddings.nearness import nearest
from domain.ask import UnderstandAsk
from domain.conversation import CLEAR, INFORMATION, POSSIBLE
from domain.ids import Label
from domain.intent import OUT_OF_SCOPE, Classification, RankedIntent, WishFound
from domain.memory import AskedIntent
from domain.message import Message
from domain.procedure import Procedure
from store.search import search

#: Cosine from which a message is a heading in other words, where its wish is clear, and where it is not and the choice
#: is between an answer and a question back (measured: docs/measurements.md).
NEARLY_IT = 0.80
NEARER_THAN_ASKING = 0.70
HEADINGS = 5
_FEWEST_WORDS = 3  # "Hi there." asks nothing


class LookingFirst:
    """Compares wishes with the headings of the passages they find; costs some 30 ms where it applies."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def read(
        self, ask: UnderstandAsk, desk: TenantDesk, said: Classification, messages: Sequence[Message]
    ) -> Classification:
        """The classification, with wishes for a deed turned into questions where the help centre has the question."""
        is_answer = bool(said.chosen) or not isinstance(ask.memory.asked, AskedIntent | None)
        if is_answer or ask.memory.open_wishes() or INFORMATION not in desk.config.procedures:
            return said
        texts = {message.seq: message.text for message in messages}
        found: list[WishFound] = []
        for wish in said.wishes:
            words = _asked_words(texts.get(wish.seq, "")[wish.start : wish.end])
            rivals = _rivals(wish, desk.config.procedures)
            needed = _needed(wish, rivals, is_question=said.is_question)
            if words and needed is not None and await self._is_heading(ask, words, said.language, rivals, needed):
                general = RankedIntent(intent=INFORMATION, confidence=1000)
                found.append(wish.model_copy(update={"ranked": (general,), "clear_from": None}))
            else:
                found.append(wish)
        return said.model_copy(update={"wishes": tuple(found)})

    async def _is_heading(
        self, ask: UnderstandAsk, words: str, language: str, rivals: Sequence[Procedure], needed: float
    ) -> bool:
        """Whether a heading is so near, and nearer than every example of the rivals that could act."""
        embedder = self._desk.embedder
        question = await asyncio.to_thread(question_of, embedder, words, language)
        async with self._desk.pools.operator(ask.key.ticket.tenant) as conn:
            hits = await search(conn, ask.key.ticket.tenant, question, limit=HEADINGS, at=ask.key.now)
        headings = [hit.section for hit in hits if hit.is_valid]
        if not headings:
            return False
        heading = await asyncio.to_thread(nearest, embedder, words, headings)
        if heading < needed:
            return False
        examples = [example for rival in rivals if not _answers(rival) for example in rival.examples]
        return heading > await asyncio.to_thread(nearest, embedder, words, examples)


def _asked_words(text: str) -> str:
    """The one sentence of a wish that says something; all of it where several do."""
    sentences = [sentence for sentence in sentences_of(text) if len(sentence.split()) >= _FEWEST_WORDS]
    return sentences[0] if len(sentences) == 1 else text.strip()


def _rivals(wish: WishFound, procedures: Mapping[Label, Procedure]) -> list[Procedure]:
    """The procedures a wish may be for: the clear one, or all that are worth naming in a question."""
    if wish.best is None or wish.best.intent == OUT_OF_SCOPE:
        return []
    is_clear = wish.best.confidence >= (wish.clear_from or CLEAR)
    readings = wish.ranked[:1] if is_clear else [it for it in wish.ranked if it.confidence >= POSSIBLE]
    return [procedures[it.intent] for it in readings if it.intent in procedures]


def _needed(wish: WishFound, rivals: Sequence[Procedure], *, is_question: bool) -> float | None:
    """How near a heading has to be; None where it makes no difference."""
    best = wish.best
    if best is None or best.intent == INFORMATION:
        return None if best is not None or is_question else NEARER_THAN_ASKING
    if best.intent == OUT_OF_SCOPE or best.confidence < (wish.clear_from or CLEAR):
        return NEARER_THAN_ASKING
    is_meant_to_answer = is_question or any(_answers(rival) for rival in rivals)
    return NEARLY_IT if is_meant_to_answer else None


def _answers(procedure: Procedure) -> bool:
    """Whether the procedure itself comes to answer from the help centre."""
    return any(step.answer_from_knowledge for step in procedure.steps)
