"""An assistant with a chat model behind it: the model where it helps, the embedded assistant wherever it does not.

Every answer of a model is either used as it was checked, repaired once, or left; then the embedded assistant answers,
and the answer says why. So a ticket never waits for a provider, and a model that misbehaves costs two calls a step.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from adapters.assistants.chat_model import drafting, planning, understanding
from adapters.assistants.chat_model.calling import Caller
from adapters.assistants.metering import Meter
from adapters.assistants.port import Assistant, Draft, DraftBrief, PlanBrief, UnderstandBrief
from domain.errors import BudgetSpent, ModelDown, ModelResting, ModelUnusable
from domain.handoff import HandoffReason
from domain.intent import Classification
from domain.model_call import Fallback
from domain.step import PassOn, Planned

T = TypeVar("T")


class ChatModelAssistant(Assistant):
    """An `Assistant` for one tenant; `embedded` is its own embedded one. Attach it behind a mask."""

    sends_words_out = True

    def __init__(self, caller: Caller, embedded: Assistant) -> None:
        self._caller = caller
        self._embedded = embedded

    async def understand(self, brief: UnderstandBrief) -> Classification:
        """Say what the customer wants; raises ModelDown while another try may help."""
        own = await self._embedded.understand(brief)
        if not brief.messages:
            return own
        said, fallback = await _or_not(brief.meter, lambda: understanding.understand(brief, own, self._caller))
        return said or own.model_copy(update={"fallback": fallback})

    async def plan(self, brief: PlanBrief) -> Planned:
        """Say what comes next; raises ModelDown while another try may help, and ConditionFailed."""
        walked = await self._embedded.plan(brief)
        said, fallback = await _or_not(brief.meter, lambda: planning.plan(brief, walked, self._caller))
        if fallback == "budget_spent":
            walked = walked.model_copy(update={"step": PassOn(reason=HandoffReason.budget_spent)})
        return said or walked.model_copy(update={"fallback": fallback})

    async def draft(self, brief: DraftBrief) -> Draft:
        """Write the reply; raises ModelDown while another try may help, and ReplyInvalid."""
        if not drafting.is_rewritten(brief):
            return _marked(await self._embedded.draft(brief), "unsafe_draft" if brief.attempt > 1 else None)
        said, fallback = await _or_not(brief.meter, lambda: drafting.draft(brief, self._caller))
        if said is not None:
            return said
        if fallback is None:  # the model has read the passages, and they do not answer: nothing is quoted from them
            brief = replace(brief, parts=tuple(replace(part, passages=()) for part in brief.parts))
        return _marked(await self._embedded.draft(brief), fallback)


def _marked(draft: Draft, fallback: Fallback | None) -> Draft:
    return Draft(text=draft.text, citations=draft.citations, fallback=fallback)


async def _or_not(meter: Meter, answer: Callable[[], Awaitable[T]]) -> tuple[T | None, Fallback | None]:
    """The model's answer, or why there is none; raises ModelDown while somebody will try again."""
    try:
        return await answer(), None
    except BudgetSpent:
        return None, "budget_spent"
    except ModelResting:
        return None, "model_resting"
    except ModelUnusable:
        return None, "unusable_answer"
    except ModelDown:
        if not meter.is_last_try:
            raise
        return None, "model_down"
