"""The outermost layer: a request id for every request, and an answer for whatever nobody foresaw.

It is plain ASGI, so that streams stay streams. An exception's text is neither answered nor logged: it may quote
anything.
"""

import secrets
import traceback
from pathlib import PurePath

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import response_to

_log = structlog.get_logger("api")


class Guard:
    """Gives each request its id and turns what escapes into a typed 500."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        is_started = False

        async def send_marked(message: Message) -> None:
            nonlocal is_started
            if message["type"] == "http.response.start":
                is_started = True
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                headers.setdefault("Cache-Control", "no-store")  # what is answered is about people
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._app(scope, receive, send_marked)
            except Exception as error:  # noqa: BLE001 - this is the place where what nobody foresaw gets its answer
                _log.error("request_broke", error=type(error).__name__, where=_where(error), path=scope["path"])
                if not is_started:
                    await response_to(error, scope)(scope, receive, send_marked)


def _where(error: Exception) -> list[str]:
    """The innermost places the error came through: files and lines, no values."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return [f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
