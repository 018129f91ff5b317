"""Answers in the form of the OpenAI chat-completions protocol: whole, or as a stream of server-sent events."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from runtime.model_server.rules import Call

_PIECE = 24  # characters of arguments in one piece of a stream
_CHARS_A_TOKEN = 4  # a rule of thumb: there is no tokenizer here, as there is no model


def usage_of(request: Mapping[str, Any], calls: Sequence[tuple[str, str]], cached: int) -> dict[str, Any]:
    """Token counts by rule of thumb; `cached` characters of the prompt were seen before."""
    prompt = len(json.dumps([request.get("messages"), request.get("tools")])) // _CHARS_A_TOKEN
    written = sum(len(name) + len(arguments) for name, arguments in calls) // _CHARS_A_TOKEN + 1
    read = min(cached // _CHARS_A_TOKEN, prompt)
    return {
        "prompt_tokens": prompt,
        "completion_tokens": written,
        "total_tokens": prompt + written,
        "prompt_tokens_details": {"cached_tokens": read},
    }


def as_strings(calls: Sequence[Call]) -> list[tuple[str, str]]:
    """Each call with its arguments as JSON."""
    return [(name, json.dumps(arguments)) for name, arguments in calls]


def whole(
    model: str, calls: Sequence[tuple[str, str]], usage: Mapping[str, Any], refusal: str | None
) -> dict[str, Any]:
    """The answer in one piece."""
    message = {
        "role": "assistant",
        "content": None if calls or refusal else "",
        "refusal": refusal,
        "tool_calls": [_call(number, name, arguments) for number, (name, arguments) in enumerate(calls)] or None,
    }
    choice = {"index": 0, "message": message, "finish_reason": _finish(calls, refusal)}
    return {
        "id": "chatcmpl-rules",
        "object": "chat.completion",
        "created": 0,
        "model": model,
        "choices": [choice],
        "usage": usage,
    }


def pieces(
    model: str, calls: Sequence[tuple[str, str]], usage: Mapping[str, Any], refusal: str | None
) -> Iterator[bytes]:
    """The answer as events, the last but one with the usage."""

    def event(delta: Mapping[str, Any], finish: str | None = None) -> bytes:
        return _event(model, [{"index": 0, "delta": delta, "finish_reason": finish}], None)

    yield event({"role": "assistant", "content": None if calls else ""})
    if refusal:
        yield event({"refusal": refusal})
    for number, (name, arguments) in enumerate(calls):
        yield event({"tool_calls": [_call(number, name, "") | {"index": number}]})
        for start in range(0, len(arguments), _PIECE):
            more = {"index": number, "function": {"arguments": arguments[start : start + _PIECE]}}
            yield event({"tool_calls": [more]})
    yield event({}, _finish(calls, refusal))
    yield _event(model, [], usage)
    yield b"data: [DONE]\n\n"


def _finish(calls: Sequence[tuple[str, str]], refusal: str | None) -> str:
    return "content_filter" if refusal else "tool_calls" if calls else "stop"


def _call(number: int, name: str, arguments: str) -> dict[str, Any]:
    return {"id": f"call_{number}", "type": "function", "function": {"name": name, "arguments": arguments}}


def _event(model: str, choices: Sequence[Mapping[str, Any]], usage: Mapping[str, Any] | None) -> bytes:
    body = {
        "id": "chatcmpl-rules",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": model,
        "choices": choices,
        "usage": usage,
    }
    return f"data: {json.dumps(body)}\n\n".encode()
