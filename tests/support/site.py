"""Another site: a server of its own on this machine that gives one page to whoever asks."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager


@asynccontextmanager
async def serving_page(page: Callable[[str], str], headers: Callable[[], dict[str, str]]) -> AsyncIterator[str]:
    """Serve while the block runs, and yield the site's origin; `page` makes the HTML for a path (`/?a=b`).

    A page that the browser itself makes up would not do: it belongs to no network, and may not call this machine.
    """

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
        body = page(asked).encode()
        told = {"Content-Type": "text/html", "Content-Length": str(len(body)), "Connection": "close", **headers()}
        lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        writer.write(f"HTTP/1.1 200 OK\r\n{lines}\r\n".encode() + body)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://localhost:{server.sockets[0].getsockname()[1]}"
