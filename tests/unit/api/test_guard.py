"""The outermost layer: whatever breaks is answered and logged without a word of what it was about."""

import json
from collections.abc import MutableMapping
from typing import Any

import structlog
from starlette.types import Receive, Scope, Send

from api.guard import Guard
from api.limits import MAX_BODY_BYTES, MAX_BODY_BYTES_WITH_FILES, TAKES_FILES

SECRET = "the customer's own words"
Messages = list[MutableMapping[str, Any]]


async def call(app: Any) -> Messages:  # noqa: ANN401 - any ASGI application
    """Call an application once."""
    sent: Messages = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    await app({"type": "http", "method": "GET", "path": "/v1/tickets", "headers": []}, receive, send)
    return sent


async def test_a_fault_tells_nothing() -> None:
    """An exception's text is neither in the answer nor in the log; the request's id is in both."""

    async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise ValueError(SECRET)

    with structlog.testing.capture_logs() as logged:
        start, body = await call(Guard(broken))

    answer = json.loads(body["body"])
    assert (start["status"], answer["error"]) == (500, "internal")
    assert dict(start["headers"])[b"x-request-id"].decode() == answer["request_id"]
    assert logged[0]["error"] == "ValueError"
    assert "test_guard.py" in logged[0]["where"][-1]
    assert SECRET not in str(logged) + str(answer)


async def test_a_broken_stream_stays_broken() -> None:
    """What breaks after it has begun is not made to look whole."""

    async def broken(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ValueError(SECRET)

    sent = await call(Guard(broken))

    assert [message["type"] for message in sent] == ["http.response.start"]


def test_files_come_in_where_words_do() -> None:
    """The larger limit holds where files are taken, and nowhere else."""
    assert MAX_BODY_BYTES_WITH_FILES > 5 * 1024 * 1024 * 4 / 3
    assert MAX_BODY_BYTES < MAX_BODY_BYTES_WITH_FILES
    for path in ("/v1/tickets", "/v1/tickets/T-7H3K9QWZ/messages", "/v1/tickets/T-7H3K9QWZ/reply"):
        assert TAKES_FILES.match(path)
    for path in ("/v1/tickets/T-7H3K9QWZ", "/v1/tickets/T-7H3K9QWZ/rating", "/v1/approvals/T-7H3K9QWZ/a1/decisions"):
        assert not TAKES_FILES.match(path)
