"""One call of a model: written down before, timed, bounded, priced, and written down again however it ends.

An answer is a tool call. It is the one form that every provider's client understands alike, it streams, and the message
around it is kept even where its JSON cannot be read, so that a broken answer is paid for in the ledger too.
"""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import tool_call_chunk

from adapters.assistants.chat_model.opening import CALL_SECONDS
from adapters.assistants.chat_model.prices import OwnPrices, price_of, tokens_of
from adapters.assistants.chat_model.trouble import trouble_of
from adapters.assistants.metering import Meter
from domain.errors import ModelUnusable
from domain.model_call import CallBegun, CallEnded, CallOutcome, Purpose, Tokens

#: A tool as every client takes it: the OpenAI form, which langchain translates.
Tool = Mapping[str, Any]
#: What is looked at of an answer: more calls, or more characters in one, are no answer.
MOST_CALLS, MOST_CHARS = 8, 50_000


@dataclass(frozen=True)
class ToolCall:
    """A tool that the model called, and with what."""

    name: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Answer:
    """What a model answered: its first calls of tools that were offered; `message` is what a repair refers to."""

    calls: tuple[ToolCall, ...]
    message: AIMessage


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
        pieces: list[AIMessageChunk] = []
        try:
            async with asyncio.timeout(self._seconds):
                await self._hear(pieces, messages, tools, heard)
            message = _joined(pieces)
            outcome, answer = _read(message, {tool["function"]["name"] for tool in tools})
        except Exception as error:  # noqa: BLE001 - clients raise what they like; `trouble_of` tells it apart
            trouble = trouble_of(error)
            outcome = trouble.outcome
            raise trouble.error from None  # a cause would carry the text that was sent
        finally:
            usage = _joined(pieces).usage_metadata
            await meter.end(call_id, self._ended(outcome, tokens_of(usage), began))
        if answer is None:
            raise ModelUnusable("The model would not answer." if outcome == "refused" else "The model called no tool.")
        return answer

    async def _hear(
        self,
        pieces: list[AIMessageChunk],
        messages: Sequence[BaseMessage],
        tools: Sequence[Tool],
        heard: Callable[[str], Awaitable[None]] | None,
    ) -> None:
        """Collect the pieces of the answer; one without end is left before it ends."""
        length = 0
        async for piece in self._model.bind_tools([dict(tool) for tool in tools], tool_choice="any").astream(
            list(messages)
        ):
            pieces.append(_as_chunk(piece))
            more = "".join(part["args"] or "" for part in pieces[-1].tool_call_chunks)
            length += len(more) + len(pieces[-1].text)
            if length > MOST_CHARS:
                return
            if heard is not None and more:
                await heard(more)

    def _ended(self, outcome: CallOutcome, tokens: Tokens, began: float) -> CallEnded:
        price = price_of(self.provider, self.name, tokens, self._prices, is_elsewhere=self._is_elsewhere)
        return CallEnded(
            outcome=outcome, tokens=tokens, price=price, latency_ms=round((time.monotonic() - began) * 1000)
        )


def _as_chunk(piece: AIMessage) -> AIMessageChunk:
    """A piece as a chunk: a model that does not stream gives a whole message."""
    if isinstance(piece, AIMessageChunk):
        return piece
    return AIMessageChunk(
        content=piece.content,
        additional_kwargs=piece.additional_kwargs,
        response_metadata=piece.response_metadata,
        usage_metadata=piece.usage_metadata,
        tool_call_chunks=[
            tool_call_chunk(name=call["name"], args=json.dumps(call["args"]), id=call["id"], index=index)
            for index, call in enumerate(piece.tool_calls)
        ],
    )


def _joined(pieces: Sequence[AIMessageChunk]) -> AIMessageChunk:
    """The whole answer; joined once, for each joining reads all JSON anew."""
    first, *others = pieces or [AIMessageChunk(content="")]
    return first + others if others else first


def _read(message: AIMessageChunk, offered: set[str]) -> tuple[CallOutcome, Answer | None]:
    """The calls of tools that were offered, each with arguments that are whole JSON."""
    calls: list[ToolCall] = []
    for chunk in message.tool_call_chunks[:MOST_CALLS]:
        # Read strictly: langchain's own reading of chunks mends JSON that was cut off, and half an answer is none.
        arguments = _object(chunk["args"] or "{}")
        if chunk["name"] in offered and arguments is not None:
            calls.append(ToolCall(str(chunk["name"]), arguments))
    if not calls and len(offered) == 1 and (said := _object(message.text)) is not None:
        calls.append(
            ToolCall(next(iter(offered)), said)
        )  # small local models answer in the text where a tool was meant
    if calls:
        return "answered", Answer(tuple(calls), message)
    is_refusal = bool(message.additional_kwargs.get("refusal")) or (
        message.response_metadata.get("finish_reason") == "content_filter"
        or message.response_metadata.get("stop_reason") == "refusal"
    )
    return ("refused" if is_refusal else "unusable"), None


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text) if len(text) <= MOST_CHARS else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
