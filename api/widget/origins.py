"""From which sites the widget may be used: browsers name theirs, and what is not on the tenant's list is refused.

No cookie is set or read, so a page of another origin can do nothing in anybody's name; the list keeps other sites from
putting up a shop's chat as their own, and from spending its tenant's rates.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import Refused, response_to
from api.widget.site import WidgetSite
from domain.ids import TenantId

_API = re.compile(r"^/widget/api/([^/]+)(/|$)")
_ALLOWED = {
    "Access-Control-Allow-Methods": "GET, POST",
    "Access-Control-Allow-Headers": (
        "Content-Type, Idempotency-Key, Last-Event-ID, X-Setright-Customer, X-Setright-Visitor"
    ),
    "Access-Control-Max-Age": "600",
}


class WidgetOrigins:
    """Answers preflights, lets the tenant's own sites read answers, and refuses other sites before anything is read."""

    def __init__(self, app: ASGIApp, *, sites: Mapping[TenantId, WidgetSite]) -> None:
        self._app = app
        self._sites = sites

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        found = _API.match(scope["path"]) if scope["type"] == "http" else None
        headers = Headers(scope=scope) if found else None
        if found is None or headers is None or (origin := headers.get("origin")) is None:
            await self._app(scope, receive, send)
            return
        if urlsplit(origin).netloc == headers.get("host"):
            await self._app(scope, receive, send)
            return
        site = self._sites.get(found[1])
        if site is None or origin not in site.origins:
            error = Refused(
                "forbidden", "This site may not embed the chat; name its origin under widget: in tenant.yaml."
            )
            await response_to(error, scope)(scope, receive, send)
            return
        shown = {"Access-Control-Allow-Origin": origin, "Access-Control-Expose-Headers": "Retry-After, X-Request-Id"}
        if scope["method"] == "OPTIONS":
            answer = Response(status_code=HTTPStatus.NO_CONTENT, headers={**shown, **_ALLOWED, "Vary": "Origin"})
            await answer(scope, receive, send)
            return

        async def send_shown(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = MutableHeaders(scope=message)
                told.update(shown)
                told.add_vary_header("Origin")
            await send(message)

        await self._app(scope, receive, send_shown)
