"""Hearing of new rows at once."""

import asyncio
from collections.abc import Mapping

import psycopg
import pytest

from domain.errors import Unavailable
from store.events import append_events
from store.listen import EVENTS_CHANNEL, OUTBOX_CHANNEL, listening
from store.outbox import undelivered
from store.pools import Pools
from store.roles import Role
from tests.integration.store.makers import NOW, crashing, events, opened


async def test_an_event_is_heard_when_it_is_committed(pools: Pools, dsns: Mapping[Role, str]) -> None:
    """Each event is named by tenant, ticket and place; what is rolled back is never heard of."""
    ref = await opened(pools)
    async with listening(dsns["operator_scope"], EVENTS_CHANNEL) as notices:
        async with crashing(pools.operator(ref.tenant)) as conn:
            await append_events(conn, ref.tenant, ref.ticket_id, events(1, 3))
        async with pools.operator(ref.tenant) as conn:
            await append_events(conn, ref.tenant, ref.ticket_id, events(1, 2))
        heard = [await anext(notices), await anext(notices)]
    assert heard == [f"{ref.tenant}|{ref.ticket_id}|{seq}" for seq in (1, 2)]


async def test_the_relay_hears_of_what_waits(pools: Pools, dsns: Mapping[Role, str]) -> None:
    """An outbox row is named by its id."""
    async with listening(dsns["relay"], OUTBOX_CHANNEL) as notices:
        await opened(pools)
        heard = await anext(notices)
    async with pools.relay() as conn:
        [nudge] = await undelivered(conn, 10, NOW)
    assert heard == str(nudge.id)


async def test_a_lost_connection_is_told(dsns: Mapping[Role, str], superuser: psycopg.AsyncConnection) -> None:
    """Whoever listens learns that they no longer do, so that they read the rows and listen again."""
    cut = "select pg_terminate_backend(pid) from pg_stat_activity where usename = 'relay'"

    async def listen() -> None:
        async with asyncio.timeout(10), listening(dsns["relay"], OUTBOX_CHANNEL) as notices:
            await superuser.execute(cut)
            await anext(notices)

    with pytest.raises(Unavailable):
        await listen()
