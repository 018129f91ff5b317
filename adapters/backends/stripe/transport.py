"""How the SDK reaches Stripe: asynchronously, with our own patience, and without ever trying twice by itself.

The SDK's own clients set no limit on connecting and hand bodies to their HTTP library in a way it has deprecated.
"""

import asyncio
from collections.abc import Awaitable, Mapping

import httpx2
import stripe
from typing_extensions import override


class Transport(stripe.HTTPClient):
    """An HTTP client for the SDK; `connect` and `answer` are seconds."""

    name = "httpx2"

    def __init__(self, connect: float, answer: float) -> None:
        super().__init__()
        self._http = httpx2.AsyncClient(
            timeout=httpx2.Timeout(answer, connect=connect), trust_env=False, follow_redirects=False
        )

    @override
    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: str | None = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """Send one request; raises stripe.APIConnectionError, caused by what the transport raised."""
        try:
            response = await self._http.request(method.upper(), url, headers=dict(headers), content=post_data)
        except httpx2.HTTPError as error:
            raise stripe.APIConnectionError("Stripe did not answer.") from error  # type: ignore[no-untyped-call]
        return response.content, response.status_code, response.headers

    @override
    def sleep_async(self, secs: float) -> Awaitable[None]:
        """Wait; the SDK asks for it between its own retries, of which there are none."""
        return asyncio.sleep(secs)

    @override
    async def close_async(self) -> None:
        """Close what is open."""
        await self._http.aclose()
