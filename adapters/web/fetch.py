"""Getting pages that somebody named: never from our own network, never more than a limit, never for long.

Every hop of a redirect is looked at like the first address. What is compressed is unpacked no further than the limit.
"""

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Self

import httpx2

from adapters.web.address import address_of
from domain.errors import InvalidInput
from domain.hook_url import check_url

SECONDS = 20.0  # for one page with all its redirects
MAX_REDIRECTS = 5
AGENT = "Setright"
_REFUSED = "This page cannot be read"


class FetchFailed(Exception):
    """The page did not come; `text` says why, `is_passing` whether it may come later."""

    def __init__(self, text: str, *, is_passing: bool = False) -> None:
        super().__init__(text)
        self.text = text
        self.is_passing = is_passing


@dataclass(frozen=True)
class Fetched:
    """An answer: its status, where it came from in the end, its headers, and its body."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    @property
    def media_type(self) -> str:
        """Such as `text/html`."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def charset(self) -> str | None:
        """The encoding that the header names."""
        name = self.headers.get("content-type", "").lower().partition("charset=")[2]
        return name.partition(";")[0].strip(" \"'") or None


class Fetcher:
    """A client for pages; `may_call_private` lets it reach this machine and its network, by http too."""

    def __init__(self, *, may_call_private: bool, most_bytes: int, seconds: float = SECONDS) -> None:
        self._may_call_private = may_call_private
        self._most_bytes = most_bytes
        self._seconds = seconds
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        # trust_env: a proxy would resolve the name again, on its own. No keep-alive: a kept connection was looked at
        # for another name.
        limits = httpx2.Limits(max_connections=8, max_keepalive_connections=0)
        client = httpx2.AsyncClient(trust_env=False, follow_redirects=False, limits=limits, timeout=self._seconds)
        self._http = await self._stack.enter_async_context(client)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def get(self, url: str, headers: Mapping[str, str] | None = None, *, host: str | None = None) -> Fetched:
        """Get a page, wherever its redirects lead; with `host`, only as long as they stay there. Raises FetchFailed."""
        try:
            async with asyncio.timeout(self._seconds):
                for _ in range(MAX_REDIRECTS + 1):
                    answer = await self._get(url, headers or {}, host)
                    if answer.status not in _REDIRECTS or "location" not in answer.headers:
                        return answer
                    url = str(httpx2.URL(url).join(answer.headers["location"]))
        except InvalidInput as refusal:
            raise FetchFailed(refusal.text) from None
        except (TimeoutError, httpx2.TimeoutException):
            raise FetchFailed("the server did not answer in time", is_passing=True) from None
        except (OSError, UnicodeError, httpx2.HTTPError, httpx2.InvalidURL, ValueError):
            raise FetchFailed("the server cannot be reached", is_passing=True) from None
        raise FetchFailed("it redirects in circles")

    async def _get(self, url: str, headers: Mapping[str, str], host: str | None) -> Fetched:
        check_url(url, may_call_loopback=False, may_call_private=self._may_call_private, what=_REFUSED)
        target = httpx2.URL(url)
        if host is not None and target.netloc.decode("ascii").lower() != host.lower():
            raise FetchFailed("it redirects to another host")
        address = await address_of(target, may_call_loopback=False, may_call_private=self._may_call_private)
        request = self._http.build_request(
            "GET",
            target.copy_with(host=address),
            headers={"User-Agent": AGENT, **headers, "Host": target.netloc.decode("ascii")},
            extensions={"sni_hostname": target.host},
        )
        response = await self._http.send(request, stream=True)
        try:
            body = bytearray()
            async for part in response.aiter_bytes(64 * 1024):
                body += part
                if len(body) > self._most_bytes:
                    raise FetchFailed(f"it is larger than {self._most_bytes // 1_000_000} MB")
            return Fetched(response.status_code, url, dict(response.headers), bytes(body))
        finally:
            await response.aclose()


_REDIRECTS = frozenset(
    {
        HTTPStatus.MOVED_PERMANENTLY,
        HTTPStatus.FOUND,
        HTTPStatus.SEE_OTHER,
        HTTPStatus.TEMPORARY_REDIRECT,
        HTTPStatus.PERMANENT_REDIRECT,
    }
)
