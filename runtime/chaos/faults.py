"""What is done to a stack: each fault by name, with how long it lasts; everything is well again when it returns."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from random import Random

import psycopg
from psycopg import AsyncConnection

from adapters.backends.shop.generate.load import SHOP as TENANT
from adapters.backends.shop.provider.faults import FaultKind, clear, inject
from adapters.backends.shop.provider.server import SQL
from domain.points import POINTS
from runtime.chaos.process import Kept
from runtime.chaos.proxy import Mode, Proxy
from runtime.chaos.stack import Stack

Fault = Callable[[Stack, Random], Awaitable[None]]

#: How long a process that was armed may take to come by its point under load.
_POINT_SECONDS = 12.0


async def kill_worker(stack: Stack, random: Random) -> None:  # noqa: ARG001 - every fault takes the same
    """SIGKILL; it is started again at once."""
    stack.worker.kill()
    await stack.worker.up()


async def kill_api(stack: Stack, random: Random) -> None:  # noqa: ARG001
    """SIGKILL to the API and the relay in it."""
    stack.api.kill()
    await stack.api.up()


async def kill_temporal(stack: Stack, random: Random) -> None:
    """SIGKILL to the server; it is started again on the same file."""
    await stack.kill_server(stack.temporal, random.uniform(0, 2))


async def kill_postgres(stack: Stack, random: Random) -> None:
    """SIGKILL to the postmaster; it recovers from its log."""
    await stack.kill_server(stack.postgres, random.uniform(0, 1))


async def crash_worker(stack: Stack, random: Random) -> None:
    """The worker starts anew and kills itself at a point; one that nothing reaches is not waited for."""
    await _crash(stack.worker, random)


async def crash_api(stack: Stack, random: Random) -> None:
    """The same for the API and its relay."""
    await _crash(stack.api, random)


async def _crash(process: Kept, random: Random) -> None:
    points = sorted(point for point, name in POINTS.items() if name == process.name)
    new = [point for point in points if point not in process.crash_points]
    before = len(process.crash_points)
    await process.rearm(f"{random.choice(new or points)}:{random.randint(1, 2)}")
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_POINT_SECONDS):
            while len(process.crash_points) == before:
                await asyncio.sleep(0.1)
    await process.up()


def _spoiled(proxy: Callable[[Stack], Proxy], mode: Mode, least: float, most: float) -> Fault:
    async def fault(stack: Stack, random: Random) -> None:
        proxy(stack).become(mode)
        try:
            await asyncio.sleep(random.uniform(least, most))
        finally:
            proxy(stack).become("open")
        if mode == "half_open":
            proxy(stack).reset()  # a peer that was silent for so long is given up

    return fault


def _torn(proxy: Callable[[Stack], Proxy]) -> Fault:
    async def fault(stack: Stack, random: Random) -> None:
        for _ in range(random.randint(1, 5)):
            proxy(stack).reset()
            await asyncio.sleep(random.uniform(0.1, 0.6))

    return fault


def _provider(kind: FaultKind, most: int, delay_ms: int = 0) -> Fault:
    async def fault(stack: Stack, random: Random) -> None:
        async with await AsyncConnection.connect(stack.database, autocommit=True) as conn:
            await inject(conn, TENANT, "create_refund", kind, random.randint(1, most), delay_ms)
        await asyncio.sleep(random.uniform(1, 3))

    return fault


async def prune_keys(stack: Stack, random: Random) -> None:  # noqa: ARG001
    """The provider forgets every key, as it may after a day."""
    async with await AsyncConnection.connect(stack.database, autocommit=True) as conn:
        await conn.execute(SQL["prune_keys"], {"tenant": TENANT, "before": datetime.now(UTC)})


def _postgres(stack: Stack) -> Proxy:
    return stack.postgres_proxy


def _temporal(stack: Stack) -> Proxy:
    return stack.temporal_proxy


#: By name; `fill_disk` is added where the run's disk can be made small.
FAULTS: dict[str, Fault] = {
    "kill_worker": kill_worker,
    "crash_worker": crash_worker,
    "crash_api": crash_api,
    "kill_api": kill_api,
    "kill_temporal": kill_temporal,
    "kill_postgres": kill_postgres,
    "cut_postgres": _spoiled(_postgres, "cut", 1, 6),
    "slow_postgres": _spoiled(_postgres, "slow", 2, 6),
    "half_open_postgres": _spoiled(_postgres, "half_open", 2, 8),
    "trickle_postgres": _spoiled(_postgres, "trickle", 2, 5),
    "tear_postgres": _torn(_postgres),
    "cut_temporal": _spoiled(_temporal, "cut", 1, 8),
    "slow_temporal": _spoiled(_temporal, "slow", 2, 6),
    "half_open_temporal": _spoiled(_temporal, "half_open", 2, 8),
    "trickle_temporal": _spoiled(_temporal, "trickle", 2, 5),
    "tear_temporal": _torn(_temporal),
    "provider_answer_lost": _provider("timeout_after_commit", 3),
    "provider_500_forever": _provider("answer_500_forever", 1),
    "provider_slow": _provider("slow", 3, 2500),
    "provider_unreached": _provider("fail_before", 4),
    "provider_prunes_keys": prune_keys,
}


@asynccontextmanager
async def all_well_afterwards(stack: Stack) -> AsyncIterator[None]:
    """Take back, at the end, whatever a fault may have left in place."""
    try:
        yield
    finally:
        for proxy in (stack.postgres_proxy, stack.temporal_proxy):
            proxy.become("open")
        with contextlib.suppress(psycopg.Error, OSError):
            async with await AsyncConnection.connect(stack.database, autocommit=True) as conn:
                await clear(conn, TENANT)
