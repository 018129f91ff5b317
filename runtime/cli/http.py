"""Speaking HTTP with the API: every refusal becomes a typed error, and every POST can safely be sent again.

What may be asked for is `client.py`'s part.
"""

import json
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx2

from runtime.cli.errors import ApiFailed, CommandFailed, NoStack
from runtime.cli.exit_codes import ExitCode

_CONNECT_SECONDS = 5.0
_ANSWER_SECONDS = 30.0  # beyond what a request asks to wait for
_TRIES = 3  # a POST carries an idempotency key, so a lost answer is asked for again

#: One JSON object, as the API sent it.
Answer = dict[str, Any]
Query = Mapping[str, str | int | bool | list[str]]


@dataclass(frozen=True)
class ServerEvent:
    """One event of a stream."""

    kind: str
    data: Answer


class Http:
    """One tenant's API, with one key."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    @classmethod
    @asynccontextmanager
    async def open(cls, api_url: str, key: str) -> AsyncIterator["Http"]:
        """Connect for as long as the block lasts."""
        timeout = httpx2.Timeout(_ANSWER_SECONDS, connect=_CONNECT_SECONDS)
        headers = {"Authorization": f"Bearer {key}"}
        # trust_env: a proxy for the internet must not see what goes to this machine.
        async with httpx2.AsyncClient(base_url=api_url, headers=headers, timeout=timeout, trust_env=False) as http:
            yield cls(http)

    async def get(self, path: str, query: Query | None = None) -> Answer:
        """Read one thing; raises ApiFailed, NoStack."""
        return _checked(await self._send("GET", path, query=query))

    async def post(
        self,
        path: str,
        body: Mapping[str, object],
        *,
        wait: int = 0,
        headers: Mapping[str, str] | None = None,
        patience: int = 0,
    ) -> Answer:
        """Do one thing, once however often it is sent; `wait` seconds for its outcome; raises ApiFailed, NoStack.

        `patience` is how many seconds more than usual an answer may take.
        """
        query = {"wait": wait} if wait else None
        headers = {"Idempotency-Key": secrets.token_urlsafe(18), **(headers or {})}
        return _checked(
            await self._send("POST", path, query=query, body=body, headers=headers, patience=wait + patience)
        )

    async def patch(self, path: str, body: Mapping[str, object]) -> Answer:
        """Set something of one thing, which may be said twice; raises ApiFailed, NoStack."""
        return _checked(await self._send("PATCH", path, body=body))

    async def delete(self, path: str) -> Answer:
        """End one thing, which may be said twice; raises ApiFailed, NoStack."""
        return _checked(await self._send("DELETE", path))

    async def stream(self, path: str, query: Query | None = None) -> AsyncIterator[ServerEvent]:
        """Follow server-sent events until the server ends the stream; raises ApiFailed, NoStack."""
        headers = {"Accept": "text/event-stream"}
        forever = httpx2.Timeout(None, connect=_CONNECT_SECONDS)
        try:
            async with self._http.stream("GET", path, params=query, headers=headers, timeout=forever) as response:
                if response.status_code != httpx2.codes.OK:
                    await response.aread()
                    _checked(response)
                async for event in _events(response.aiter_lines()):
                    yield event
        except httpx2.TransportError as error:
            raise _unreachable(error) from error

    async def _send(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        patience: int = 0,
    ) -> httpx2.Response:
        timeout = httpx2.Timeout(_ANSWER_SECONDS + patience, connect=_CONNECT_SECONDS)
        for left in reversed(range(_TRIES)):
            try:
                return await self._http.request(method, path, params=query, json=body, headers=headers, timeout=timeout)
            except httpx2.TransportError as error:
                if left == 0:
                    raise _unreachable(error) from error
        raise AssertionError("the last try returns or raises")


def path_of(*parts: str) -> str:
    """Join parts to a path below /v1, whatever characters an id was typed with."""
    return "/v1/" + "/".join(quote(part, safe="") for part in parts)


async def _events(lines: AsyncIterator[str]) -> AsyncIterator[ServerEvent]:
    kind, data = "message", list[str]()
    async for line in lines:
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            kind = value
        elif name == "data":
            data.append(value)
        elif not line and data:
            yield ServerEvent(kind, json.loads("\n".join(data)))
            kind, data = "message", []


def _checked(response: httpx2.Response) -> Answer:
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        raise CommandFailed(
            f"What answers at {response.request.url} is not Setright's API (status {response.status_code}).",
            "Another program may have taken the port; see `setright doctor`.",
            ExitCode.unavailable,
        )
    if response.is_success:
        return answer
    fields = "; ".join(f"{field['field']}: {field['problem']}" for field in answer.get("fields") or ())
    text = str(answer.get("detail") or f"The API answered with status {response.status_code}.")
    raise ApiFailed(str(answer.get("error", "error")), text, fields, response.status_code)


def _unreachable(error: httpx2.TransportError) -> NoStack:
    if isinstance(error, httpx2.TimeoutException):
        return NoStack("The stack's API did not answer in time.")
    return NoStack("The stack's API does not answer: it is stopping, or was stopped.")
