"""Asking until the answer is of use: once, and once more with what was wrong. Then the embedded assistant answers."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from langchain_core.messages import BaseMessage, HumanMessage

from adapters.assistants.chat_model.calling import Answer, Caller, Tool
from adapters.assistants.metering import Meter
from domain.errors import ModelUnusable
from domain.model_call import Purpose

T = TypeVar("T")


class Unfit(Exception):
    """The answer cannot be used; the text tells the model why, in words of ours alone."""


async def ask(
    caller: Caller,
    meter: Meter,
    purpose: Purpose,
    messages: Sequence[BaseMessage],
    tools: Sequence[Tool],
    read: Callable[[Answer], T],
    heard: Callable[[str], Awaitable[None]] | None = None,
) -> T:
    """Ask, read the answer, and have it repaired once.

    The repair adds one message at the end, so what was cached stays cached. The bad answer itself is not sent back: it
    may be long, and may hold what no provider takes as a message.

    Raises:
        ModelUnusable: the second answer is of no use either.
        BudgetSpent, ModelResting, ModelDown: as `Caller.call`.
    """
    try:
        return read(await caller.call(meter, purpose, messages, tools, heard))
    except Unfit as unfit:
        wrong = str(unfit)
    except ModelUnusable as unusable:
        if "status" in unusable.facts:  # the provider refused the request: the same one would be refused again
            raise
        wrong = unusable.text
    again = [*messages, HumanMessage(f"Your last answer could not be used. {wrong} Call one of the tools, correctly.")]
    try:
        return read(await caller.call(meter, purpose, again, tools))
    except Unfit:
        raise ModelUnusable("The model's answer is still not of the form that was asked for.") from None
