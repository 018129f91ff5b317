"""What the HTTP side lets through: one host, no redirects, small answers, and no doubt about what may have happened."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from pydantic import JsonValue

from adapters.backends.declared.expression import NotEvaluated
from adapters.backends.http.caller import HttpCaller
from adapters.backends.http.declaration import HttpCall
from domain.errors import EffectUnknown, SetrightError, Unavailable
from tests.integration.adapters.backends.http.conftest import declared

SECRET = "Bearer a-very-secret-token"
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]


@asynccontextmanager
async def calling(answer: bytes | None, seen: list[bytes] | None = None) -> AsyncIterator[HttpCaller]:
    """A caller of a server that gives one raw answer to everybody; None hangs up without one."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        if seen is not None:
            seen.append(request)
        if answer is not None:
            writer.write(answer)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    declaration = declared().model_copy(update={"base_url": f"http://127.0.0.1:{port}/api", "max_answer_kib": 1})
    caller = HttpCaller(declaration, {"Authorization": SECRET})
    try:
        yield caller
    finally:
        await caller.aclose()
        server.close()
        await server.wait_closed()


def answered(status: str, body: bytes, *headers: str) -> bytes:
    """A raw answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


REFUND = HttpCall(post="/refunds", body={"cents": 1})
LOOK = HttpCall(get="/orders/{args.order.ref}?q={key}")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("200 OK", "done"),
        ("201 Created", "done"),
        ("404 Not Found", "absent"),
        ("400 Bad Request", "refused"),
        ("422 Unprocessable", "refused"),
        ("402 Payment Required", "refused"),
        ("302 Found", "unclear"),
        ("307 Temporary Redirect", "unclear"),
        ("408 Request Timeout", "unclear"),
        ("409 Conflict", "unclear"),
        ("500 Internal Server Error", "unclear"),
        ("503 Service Unavailable", "unclear"),
    ],
)
async def test_what_each_status_says(status: str, kind: str) -> None:
    """Refused means that certainly nothing happened; anything that may hide an effect is unclear."""
    async with calling(answered(status, b"{}", "Location: http://127.0.0.1:1/elsewhere")) as caller:
        assert (await caller.ask(REFUND, {}, "key")).kind == kind


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden", "429 Too Many Requests"])
async def test_not_let_in_is_unavailable(status: str) -> None:
    """The request was turned away at the door."""
    async with calling(answered(status, b"{}")) as caller:
        with pytest.raises(Unavailable):
            await caller.ask(REFUND, {}, "key")


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
        b"no http at all\r\n\r\n",
        answered("200 OK", b"<html>"),
        answered("200 OK", b'{"amount": NaN}'),
        answered("200 OK", b'"' + b"x" * 2048 + b'"'),
        answered("200 OK", b"[" * 900),
    ],
    ids=["hangs up", "cut off", "no http", "no json", "no number", "too large", "too deep"],
)
async def test_an_answer_that_cannot_be_used_is_doubt(answer: bytes | None) -> None:
    """It was sent: nobody can say that nothing happened."""
    async with calling(answer) as caller:
        with pytest.raises(EffectUnknown):
            await caller.ask(REFUND, {}, "key")


async def test_nobody_there_is_unavailable() -> None:
    """No connection: certainly nothing happened."""
    caller = HttpCaller(declared().model_copy(update={"base_url": "http://127.0.0.1:1"}), {})
    with pytest.raises(Unavailable):
        await caller.ask(REFUND, {}, "key")
    await caller.aclose()


async def test_a_slow_trickle_is_cut_off() -> None:
    """A byte now and then keeps no call open: the limit is for the whole exchange."""
    gone = asyncio.Event()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await asyncio.sleep(0.05)
        writer.close()
        gone.set()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    caller = HttpCaller(declared().model_copy(update={"base_url": base_url}), {})
    started = asyncio.get_running_loop().time()
    with pytest.raises(EffectUnknown):
        await caller.ask(REFUND, {}, "key")
    assert asyncio.get_running_loop().time() - started < 2
    await caller.aclose()
    await gone.wait()
    server.close()


async def test_what_is_sent() -> None:
    """The base path, the encoded values, the key and the secret, and nobody's but the declared host."""
    seen: list[bytes] = []
    variables = {"args": {"order": {"ref": "a/b?c#d e%2F"}}, "key": "k&x=1"}
    async with calling(answered("200 OK", b"{}"), seen) as caller:
        await caller.ask(LOOK, variables, "sr_key")
    request = seen[0].decode()
    assert request.startswith("GET /api/orders/a%2Fb%3Fc%23d%20e%252F?q=k%26x%3D1 HTTP/1.1\r\n")
    assert "Idempotency-Key: sr_key\r\n" in request
    assert f"Authorization: {SECRET}\r\n" in request


@pytest.mark.parametrize("ref", ["..", ".", ""])
async def test_no_value_leads_elsewhere(ref: str) -> None:
    """A path segment that means another place is not sent at all."""
    seen: list[bytes] = []
    async with calling(answered("200 OK", b"{}"), seen) as caller:
        with pytest.raises(NotEvaluated):
            await caller.ask(LOOK, {"args": {"order": {"ref": ref}}, "key": "k"})
    assert seen == []


async def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor is any other setting of the machine's."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    async with calling(answered("200 OK", b"{}")) as caller:
        assert (await caller.ask(REFUND, {}, "key")).kind == "done"


async def test_decimals_are_text() -> None:
    """No amount is ever a float."""
    async with calling(answered("200 OK", b'{"total": 12.10, "n": 3}')) as caller:
        body: JsonValue = (await caller.ask(REFUND, {})).body
        assert body == {"total": "12.10", "n": 3}


@pytest.mark.parametrize("answer", [None, answered("401 Unauthorized", b"{}"), answered("200 OK", b"<")])
async def test_no_secret_is_told(answer: bytes | None, caplog: pytest.LogCaptureFixture) -> None:
    """Neither an error, nor what it hides, nor a log line has the secret or the address in it."""
    caplog.set_level(logging.DEBUG)
    async with calling(answer) as caller:
        with pytest.raises(SetrightError) as failed:
            await caller.ask(LOOK, {"args": {"order": {"ref": "10042"}}, "key": "k"})
    told = f"{failed.value!r} {failed.value.facts} {failed.value.__cause__!r}"
    assert SECRET not in told + caplog.text
    assert "10042" not in told
