"""Sending the requests of a declared back end over HTTP: one host, no redirects, nothing sent twice, small answers.

Errors never quote an address, a header or an answer: those may hold secrets and personal data.
"""

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

import httpx2
from pydantic import JsonValue

from adapters.backends.declared.caller import Answer
from adapters.backends.declared.expression import NotEvaluated, Variables, fill, fill_all
from adapters.backends.http.declaration import HttpCall, HttpDeclaration
from domain.errors import EffectUnknown, Unavailable

#: Answered before anything was done: who we are, or how often we ask. Waiting, or a person, mends it.
_NOT_DONE = {401, 403, 429}
#: 408 and 409 (as "a request with this key is under way") say nothing of what may have been done.
_UNCLEAR = {408, 409}
_FIRST_ERROR, _FIRST_FAULT, _FIRST_REDIRECT = 400, 500, 300


class HttpCaller:
    """A `Caller`; `headers` hold the secrets already."""

    def __init__(self, declaration: HttpDeclaration, headers: Mapping[str, str]) -> None:
        self._base = declaration.base_url
        self._key_header = declaration.idempotency_header
        self._most = declaration.max_answer_kib * 1024
        self._seconds = declaration.timeout_ms / 1000
        # trust_env: neither a proxy nor a .netrc of this machine has a part in it.
        self._http = httpx2.AsyncClient(
            headers={"Accept": "application/json", **headers},
            timeout=httpx2.Timeout(self._seconds, connect=self._seconds / 2),
            follow_redirects=False,
            trust_env=False,
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    def check(self, call: HttpCall, variables: Variables) -> None:
        """Make the request without sending it. Raises NotEvaluated."""
        _made(call, variables)

    async def ask(self, call: HttpCall, variables: Variables, key: str | None = None) -> Answer:
        """Send one request; see the protocol for what it raises."""
        method, path, body = _made(call, variables)
        headers = {} if key is None else {self._key_header: key}
        content = None if body is None else json.dumps(body).encode()
        if content is not None:
            headers["Content-Type"] = "application/json"
        request = self._http.build_request(method, self._base + path, headers=headers, content=content)
        try:
            # The client's own limits are between two packets; this one is for the whole exchange.
            async with asyncio.timeout(self._seconds):
                status, text = await self._exchange(request)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout):
            raise Unavailable("The system of record cannot be reached.") from None
        except (httpx2.HTTPError, TimeoutError):
            raise EffectUnknown("The system of record did not answer.") from None
        return _answer(status, text)

    async def _exchange(self, request: httpx2.Request) -> tuple[int, bytes]:
        response = await self._http.send(request, stream=True)
        try:
            text = bytearray()
            async for part in response.aiter_bytes():
                text += part
                if len(text) > self._most:
                    raise EffectUnknown("The system of record's answer is too large.")
            return response.status_code, bytes(text)
        finally:
            await response.aclose()


def _made(call: HttpCall, variables: Variables) -> tuple[str, str, JsonValue]:
    """Method, path with query, and body."""
    method, template = call.request
    path = fill(template, variables, _encoded)
    # No values may make a segment that means another place.
    if any(unquote(segment) in {".", ".."} for segment in path.partition("?")[0].split("/")):
        raise NotEvaluated(template)
    return method, path, None if call.body is None else fill_all(call.body, variables)


def _encoded(value: str) -> str:
    if not value:  # `/orders/` may be the list of everybody's
        raise NotEvaluated("an empty value in a path")
    return quote(value, safe="")


def _answer(status: int, text: bytes) -> Answer:
    body = _parsed(text)
    if status in _NOT_DONE:
        raise Unavailable("The system of record does not let us in now.")
    if status == httpx2.codes.NOT_FOUND:
        return Answer(kind="absent", body=body)
    if status >= _FIRST_FAULT or status in _UNCLEAR or _FIRST_REDIRECT <= status < _FIRST_ERROR:
        return Answer(kind="unclear", body=body)
    if status >= _FIRST_ERROR:
        return Answer(kind="refused", body=body)
    if body is None and text:
        raise EffectUnknown("The system of record's answer is no JSON.")
    return Answer(kind="done", body=body)


def _parsed(text: bytes) -> Any:  # noqa: ANN401 - JSON
    """JSON, with decimals as the text they were written in, so that no amount is ever a float; None if it is none."""
    try:
        return json.loads(text, parse_float=str, parse_constant=_no_number)
    except (ValueError, RecursionError):
        return None


def _no_number(name: str) -> None:
    raise ValueError(name)
