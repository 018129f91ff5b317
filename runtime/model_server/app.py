"""A server that speaks the OpenAI chat-completions protocol and answers by rules: for trying out, and for tests.

It is no model. It keeps what it received, so that a test can look at what left the house, and does wrong what a script
tells it to.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, StreamingResponse
from starlette.responses import Response

from runtime.model_server.faults import Fault, Script
from runtime.model_server.rules import Call, answer
from runtime.model_server.wire import as_strings, pieces, usage_of, whole

_MANY, _HUGE = 100, 200_000
_PURPOSES = {"say_what_they_want": "understand", "continue_procedure": "plan", "reply": "draft"}
Rules = Callable[[Mapping[str, Any]], Sequence[Call]]


class ModelServer:
    """The application, its script, and the requests that it received, in order."""

    def __init__(self, script: Script | None = None, rules: Rules = answer) -> None:
        self.script = script or Script()
        self.rules = rules
        self.received: list[dict[str, Any]] = []
        self._seen: set[str] = set()
        self.app = FastAPI(title="Setright's model server: rules, no model", docs_url=None, redoc_url=None)
        self.app.add_api_route("/v1/models", self._models)
        self.app.add_api_route("/v1/chat/completions", self._complete, methods=["POST"])

    async def _models(self) -> dict[str, Any]:
        return {"object": "list", "data": [{"id": "rules", "object": "model", "owned_by": "setright"}]}

    async def _complete(self, request: Request) -> Response:
        try:
            asked = json.loads(await request.body())
            messages = asked["messages"]
        except (ValueError, TypeError, KeyError):
            return _error(400, "The body is no request for a chat completion.", "invalid_request_error")
        if not isinstance(messages, list) or not messages:
            return _error(400, "`messages` is an empty list, or none.", "invalid_request_error")
        self.received.append(asked)
        fault = self.script.next(purpose_of(asked))
        if (failed := await _failed(fault)) is not None:
            return failed
        return self._answered(asked, fault)

    def _answered(self, asked: Mapping[str, Any], fault: Fault) -> Response:
        calls, refusal = _with_fault(as_strings(self.rules(asked)), asked, fault)
        usage = usage_of(asked, calls, self._cached(asked))
        model = str(asked.get("model", "rules"))
        if not asked.get("stream"):
            return JSONResponse(whole(model, calls, usage, refusal))
        parts = list(pieces(model, calls, usage, refusal))
        if not (asked.get("stream_options") or {}).get("include_usage"):
            del parts[-2]
        return StreamingResponse(_streamed(parts, fault), media_type="text/event-stream")

    def _cached(self, asked: Mapping[str, Any]) -> int:
        """How many characters of the prompt were the beginning of an earlier one, as providers cache prefixes."""
        prefix = json.dumps([asked.get("tools"), asked["messages"][0]])
        is_known = prefix in self._seen
        self._seen.add(prefix)
        return len(prefix) if is_known else 0


def purpose_of(asked: Mapping[str, Any]) -> str | None:
    """What a request is for, as its tools tell."""
    names = [tool["function"]["name"] for tool in asked.get("tools") or []]
    return next((purpose for name, purpose in _PURPOSES.items() if name in names), None)


async def _failed(fault: Fault) -> Response | None:
    match fault.fault:
        case "rate_limited":
            return _error(429, "Too many requests.", "rate_limit_error", {"retry-after": f"{fault.seconds:g}"})
        case "server_error":
            return _error(500, "Something broke.", "server_error")
        case "bad_request":
            return _error(400, "This model takes no tools.", "invalid_request_error")
        case "timeout":
            await asyncio.sleep(fault.seconds)
            return _error(504, "Nobody answered.", "server_error")
        case _:
            return None


def _with_fault(  # noqa: PLR0911 - one return a fault
    calls: list[tuple[str, str]], asked: Mapping[str, Any], fault: Fault
) -> tuple[list[tuple[str, str]], str | None]:
    """The calls as the fault makes them, and a refusal."""
    first = calls[0] if calls else ("unknown", "{}")
    match fault.fault:
        case "truncated_json":
            return [(first[0], '{"wishes": [{"message": 1, "quo')], None
        case "unknown_tool":
            return [("drop_all_tables", '{"really": true}')], None
        case "many_calls":
            return [(first[0], '{"nonsense": 1}')] * _MANY, None
        case "same_call":
            name = [tool["function"]["name"] for tool in asked.get("tools") or [{"function": {"name": "unknown"}}]][-1]
            return [(name, "{}")], None
        case "refusal":
            return [], "I cannot help with that."
        case "empty":
            return [], None
        case "huge_arguments":
            return [(first[0], json.dumps({"text": "x" * _HUGE}))], None
        case _:
            return calls, None


async def _streamed(parts: Sequence[bytes], fault: Fault) -> AsyncIterator[bytes]:
    for number, part in enumerate(parts):
        if fault.fault == "slow_stream":
            await asyncio.sleep(fault.seconds)
        if fault.fault == "cut_stream" and number > len(parts) // 2:
            raise ConnectionResetError("as the script says")
        yield part


def _error(status: int, text: str, kind: str, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"error": {"message": text, "type": kind}}, status_code=status, headers=dict(headers or {}))
