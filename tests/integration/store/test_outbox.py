"""The outbox: what a crash left behind is told later, by a role that sees no words."""

from datetime import timedelta

import pytest

from store.errors import StoreFault
from store.inbox import accept_message
from store.outbox import mark_delivered, mark_failed, undelivered
from store.pools import Pools
from tests.integration.store.makers import NOW, opened, says


async def test_what_was_delivered_is_not_told_again(pools: Pools) -> None:
    """Delivered rows go; failed attempts stay, with a count and a code."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        await accept_message(conn, ref, says("More"))
        await mark_delivered(conn, ref, "message", 1, NOW)
    async with pools.relay() as conn:
        await mark_failed(conn, ref, "message", 2, "unavailable")
        [nudge] = await undelivered(conn, 10, NOW)
        assert (nudge.ref, nudge.attempts) == (2, 1)
        await mark_delivered(conn, ref, "message", 2, NOW)
        await mark_delivered(conn, ref, "message", 2, NOW)
        assert await undelivered(conn, 10, NOW) == []


async def test_the_oldest_come_first_and_the_newest_wait(pools: Pools) -> None:
    """The relay leaves fresh rows to whoever made them, and takes only so many at once, over all tenants."""
    refs = [await opened(pools, tenant) for tenant in ("meridian", "tidewater", "meridian")]
    async with pools.operator("meridian") as conn:
        await accept_message(conn, refs[0], says("Later", at=NOW + timedelta(minutes=1)))
    async with pools.relay() as conn:
        assert [nudge.ticket for nudge in await undelivered(conn, 10, NOW)] == refs
        assert [nudge.ticket for nudge in await undelivered(conn, 2, NOW)] == refs[:2]
        assert await undelivered(conn, 10, NOW - timedelta(seconds=1)) == []


async def test_an_error_is_noted_by_its_code_alone(pools: Pools) -> None:
    """A text in place of a code is refused, since texts may hold a customer's words."""
    ref = await opened(pools)
    with pytest.raises(StoreFault):
        async with pools.relay() as conn:
            await mark_failed(conn, ref, "message", 1, "Could not send 'Where is my refund?'")


@pytest.mark.parametrize("table", ["tickets", "messages", "drafts", "events", "api_keys", "action_ledger"])
async def test_the_relay_reads_nothing_else(pools: Pools, table: str) -> None:
    """Whatever tenant the relay claims to be, no other table is open to it."""
    await opened(pools)
    query = f"select set_config('app.tenant', 'meridian', true); select * from setright.{table}"
    with pytest.raises(StoreFault) as caught:
        async with pools.relay() as conn:
            await conn.execute(query.encode())
    assert caught.value.facts["sqlstate"] == "42501"
