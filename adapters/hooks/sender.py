"""Posting to an address that somebody gave us: never into our own network, never longer than a few seconds.

The name is resolved here, every address it has is looked at, and the connection goes to the very address that was
looked at: a name that resolves differently a moment later leads nowhere else. TLS is still checked against the name.
"""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from http import HTTPStatus
from typing import Self

import httpx2

from adapters.web.address import address_of
from domain.errors import InvalidInput
from domain.hook_url import check_url
from domain.ids import Label
from domain.model import Model

SECONDS = 10.0  # for one call, from the name's resolution to the answer's status


class Sent(Model):
    """What came of a call: the status that was answered, and our code for why that is not good."""

    status: int | None
    code: Label | None

    @property
    def is_delivered(self) -> bool:
        """Whether the receiver has taken it."""
        return self.code is None

    @property
    def is_gone(self) -> bool:
        """Whether the receiver wants nothing any more."""
        return self.status == HTTPStatus.GONE


class HookSender:
    """Posts to other systems; redirects are not followed and bodies of answers are not read."""

    def __init__(self, *, may_call_loopback: bool, seconds: float = SECONDS) -> None:
        self._may_call_loopback = may_call_loopback
        self._seconds = seconds
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        # trust_env: a proxy would resolve the name again, on its own.
        limits = httpx2.Limits(max_connections=32, max_keepalive_connections=0)
        client = httpx2.AsyncClient(trust_env=False, follow_redirects=False, limits=limits, timeout=self._seconds)
        self._http = await self._stack.enter_async_context(client)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def post(self, url: str, headers: Mapping[str, str], body: str) -> Sent:
        """Post a body and return what came of it; what goes wrong is told by a code and never raised."""
        try:
            check_url(url, may_call_loopback=self._may_call_loopback)
            async with asyncio.timeout(self._seconds):
                target = httpx2.URL(url)
                address = await address_of(target, may_call_loopback=self._may_call_loopback)
                status = await self._send(target, address, headers, body)
        except InvalidInput:
            return Sent(status=None, code="address_refused")
        except (TimeoutError, httpx2.TimeoutException):
            return Sent(status=None, code="timed_out")
        except (OSError, UnicodeError, httpx2.HTTPError, httpx2.InvalidURL):
            return Sent(status=None, code="unreachable")
        return Sent(status=status, code=None if HTTPStatus(200) <= status < HTTPStatus(300) else "refused")

    async def _send(self, target: httpx2.URL, address: str, headers: Mapping[str, str], body: str) -> int:
        host = target.netloc.decode("ascii")
        request = self._http.build_request(
            "POST",
            target.copy_with(host=address),
            content=body,
            headers={**headers, "Host": host, "Content-Type": "application/json", "User-Agent": "Setright"},
            extensions={"sni_hostname": target.host},
        )
        response = await self._http.send(request, stream=True)
        await response.aclose()
        return response.status_code
