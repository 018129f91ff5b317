"""Recording events: once, in order, and never differently the second time."""

import asyncio

import pytest

from domain.errors import AuditBroken
from domain.event import GENESIS
from store.audit import verify_chain
from store.events import append_events, read_events
from store.heads import read_head
from store.pools import Pools
from tests.integration.store.makers import events, opened


async def test_events_are_chained_and_read_as_recorded(pools: Pools) -> None:
    """The hash of the last event comes from all before it, and what is read equals what was recorded."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        head = await append_events(conn, ref.tenant, ref.ticket_id, events(1, 2))
        head = await append_events(conn, ref.tenant, ref.ticket_id, events(3, 3))
        assert await read_events(conn, ref.tenant, ref.ticket_id) == events(1, 3)
        assert await read_events(conn, ref.tenant, ref.ticket_id, after=2) == events(3, 3)
    expected = GENESIS
    for event in events(1, 3):
        expected = event.digest(expected)
    assert head == expected


async def test_a_retried_append_changes_nothing(pools: Pools) -> None:
    """The same events again are the same, whether all or some of them were recorded."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        first = await append_events(conn, ref.tenant, ref.ticket_id, events(1, 3))
        before = await read_head(conn, ref.tenant)
        assert await append_events(conn, ref.tenant, ref.ticket_id, events(1, 3)) == first
        assert await read_head(conn, ref.tenant) == before
        await append_events(conn, ref.tenant, ref.ticket_id, events(2, 4))
        assert len(await read_events(conn, ref.tenant, ref.ticket_id)) == 4
        assert await verify_chain(conn, ref.tenant) == []


async def test_another_event_in_the_same_place_raises_the_alarm(pools: Pools) -> None:
    """A place that is taken by a different event is never overwritten or skipped."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        await append_events(conn, ref.tenant, ref.ticket_id, events(1, 2))
        with pytest.raises(AuditBroken):
            await append_events(conn, ref.tenant, ref.ticket_id, events(2, 3, note="other"))


@pytest.mark.parametrize("places", [(2, 2), (5, 6)], ids=["first is missing", "hole before"])
async def test_a_gap_raises_the_alarm(pools: Pools, places: tuple[int, int]) -> None:
    """Events cannot be recorded before those that happened earlier."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        if places[0] > 2:
            await append_events(conn, ref.tenant, ref.ticket_id, events(1, 3))
        with pytest.raises(AuditBroken):
            await append_events(conn, ref.tenant, ref.ticket_id, events(*places))
        with pytest.raises(AuditBroken):
            await append_events(conn, ref.tenant, ref.ticket_id, [*events(1, 1), *events(3, 3)])


async def test_two_attempts_at_once_record_one_history(pools: Pools) -> None:
    """An attempt that was given up and its successor append the same events at the same time."""
    ref = await opened(pools)

    async def append() -> str:
        async with pools.operator(ref.tenant) as conn:
            return await append_events(conn, ref.tenant, ref.ticket_id, events(1, 5))

    assert len(set(await asyncio.gather(*(append() for _ in range(6))))) == 1
    async with pools.operator(ref.tenant) as conn:
        head = await read_head(conn, ref.tenant)
        assert head is not None
        assert head.number == 1
        assert await verify_chain(conn, ref.tenant) == []


async def test_two_attempts_at_once_that_differ_raise_the_alarm(pools: Pools) -> None:
    """Of two different histories recorded at once, one stands and the other is reported."""
    ref = await opened(pools)

    async def append(note: str) -> str:
        async with pools.operator(ref.tenant) as conn:
            return await append_events(conn, ref.tenant, ref.ticket_id, events(1, 3, note=note))

    answers = await asyncio.gather(append("a"), append("b"), return_exceptions=True)
    assert [type(answer) for answer in answers if not isinstance(answer, str)] == [AuditBroken]


async def test_many_tickets_at_once_make_one_chain_per_tenant(pools: Pools) -> None:
    """The tenant's chain has a link for each batch, in one line, without gaps."""
    refs = [await opened(pools, tenant) for tenant in ("meridian", "tidewater") for _ in range(6)]

    async def append(number: int) -> None:
        ref = refs[number]
        for first in (1, 3):
            async with pools.operator(ref.tenant) as conn:
                await append_events(conn, ref.tenant, ref.ticket_id, events(first, first + 1))

    await asyncio.gather(*(append(number) for number in range(len(refs))))
    for tenant in ("meridian", "tidewater"):
        async with pools.operator(tenant) as conn:
            head = await read_head(conn, tenant)
            assert head is not None
            assert head.number == 12
            assert await verify_chain(conn, tenant) == []
