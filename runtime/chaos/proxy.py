"""A TCP proxy on the loopback address that can spoil the connections it carries.

Whoever connects through it sees a network that is cut, slow, torn or silent; both ends stay as they are.
"""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Literal

from runtime.embedded.ports import LOOPBACK

#: `cut`: none is accepted and those that stand are closed; `half_open`: they stand, and nothing comes through.
Mode = Literal["open", "cut", "half_open", "slow", "trickle"]

_CHUNK = 65_536
_SLOW_SECONDS = 0.3  # before each piece
_TRICKLE_BYTES = 64  # at a time …
_TRICKLE_SECONDS = 0.02  # … and the pause after them: 3 kB/s


class Proxy:
    """One address in front of a server on `target_port`."""

    def __init__(self, target_port: int) -> None:
        self._target_port = target_port
        self._mode: Mode = "open"
        self._is_open = asyncio.Event()
        self._is_open.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self.port = 0

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Proxy"]:
        """Carry connections for as long as the block lasts."""
        server = await asyncio.start_server(self._carry, LOOPBACK, 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.reset()

    def become(self, mode: Mode) -> None:
        """Treat connections so from now on; a cut closes those that stand."""
        self._mode = mode
        if mode == "half_open":
            self._is_open.clear()
        else:
            self._is_open.set()
        if mode == "cut":
            self.reset()

    def reset(self) -> None:
        """Tear every connection (RST, not FIN); new ones are as the mode says."""
        for writer in list(self._writers):
            sock = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._mode == "cut":
            writer.transport.abort()
            return
        try:
            there, back = await asyncio.open_connection(LOOPBACK, self._target_port)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        try:
            await asyncio.gather(self._pump(reader, back), self._pump(there, writer))
        finally:
            self._writers -= {writer, back}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(_CHUNK):
                await self._is_open.wait()
                await self._pass_on(data, writer)
        except (OSError, RuntimeError):  # torn, by either end or by us
            pass
        finally:
            writer.close()

    async def _pass_on(self, data: bytes, writer: asyncio.StreamWriter) -> None:
        step = _TRICKLE_BYTES if self._mode == "trickle" else len(data)
        for start in range(0, len(data), step):
            if self._mode == "slow":
                await asyncio.sleep(_SLOW_SECONDS)
            writer.write(data[start : start + step])
            await writer.drain()
            if self._mode == "trickle":
                await asyncio.sleep(_TRICKLE_SECONDS)
            elif step < len(data):  # the line is well again: the rest goes at once
                writer.write(data[start + step :])
                await writer.drain()
                return
