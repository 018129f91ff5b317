"""How often somebody may call: limits per key and per tenant, and a cheap one on failed authentications per address.

What is left is told in the headers `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10), of the
limit that is nearest. Health and the description of the API are free.
"""

from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.buckets import Buckets, Rate, Taken
from api.errors import Refused, response_to
from domain.model import Model

_BURST_SECONDS = 20


class RateLimits(Model):
    """The rates of one process, in requests a second: far above what one shop sends, far below what stops the others.

    A burst is twenty seconds' worth.
    """

    per_key: int = 100
    per_tenant: int = 400
    failures: int = 5  # of one address


def burst_of(per_second: int) -> Rate:
    """The rate that goes with so many requests a second."""
    return Rate(per_second=per_second, burst=_BURST_SECONDS * per_second)


class RateLimiter:
    """Counts the requests of authenticated callers; sits behind the authentication, before anything is read."""

    def __init__(self, app: ASGIApp, *, limits: RateLimits, clock: Callable[[], float]) -> None:
        self._app = app
        self._keys = Buckets(burst_of(limits.per_key))
        self._tenants = Buckets(burst_of(limits.per_tenant))
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        principal = scope.get("state", {}).get("principal")
        if principal is None:
            await self._app(scope, receive, send)
            return
        now = self._clock()
        of_key = self._keys.take(principal.source, now)
        of_tenant = self._tenants.take(principal.tenant, now) if of_key.is_allowed else of_key
        is_keys = not of_key.is_allowed or (of_tenant.is_allowed and of_key.left <= of_tenant.left)
        name, buckets, nearest = ("key", self._keys, of_key) if is_keys else ("tenant", self._tenants, of_tenant)
        told = _headers(name, buckets.rate, nearest)

        async def send_told(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(told)
            await send(message)

        if nearest.is_allowed:
            await self._app(scope, receive, send_told)
        else:
            await response_to(too_many(nearest), scope)(scope, receive, send_told)


def too_many(taken: Taken) -> Refused:
    """The answer to one request too many."""
    return Refused(
        "too_many_requests",
        f"There were too many requests; send the next in {taken.retry_after} s.",
        headers={"Retry-After": str(taken.retry_after)},
    )


def address_of(scope: Scope) -> str:
    """Where a request comes from, as far as the server knows: behind a proxy, what a proxy on this machine says."""
    client = scope.get("client")
    return client[0] if client else ""


def _headers(name: str, rate: Rate, taken: Taken) -> dict[str, str]:
    window = max(1, round(rate.burst / rate.per_second))
    return {
        "RateLimit-Policy": f'"{name}";q={rate.burst};w={window}',
        "RateLimit": f'"{name}";r={taken.left};t={taken.full_after}',
    }
