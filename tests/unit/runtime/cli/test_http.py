"""Speaking HTTP with the API, against a small server that behaves badly on demand."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import pytest

from runtime.cli.client import ApiClient
from runtime.cli.errors import ApiFailed, CommandFailed, NoStack
from runtime.cli.exit_codes import ExitCode
from runtime.cli.http import Http

Answering = Callable[[httpx2.Request], httpx2.Response]


def client(answer: Answering) -> ApiClient:
    """The client, speaking to a function."""
    http = httpx2.AsyncClient(transport=httpx2.MockTransport(answer), base_url="http://test")
    return ApiClient(Http(http))


def refusing(status: int, body: dict[str, Any]) -> Answering:
    """A server that refuses everything."""
    return lambda _: httpx2.Response(status, json=body)


async def test_a_refusal_is_typed_and_tells_what_to_do() -> None:
    """The API's own words, its code, and the exit code that belongs to it."""
    with pytest.raises(ApiFailed) as refused:
        await client(refusing(404, {"error": "not_found", "detail": "There is no such ticket."})).ticket("T-1")
    assert (refused.value.code, refused.value.text, refused.value.exit_code) == (
        "not_found",
        "There is no such ticket.",
        ExitCode.not_found,
    )


async def test_wrong_fields_are_named() -> None:
    """What is wrong with which field is what to mend."""
    fields = [{"field": "body.text", "problem": "The text is empty."}]
    with pytest.raises(ApiFailed) as refused:
        await client(refusing(422, {"error": "invalid_input", "detail": "Mend it.", "fields": fields})).open_ticket({})
    assert refused.value.todo == "body.text: The text is empty."


@pytest.mark.parametrize(
    "response", [httpx2.Response(200, text="<html>"), httpx2.Response(502), httpx2.Response(200, json=[])]
)
async def test_another_program_on_the_port_is_recognised(response: httpx2.Response) -> None:
    """What is not the API is not mistaken for it."""
    with pytest.raises(CommandFailed, match="not Setright's API"):
        await client(lambda _: response).tickets({})


async def test_a_lost_answer_is_asked_for_again_under_the_same_key() -> None:
    """A POST that may or may not have arrived is sent once more; the key makes it one."""
    keys: list[str] = []

    def once_deaf(request: httpx2.Request) -> httpx2.Response:
        keys.append(request.headers["Idempotency-Key"])
        if len(keys) == 1:
            raise httpx2.ReadError("gone")
        return httpx2.Response(202, json={"ticket_id": "T-1"})

    assert await client(once_deaf).open_ticket({"text": "Hello"}) == {"ticket_id": "T-1"}
    assert len(keys) == 2
    assert len(set(keys)) == 1


async def test_two_posts_are_two() -> None:
    """The same words twice are two messages, unless the network stuttered."""
    keys: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        keys.append(request.headers["Idempotency-Key"])
        return httpx2.Response(202, json={})

    for _ in range(2):
        await client(answer).send_message("T-1", {"text": "Hello"})
    assert len(set(keys)) == 2


async def test_a_server_that_is_gone_is_no_stack() -> None:
    """Whoever reads this needs to start one."""

    def gone(_: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError("refused")

    with pytest.raises(NoStack):
        await client(gone).tickets({})


async def test_ids_cannot_change_the_path() -> None:
    """Whatever is typed as an id stays one part of the path."""
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.raw_path.decode())
        return httpx2.Response(200, json={})

    await client(answer).ticket("../approvals?x=1")
    await client(answer).approval("T-7H3K9QWZ/a1")
    assert asked == ["/v1/tickets/..%2Fapprovals%3Fx%3D1", "/v1/approvals/T-7H3K9QWZ%2Fa1"]


class Stream(httpx2.AsyncByteStream):
    """A response body that comes in pieces."""

    def __init__(self, *pieces: str) -> None:
        self._pieces = pieces

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Send them."""
        for piece in self._pieces:
            yield piece.encode()


async def test_events_are_read_as_they_come() -> None:
    """Heartbeats are passed over, data over several lines is one, and pieces may be cut anywhere."""
    event = {"ticket_id": "T-1", "seq": 3, "kind": "reply_sent", "at": "2026-03-02T09:00:00Z", "body": {}}
    text = ": heartbeat\n\nid: 3\nevent: reply_sent\ndata: " + json.dumps(event) + '\n\ndata: {"a":\ndata: 1}\n\n'
    stream = Stream(*(text[i : i + 7] for i in range(0, len(text), 7)))
    found = [event async for event in client(lambda _: httpx2.Response(200, stream=stream)).watch()]
    assert [(one.kind, one.data) for one in found] == [("reply_sent", event), ("message", {"a": 1})]


async def test_a_refused_stream_is_typed_too() -> None:
    """An unknown ticket cannot be watched."""
    events = client(refusing(404, {"error": "not_found", "detail": "There is no such ticket."})).watch("T-1")
    with pytest.raises(ApiFailed, match="no such ticket"):
        await anext(events)
