"""How much may be sent: a limit on the body of every request, before anything reads or parses it.

The framework's own limit answers in plain text; this one answers in the one shape of errors.
"""

import re

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import Refused, response_to
from domain.message import MAX_ATTACHMENT_BYTES
from domain.text import MAX_MESSAGE_CHARS

#: A character has 12 bytes at most: an emoji as JSON may escape it, or as a form does. Beside it, room for the rest.
MAX_BODY_BYTES = 12 * MAX_MESSAGE_CHARS + 100_000
#: Base64 takes four bytes for three.
MAX_BODY_BYTES_WITH_FILES = MAX_BODY_BYTES + 4 * (MAX_ATTACHMENT_BYTES // 3 + 1)
#: Where files come in.
TAKES_FILES = re.compile(r"^/v1/tickets(/[^/]+/(messages|follow-up|reply))?$")


class BodyLimit:
    """Refuses a body that is too large: by its declared length, or as soon as more has come in."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = MAX_BODY_BYTES_WITH_FILES if TAKES_FILES.match(scope["path"]) else MAX_BODY_BYTES
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared[:20]) > most:
            await response_to(_too_large(most), scope)(scope, receive, send)
            return
        received = 0

        async def receive_limited() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                raise _too_large(most)
            return message

        await self._app(scope, receive_limited, send)


def _too_large(most: int) -> Refused:
    return Refused(
        "too_large",
        f"The body is larger than {most} bytes. Send less, or send files one message at a time.",
        headers={"Connection": "close"},
    )
