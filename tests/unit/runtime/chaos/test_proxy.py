"""The proxy really spoils what goes through it, and nothing when it is open."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from runtime.chaos.proxy import Proxy
from runtime.embedded.ports import LOOPBACK


@asynccontextmanager
async def before_an_echo() -> AsyncIterator[Proxy]:
    """A proxy in front of a server that says everything back."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(1000):
            writer.write(data)
        writer.close()

    server = await asyncio.start_server(echo, LOOPBACK, 0)
    try:
        async with Proxy(server.sockets[0].getsockname()[1]).running() as proxy:
            yield proxy
    finally:
        server.close()


async def said_back(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, words: bytes) -> bytes:
    """Say something and hear it."""
    writer.write(words)
    return await reader.readexactly(len(words))


async def test_an_open_proxy_changes_nothing() -> None:
    """Bytes in, the same bytes out."""
    async with before_an_echo() as proxy:
        reader, writer = await asyncio.open_connection(LOOPBACK, proxy.port)
        assert await said_back(reader, writer, b"hello" * 1000) == b"hello" * 1000
        writer.close()


async def test_a_cut_tears_what_stands_and_lets_nothing_in() -> None:
    """Old connections end, new ones end at once, and after it all is well."""
    async with before_an_echo() as proxy:
        reader, writer = await asyncio.open_connection(LOOPBACK, proxy.port)
        await said_back(reader, writer, b"a")
        proxy.become("cut")
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await said_back(reader, writer, b"b")
        reader, writer = await asyncio.open_connection(LOOPBACK, proxy.port)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await said_back(reader, writer, b"c")
        proxy.become("open")
        reader, writer = await asyncio.open_connection(LOOPBACK, proxy.port)
        assert await said_back(reader, writer, b"d") == b"d"
        writer.close()


async def test_a_half_open_line_is_silent_and_loses_nothing() -> None:
    """What was said is heard when the line is well again."""
    async with before_an_echo() as proxy:
        reader, writer = await asyncio.open_connection(LOOPBACK, proxy.port)
        proxy.become("half_open")
        hearing = asyncio.create_task(said_back(reader, writer, b"late"))
        await asyncio.sleep(0.3)
        assert not hearing.done()
        proxy.become("open")
        assert await asyncio.wait_for(hearing, 5) == b"late"
        writer.close()


@pytest.mark.parametrize("mode", ["slow", "trickle"])
async def test_a_slow_line_takes_its_time(mode: str) -> None:
    """The bytes come, later."""
    async with before_an_echo() as proxy:
        reader, writer = await asyncio.open_connection(LOOPBACK, proxy.port)
        proxy.become("slow" if mode == "slow" else "trickle")
        began = time.monotonic()
        assert await said_back(reader, writer, b"x" * 640) == b"x" * 640
        assert time.monotonic() - began > 0.1  # an open line takes a millisecond
        writer.close()
