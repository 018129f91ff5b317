"""Who plays the tickets of a run: one HTTP client, one note of what was sent, one pair of eyes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

import httpx2

from runtime.chaos.caller import Caller
from runtime.chaos.player import Player, Refused
from runtime.chaos.stack import Stack
from runtime.chaos.watch import TookTooLong, Watch

_TIMEOUT = httpx2.Timeout(20.0, connect=5.0)


@dataclass
class Driver:
    """The players of one run, and which of them did not get where they should."""

    stack: Stack
    seed: int
    caller: Caller
    watch: Watch
    unfinished: list[str] = field(default_factory=list)

    def player(self, number: int) -> Player:
        """The run's customer of that number, with dice of their own."""
        return Player(self.stack.customers[number], self.caller, self.watch, Random(f"{self.seed}/{number}"))

    async def tried(self, name: str, player: Player, play: Callable[[Player], Awaitable[None]]) -> None:
        """Play to the end, or note that it did not come to one: `verify` says whether that was wrong."""
        try:
            await play(player)
        except (TookTooLong, Refused) as error:
            self.unfinished.append(f"{name} {player.ticket_id}: {error}")


@asynccontextmanager
async def driving(stack: Stack, seed: int) -> AsyncIterator[Driver]:
    """Lend a driver for a running stack."""
    async with (
        httpx2.AsyncClient(base_url=stack.api_url, timeout=_TIMEOUT, trust_env=False) as http,
        Watch(stack.database).running() as watch,
    ):
        yield Driver(stack, seed, Caller(http, stack.keys, Random(f"{seed}/caller")), watch)
