"""Tampering with the record: every way of changing the past is found, even by somebody who may do everything."""

import json
from collections.abc import Sequence

import psycopg
import pytest
from psycopg.types.json import Jsonb

from domain.canonical import sha256_of
from domain.chain import ChainProblem, Head
from domain.event import GENESIS, TicketEvent
from store.audit import newest_heads, verify_chain
from store.errors import StoreFault
from store.events import append_events
from store.heads import append_head, read_head
from store.pools import Pools
from store.queries import load_queries
from tests.integration.store.makers import events, opened

FORGED = "f" * 64


async def record_two_tickets(pools: Pools) -> Head:
    """Record five events on each of two tickets, in two batches each, and keep the head."""
    refs = [await opened(pools), await opened(pools)]
    for first, last in ((1, 3), (4, 5)):
        for ref in refs:
            async with pools.operator(ref.tenant) as conn:
                await append_events(conn, ref.tenant, ref.ticket_id, events(first, last, of=ref.ticket_id))
    async with pools.operator("meridian") as conn:
        assert await verify_chain(conn, "meridian") == []
        head = await read_head(conn, "meridian")
    assert head is not None
    return head


FIRST = "ticket_id = (select min(ticket_id) from setright.events)"
FAULTS = {
    "an amount is changed": f"update setright.events set body = '{{\"turn\": 99}}' where {FIRST} and seq = 2",
    "a float slips in": f"update setright.events set body = '{{\"turn\": 2.5}}' where {FIRST} and seq = 2",
    "a time is changed": f"update setright.events set at = at + interval '1 microsecond' where {FIRST} and seq = 2",
    "a kind is changed": f"update setright.events set kind = 'rated' where {FIRST} and seq = 2",
    "a kind is made up": f"update setright.events set kind = 'nonsense' where {FIRST} and seq = 2",
    "a hash is forged": f"update setright.events set hash = '{FORGED}' where {FIRST} and seq = 2",
    "a predecessor is forged": f"update setright.events set prev_hash = '{FORGED}' where {FIRST} and seq = 2",
    "the first event goes": f"delete from setright.events where {FIRST} and seq = 1",
    "a middle event goes": f"delete from setright.events where {FIRST} and seq = 3",
    "the last event goes": f"delete from setright.events where {FIRST} and seq = 5",
    "a whole batch goes": f"delete from setright.events where {FIRST} and seq > 3",
    "a whole ticket goes": f"delete from setright.events where {FIRST}",
    "two events change places": f"update setright.events set seq = case seq when 2 then -3 else -2 end"
    f" where {FIRST} and seq in (2, 3); update setright.events set seq = -seq where seq < 0",
    "two tickets change places": "update setright.events as event set ticket_id = (select ticket_id from"
    " setright.tickets as other where other.ticket_id <> event.ticket_id)",
    "an event is added": "insert into setright.events select tenant, ticket_id, 6, kind, at, body, hash,"
    f" '{FORGED}' from setright.events where {FIRST} and seq = 5",
    "a head is changed": "update setright.tenant_heads set ticket_seq = 9 where number = 2",
    "a head is forged": f"update setright.tenant_heads set hash = '{FORGED}' where number = 2",
    "a head goes": "delete from setright.tenant_heads where number = 2",
    "all heads go": "delete from setright.tenant_heads",
}


async def checked_after(
    superuser: psycopg.AsyncConnection, *statements: str, kept: Head | None = None
) -> list[ChainProblem]:
    """What a check by the tenant's own role says after an intruder's statements, which are then undone."""
    async with superuser.transaction(force_rollback=True):
        await superuser.execute("set local session_replication_role = replica")  # no trigger stops them …
        await superuser.execute(  # … and no constraint
            "alter table setright.events drop constraint events_seq_check, drop constraint events_pkey cascade"
        )
        for statement in statements:
            await superuser.execute(statement.encode())
        await superuser.execute("set local role operator_scope; set local app.tenant = 'meridian'")
        return await verify_chain(superuser, "meridian", kept=() if kept is None else [kept])


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
async def test_a_changed_past_is_found(pools: Pools, superuser: psycopg.AsyncConnection, fault: str) -> None:
    """Each single change breaks the chain where it was made."""
    await record_two_tickets(pools)
    assert await checked_after(superuser) == []
    assert await checked_after(superuser, *fault.split("; "))


async def test_a_fault_is_named_by_ticket_and_place(pools: Pools, superuser: psycopg.AsyncConnection) -> None:
    """The report says which event of which ticket does not hold; the other ticket is clean."""
    await record_two_tickets(pools)
    rows = await superuser.execute("select distinct ticket_id from setright.events order by ticket_id")
    tampered, _clean = [ticket_id for (ticket_id,) in await rows.fetchall()]
    fault = f"update setright.events set body = '{{}}' where {FIRST} and seq = 2"
    [problem] = await checked_after(superuser, fault)
    assert (problem.ticket_id, problem.seq) == (tampered, 2)


async def hash_again(conn: psycopg.AsyncConnection, history: Sequence[TicketEvent], *, heads: bool) -> None:
    """Put another history in place of the first ticket's, soundly chained; with `heads`, in the tenant's chain too."""
    row = await (await conn.execute("select min(ticket_id) from setright.events")).fetchone()
    assert row is not None
    key = {"tenant": "meridian", "ticket_id": row[0]}
    await conn.execute("delete from setright.events where ticket_id = %s", [row[0]])
    previous = GENESIS
    for event in history:
        link = event.digest(previous)
        values = {**event.model_dump(), **key, "body": Jsonb(event.body), "prev_hash": previous, "hash": link}
        await conn.execute(load_queries("events")["insert_event"], values)
        previous = link
    if not heads:
        return
    newest = await conn.execute(
        "select distinct on (ticket_id) ticket_id, seq, hash from setright.events order by ticket_id, seq desc"
    )
    await conn.execute("delete from setright.tenant_heads")
    for ticket_id, seq, newest_hash in await newest.fetchall():
        await append_head(conn, "meridian", ticket_id, seq, newest_hash)


@pytest.mark.parametrize(
    ("history", "heads", "is_found"),
    [
        (events(1, 5, of="somebody"), False, True),
        ([*events(1, 2), *events(4, 5)], True, True),
        (events(1, 5, of="somebody"), True, False),
    ],
    ids=["only the ticket", "with a gap", "everything"],
)
async def test_a_forger_who_hashes_again_is_found(
    pools: Pools, superuser: psycopg.AsyncConnection, history: list[TicketEvent], heads: bool, is_found: bool
) -> None:
    """Whoever rewrites one chain is found by the other; whoever rewrites all, only by the head kept elsewhere."""
    kept = await record_two_tickets(pools)
    async with superuser.transaction(force_rollback=True):
        await superuser.execute("set local session_replication_role = replica")
        await hash_again(superuser, history, heads=heads)
        assert bool(await verify_chain(superuser, "meridian")) is is_found
        assert await verify_chain(superuser, "meridian", kept=[kept])


async def test_an_event_that_is_sound_in_itself_does_not_fit_the_next(
    pools: Pools, superuser: psycopg.AsyncConnection
) -> None:
    """An event in the middle, replaced together with its own hash, is found by its successor."""
    await record_two_tickets(pools)
    row = await (
        await superuser.execute(f"select hash from setright.events where {FIRST} and seq = 1".encode())
    ).fetchone()
    assert row is not None
    [forged] = events(2, 2, of="somebody")
    fault = (
        f"update setright.events set body = '{json.dumps(forged.body)}', hash = '{forged.digest(row[0])}'"
        f" where {FIRST} and seq = 2"
    )
    [problem] = await checked_after(superuser, fault)
    assert (problem.seq, problem.what) == (3, "it does not follow the event before it")


async def test_a_rewritten_end_is_found_by_the_head_kept_elsewhere(
    pools: Pools, superuser: psycopg.AsyncConnection
) -> None:
    """Whoever cuts the last batch off both chains leaves them sound; the head kept outside tells."""
    kept = await record_two_tickets(pools)
    fault = (
        "with gone as (delete from setright.tenant_heads where number = 4 returning ticket_id)"
        " delete from setright.events where seq > 3 and ticket_id in (select ticket_id from gone)"
    )
    assert await checked_after(superuser, fault) == []
    [problem] = await checked_after(superuser, fault, kept=kept)
    assert (problem.ticket_id, problem.seq) == (None, 4)


async def test_the_kept_head_stays_in_a_chain_that_goes_on(pools: Pools) -> None:
    """A head that was kept earlier is found again after more was recorded."""
    kept = await record_two_tickets(pools)
    ref = await opened(pools)
    async with pools.operator("meridian") as conn:
        await append_events(conn, "meridian", ref.ticket_id, events(1, 1))
        assert await verify_chain(conn, "meridian", kept=[kept]) == []
        forged = kept.model_copy(update={"hash": sha256_of("forged")})
        assert len(await verify_chain(conn, "meridian", kept=[forged])) == 1


async def test_the_relay_sees_every_tenants_newest_link_and_no_more(pools: Pools) -> None:
    """Whoever keeps the heads reads one number and digest per tenant; what they are about stays hidden."""
    for tenant in ("auroral", "meridian", "zenith"):
        ref = await opened(pools, tenant)
        for first in (1, 3):
            async with pools.operator(tenant) as conn:
                await append_events(conn, tenant, ref.ticket_id, events(first, first + 1))
    expected = {}
    for tenant in ("auroral", "meridian", "zenith"):
        async with pools.operator(tenant) as conn:
            expected[tenant] = await read_head(conn, tenant)
    async with pools.relay() as conn:
        found = {head.tenant: Head(number=head.number, hash=head.hash) for head in await newest_heads(conn)}
    assert found == expected
    with pytest.raises(StoreFault):
        async with pools.relay() as conn:
            await conn.execute("select ticket_id from setright.tenant_heads")
    with pytest.raises(StoreFault):
        async with pools.relay() as conn:
            await conn.execute("select * from setright.events")
