"""Serves the account over real HTTP on the loopback address, and breaks connections where a fault says so."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import uvicorn
from starlette.requests import Request
from typing_extensions import override
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from tests.support.stripe_server.app import Account, create_app
from tests.support.stripe_server.books import Books
from tests.support.stripe_server.webhooks import Webhooks

API_KEY = "sk_test_local"
#: 2026-11-23 09:30 UTC: what the account's clock shows at the start.
START = 1_795_426_200


@dataclass
class StripeServer:
    """A running account: its address, its books, its keys, its faults and its clock."""

    account: Account
    webhooks: Webhooks
    clock: "Clock"
    url: str = ""

    @property
    def books(self) -> Books:
        """The account's books."""
        return self.account.books


@dataclass
class Clock:
    """The account's time, in seconds; it stands still unless moved."""

    now: int = START

    def __call__(self) -> int:
        """What time it is."""
        return self.now

    def advance(self, *, hours: float) -> None:
        """Let time pass."""
        self.now += int(hours * 3600)


@dataclass
class _Lines:
    """The open connections by the port of their other end."""

    transports: dict[int, asyncio.Transport] = field(default_factory=dict)

    def drop(self, request: Request) -> None:
        """Break the connection that a request came over, as a cut cable does."""
        assert request.client is not None
        self.transports[request.client.port].abort()


@asynccontextmanager
async def stripe_server() -> AsyncIterator[StripeServer]:
    """Serve a fresh account while the block runs."""
    clock, lines = Clock(), _Lines()
    account = Account(API_KEY, Books(clock))

    class Droppable(H11Protocol):
        """Remembers each connection, so that it can be broken in the middle of a request."""

        @override
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            lines.transports[int(transport.get_extra_info("peername")[1])] = transport

    config = uvicorn.Config(create_app(account, lines.drop), log_config=None, access_log=False)
    config.load()
    state = ServerState()
    loop = asyncio.get_running_loop()
    # Without uvicorn's own server around the protocol: that one takes its time to start and to stop.
    server = await loop.create_server(lambda: Droppable(config, state, {}), "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        yield StripeServer(account, Webhooks(account.books), clock, f"http://127.0.0.1:{port}")
    finally:
        server.close()
        for transport in lines.transports.values():
            transport.abort()
        await asyncio.gather(*state.tasks, return_exceptions=True)
