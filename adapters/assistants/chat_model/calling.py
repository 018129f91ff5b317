"""One call of a model: written down before, timed, bounded, priced, and written down again however it ends.

An answer is a tool call. It is the one form that every provider's client understands alike, it streams, and the message
around it is kept even where its JSON cannot be read, so that a broken answer is paid for in the ledger too.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import UsageMetadata, add_usage

from adapters.assistants.chat_model.opening import CALL_SECONDS
from adapters.assistants.chat_model.prices import OwnPrices, price_of, tokens_of
from adapters.assistants.chat_model.trouble import trouble_of
from adapters.assistants.metering import Meter
from domain.errors import ModelUnusable
from domain.model_call import CallBegun, CallEnded, CallOutcome, Purpose, Tokens

#: A tool as every client takes it: the OpenAI form, which langchain translates.
Tool = Mapping[str, Any]
#: What is looked at of an answer: more calls, or more characters, are no answer. A reply has 6,000; and langchain joins
#: the pieces of a stream at its end in a time that grows with their square (50,000 characters took 6 s).
MOST_CALLS, MOST_CHARS = 8, 16_000


@dataclass(frozen=True)
class ToolCall:
    """A tool that the model called, and with what."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a model answered: its first calls of tools that were offered, at least one."""

    calls: tuple[ToolCall, ...]


class Caller:
    """Calls one model, at one price."""

    def __init__(
        self,
        model: BaseChatModel,
        *,
        provider: str,
        name: str,
        seconds: float = CALL_SECONDS,
        prices: OwnPrices | None = None,
        is_elsewhere: bool = False,
    ) -> None:
        self._model = model
        self.provider = provider
        self.name = name
        self._seconds = seconds
        self._prices = prices
        self._is_elsewhere = is_elsewhere

    async def call(
        self,
        meter: Meter,
        purpose: Purpose,
        messages: Sequence[BaseMessage],
        tools: Sequence[Tool],
        heard: Callable[[str], Awaitable[None]] | None = None,
    ) -> Answer:
        """Ask once; `heard` is given each further piece of the answer's JSON as it comes.

        Raises:
            BudgetSpent: the ticket may cost no more; nothing was sent.
            ModelResting: the model is left alone; nothing was sent.
            ModelDown: no answer; trying again may help.
            ModelUnusable: refused, or an answer that is none; trying again costs again.
        """
        call_id = await meter.begin(CallBegun(purpose=purpose, provider=self.provider, model=self.name))
        began = time.monotonic()
        outcome: CallOutcome = "unavailable"
        answered = _Heard()
        try:
            async with asyncio.timeout(self._seconds):
                await self._hear(answered, messages, tools, heard)
            outcome, answer = answered.read({tool["function"]["name"] for tool in tools})
        except Exception as error:  # noqa: BLE001 - clients raise what they like; `trouble_of` tells it apart
            trouble = trouble_of(error)
            outcome = trouble.outcome
            raise trouble.error from None  # a cause would carry the text that was sent
        finally:
            await meter.end(call_id, self._ended(outcome, tokens_of(answered.usage), began))
        if answer is None:
            raise ModelUnusable("The model would not answer." if outcome == "refused" else "The model called no tool.")
        return answer

    async def _hear(
        self,
        answered: "_Heard",
        messages: Sequence[BaseMessage],
        tools: Sequence[Tool],
        heard: Callable[[str], Awaitable[None]] | None,
    ) -> None:
        """Collect the answer; one without end is left before it ends."""
        model = self._model.bind_tools([dict(tool) for tool in tools], tool_choice="any")
        async for piece in model.astream(list(messages)):
            more = answered.take(piece)
            if answered.length > MOST_CHARS:
                return
            if heard is not None and more:
                await heard(more)

    def _ended(self, outcome: CallOutcome, tokens: Tokens, began: float) -> CallEnded:
        price = price_of(self.provider, self.name, tokens, self._prices, is_elsewhere=self._is_elsewhere)
        return CallEnded(
            outcome=outcome, tokens=tokens, price=price, latency_ms=round((time.monotonic() - began) * 1000)
        )


class _Heard:
    """What has come of an answer. Pieces are put together here, since joining messages reads all their JSON anew."""

    def __init__(self) -> None:
        self.length = 0
        self.usage: UsageMetadata | None = None
        self._calls: dict[object, tuple[list[str], list[str]]] = {}  # names and arguments, by place
        self._text: list[str] = []
        self._ends: dict[str, Any] = {}

    def take(self, piece: AIMessage) -> str:
        """Take the next piece; returns what it adds to the arguments."""
        if piece.usage_metadata is not None:
            self.usage = add_usage(self.usage, piece.usage_metadata)
        self._ends |= piece.response_metadata
        self._text.append(piece.text)
        more = list(_parts(piece))
        for place, name, arguments in more:
            names, said = self._calls.setdefault(place, ([], []))
            names.append(name)
            said.append(arguments)
        added = "".join(arguments for _, _, arguments in more)
        self.length += len(added) + len(piece.text)
        return added

    def read(self, offered: set[str]) -> tuple[CallOutcome, Answer | None]:
        """The calls of tools that were offered, each with arguments that are whole JSON.

        Read strictly: langchain's own reading of pieces mends JSON that was cut off, and half an answer is none.
        """
        calls: list[ToolCall] = []
        for names, said in [*self._calls.values()][:MOST_CALLS]:
            name, arguments = "".join(names), _object("".join(said) or "{}")
            if name in offered and arguments is not None:
                calls.append(ToolCall(name, arguments))
        if not calls and len(offered) == 1 and (told := _object("".join(self._text))) is not None:
            calls.append(ToolCall(next(iter(offered)), told))  # small models answer in the text
        if calls:
            return "answered", Answer(tuple(calls))
        is_refusal = self._ends.get("finish_reason") == "content_filter" or self._ends.get("stop_reason") == "refusal"
        return ("refused" if is_refusal else "unusable"), None


def _parts(piece: AIMessage) -> Iterator[tuple[object, str, str]]:
    """Place, name and arguments of each call that a piece has part of; a model that does not stream gives it whole."""
    if isinstance(piece, AIMessageChunk) and piece.tool_call_chunks:
        for part in piece.tool_call_chunks:
            yield part["index"], part["name"] or "", part["args"] or ""
    elif not isinstance(piece, AIMessageChunk):
        for number, call in enumerate(piece.tool_calls):
            yield number, call["name"], json.dumps(call["args"])


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text) if len(text) <= MOST_CHARS else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
