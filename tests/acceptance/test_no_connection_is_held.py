"""While a remote system takes its time, no database connection of ours waits for it."""

import asyncio

from psycopg import AsyncConnection

from adapters.backends.shop.provider.faults import inject
from domain.ticket import TicketStatus
from tests.acceptance.test_story_01_late_refund import LATE
from tests.support.harness import Harness

SLOW_MS = 3_000
#: Of the product's roles, not of the payment provider, which stands for somebody else's machine.
BUSY = """
select count(*) from pg_stat_activity
where datname = current_database()
    and usename in ('operator_scope', 'customer_scope', 'relay', 'auth')
    and xact_start < clock_timestamp() - interval '500 milliseconds'
"""
SENT = "select status = 'claimed' from setright.action_ledger where action = 'reissue_refund'"


async def test_a_slow_provider_holds_no_connection(shop: Harness, database_url: str) -> None:
    """Sampled all the while the refund is under way: no transaction is open, and no connection is checked out."""
    pool = shop.desk.pools._pools["operator_scope"]
    open_transactions, checked_out = [], []
    async with await AsyncConnection.connect(database_url, autocommit=True) as conn:
        await inject(conn, shop.tenant, "create_refund", "slow", delay_ms=SLOW_MS)
        ref = shop.ref("cus_ada")
        seq = await shop.accept(ref, LATE, is_new=True)
        await shop.nudge(ref, seq)
        was_sent = False
        while True:
            row = await (await conn.execute(SENT)).fetchone()
            is_sent = row is not None and bool(row[0])
            if was_sent and not is_sent:
                break
            was_sent = is_sent
            if is_sent:
                busy = await (await conn.execute(BUSY)).fetchone()
                stats = pool.get_stats()
                open_transactions.append(busy[0] if busy else 0)
                checked_out.append(stats["pool_size"] - stats["pool_available"])
            await asyncio.sleep(0.05)
    await shop.until(ref, TicketStatus.solved)
    assert len(open_transactions) >= SLOW_MS / 200
    assert sum(open_transactions) == 0
    assert sum(held > 0 for held in checked_out) <= len(checked_out) / 10  # the claim's end, the settlement's begin
