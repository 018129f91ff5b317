"""Calling the tools of an MCP server: one call, one answer, and doubt wherever the answer does not come.

What a tool answers is data for declared expressions; nothing in it is an instruction to anybody.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from anyio import BrokenResourceError, ClosedResourceError
from mcp import MCPError
from mcp_types import CONNECTION_CLOSED, CallToolResult, TextContent, ToolAnnotations
from pydantic import JsonValue

from adapters.backends.declared.caller import Answer
from adapters.backends.declared.expression import Variables, fill_all
from adapters.backends.mcp.declaration import McpDeclaration, ToolCall
from adapters.backends.mcp.session import Session
from domain.errors import EffectUnknown, Unavailable

_MOST_CHARACTERS = 1024 * 1024


class McpCaller:
    """A `Caller`; `env` and `headers` hold the secrets already."""

    def __init__(self, declaration: McpDeclaration, env: Mapping[str, str], headers: Mapping[str, str]) -> None:
        self._seconds = declaration.timeout_ms / 1000
        self._session = Session(declaration.server, env, headers, self._seconds)

    async def aclose(self) -> None:
        """End the session, and the server's process where we started it."""
        await self._session.aclose()

    async def hints(self) -> dict[str, str]:
        """What each tool says of itself, for people to read. Raises Unavailable."""
        tools = (await self._session.client()).tools
        return {name: _hint(tool.annotations) for name, tool in tools.items()}

    def check(self, call: ToolCall, variables: Variables) -> None:
        """Make the arguments without calling the tool. Raises NotEvaluated."""
        _made(call, variables)

    async def ask(self, call: ToolCall, variables: Variables, key: str | None = None) -> Answer:
        """Call one tool; see the protocol for what it raises. `key` reaches it only as one of its arguments."""
        del key
        arguments = _made(call, variables)
        client = await self._session.client()
        if call.tool not in client.tools:
            raise Unavailable("The MCP server has no tool of the name that the back end's file says.")
        try:
            async with asyncio.timeout(self._seconds + 1):  # the session's own limit comes first
                result = await client.mcp.call_tool(call.tool, arguments, read_timeout_seconds=self._seconds)
        except MCPError as error:
            if error.code == CONNECTION_CLOSED:
                self._session.drop(client)
            raise EffectUnknown("The MCP server did not answer.") from None
        except TimeoutError:
            raise EffectUnknown("The MCP server did not answer.") from None
        except (BrokenResourceError, ClosedResourceError, OSError):
            self._session.drop(client)
            raise EffectUnknown("The MCP server went away.") from None
        return _answer(result)


def _hint(said: ToolAnnotations | None) -> str:
    hints = {
        "read-only": said and said.read_only_hint,
        "destructive": said and said.destructive_hint,
        "idempotent": said and said.idempotent_hint,
    }
    return ", ".join(name for name, is_claimed in hints.items() if is_claimed) or "no hints"


def _made(call: ToolCall, variables: Variables) -> dict[str, Any]:
    return {name: fill_all(template, variables) for name, template in call.args.items()}


def _answer(result: CallToolResult) -> Answer:
    """A tool's error says that it failed, not that nothing happened: only a declared refusal makes that of it."""
    body: JsonValue = result.structured_content
    if body is None:
        text = "\n".join(part.text for part in result.content if isinstance(part, TextContent))
        body = _parsed(text[:_MOST_CHARACTERS])
    return Answer(kind="unclear" if result.is_error else "done", body=body)


def _parsed(text: str) -> JsonValue:
    """JSON with decimals as text, as in HTTP answers; what is none is `{"text": …}`."""
    try:
        return dict(value) if isinstance(value := json.loads(text, parse_float=str), dict) else {"result": value}
    except (ValueError, RecursionError):
        return {"text": text}
