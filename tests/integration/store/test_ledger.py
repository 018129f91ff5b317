"""How far an action has come: only the legal moves, each of them once."""

import contextlib
from itertools import product

import psycopg
import pytest

from domain.errors import Conflict, NotFound
from domain.ids import ActionId
from domain.money import Money
from store.claims import claim
from store.errors import StoreFault
from store.ledger import (
    LedgerRow,
    LedgerStatus,
    idempotency_key,
    mark_unknown,
    propose,
    read_action,
    reconcile,
    settle,
    ticket_actions,
)
from store.pools import Pools
from store.rows import Connection
from tests.integration.store.makers import NOW, crashing, intent, opened, refund

LEGAL = {
    ("proposed", "authorised"),
    ("proposed", "failed"),
    ("authorised", "claimed"),
    ("claimed", "claimed"),
    ("claimed", "succeeded"),
    ("claimed", "failed"),
    ("claimed", "unknown"),
    ("unknown", "reconciled"),
    ("unknown", "failed"),
    ("succeeded", "failed"),  # days later: it has not lasted
    ("reconciled", "failed"),
}
ROADS = {
    "proposed": ("proposed",),
    "authorised": ("proposed", "authorised"),
    "claimed": ("proposed", "authorised", "claimed"),
    "succeeded": ("proposed", "authorised", "claimed", "succeeded"),
    "failed": ("proposed", "authorised", "claimed", "failed"),
    "unknown": ("proposed", "authorised", "claimed", "unknown"),
    "reconciled": ("proposed", "authorised", "claimed", "unknown", "reconciled"),
}
MOVE = """
update setright.action_ledger
set status = %(status)s,
    generation = 1,
    idempotency_key = 'sr_1',
    claimed_at = %(at)s,
    settled_at = case when %(status)s in ('succeeded', 'failed', 'reconciled') then %(at)s::timestamptz end
"""


async def test_the_database_knows_every_legal_move_and_no_other(pools: Pools) -> None:
    """Of all 49 moves between two statuses, exactly the legal ones go through, even by hand-written SQL."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        await propose(conn, ref, intent(refund(ref)))
    went = set()
    for before, after in product(LedgerStatus, LedgerStatus):
        async with crashing(pools.operator(ref.tenant)) as conn:
            for status in ROADS[before][1:]:
                await conn.execute(MOVE, {"status": status, "at": NOW})
            with contextlib.suppress(psycopg.errors.CheckViolation):
                async with conn.transaction():
                    await conn.execute(MOVE, {"status": after, "at": NOW})
                went.add((before.value, after.value))
    assert went == LEGAL


@pytest.mark.parametrize("status", LedgerStatus)
async def test_a_customers_scope_moves_nothing(pools: Pools, status: LedgerStatus) -> None:
    """Of all the moves none is open to a scope that sees one customer alone; it reads."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        await propose(conn, ref, intent(refund(ref)))
        for road in ROADS[status][1:]:
            await conn.execute(MOVE, {"status": road, "at": NOW})
    for after in LedgerStatus:
        with pytest.raises(StoreFault) as caught:
            async with pools.customer(ref.tenant, ref.customer_id) as conn:
                await conn.execute(MOVE, {"status": after, "at": NOW})
        assert caught.value.facts["sqlstate"] == "42501"
    async with pools.customer(ref.tenant, ref.customer_id) as conn:
        assert [row.status for row in await ticket_actions(conn, ref.tenant, ref.ticket_id)] == [status]


async def test_no_row_begins_beyond_a_proposal(pools: Pools) -> None:
    """A row cannot be inserted as claimed or settled."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        await propose(conn, ref, intent(refund(ref)))
    with pytest.raises(StoreFault) as caught:
        async with pools.operator(ref.tenant) as conn:
            await conn.execute(
                "insert into setright.action_ledger (tenant, action_id, ticket_id, customer_id, action, business_key,"
                " proposal, args_sha256, args, status, policy_version, rules, proposed_at, generation, idempotency_key,"
                " claimed_at) select tenant, action_id || '1', ticket_id, customer_id, action, business_key || '1',"
                " proposal, args_sha256, args, 'claimed', policy_version, rules, proposed_at, 1, 'sr_1', proposed_at"
                " from setright.action_ledger"
            )
    assert caught.value.facts["constraint"] == "action_transitions"


async def put(conn: Connection, tenant: str, action_id: ActionId, step: str) -> LedgerRow:
    """Take one step through the store's functions."""
    match step:
        case "succeeded" | "failed":
            return await settle(conn, tenant, action_id, step, code=step, outcome={"ref": "re_1"}, at=NOW)
        case "unknown":
            return await mark_unknown(conn, tenant, action_id, code="timeout")
        case "found":
            return await reconcile(conn, tenant, action_id, "reconciled", code="found", outcome={}, at=NOW)
        case _:
            return await reconcile(conn, tenant, action_id, "failed", code="not_found", outcome={}, at=NOW)


STEPS = {
    ("succeeded",): "succeeded",
    ("failed",): "failed",
    ("unknown",): "unknown",
    ("unknown", "found"): "reconciled",
    ("unknown", "not_found"): "failed",
}


@pytest.mark.parametrize(("steps", "end"), STEPS.items(), ids=["-".join(steps) for steps in STEPS])
async def test_an_answer_is_written_once(pools: Pools, steps: tuple[str, ...], end: str) -> None:
    """Each step may be retried, which changes nothing; once settled, every other answer is refused."""
    ref = await opened(pools)
    action = refund(ref)
    async with pools.operator(ref.tenant) as conn:
        await claim(conn, ref, intent(action))
        for step in steps:
            row = await put(conn, ref.tenant, action.action_id, step)
            assert await put(conn, ref.tenant, action.action_id, step) == row
        assert row.status == end
        others = {"succeeded", "failed", "unknown", "found", "not_found"} - set(steps)
        if end == "unknown":
            others -= {"found", "not_found"}
        for other in others:
            with pytest.raises(Conflict):
                await put(conn, ref.tenant, action.action_id, other)
        assert await read_action(conn, ref.tenant, action.action_id) == row


async def test_a_row_tells_the_whole_story(pools: Pools) -> None:
    """What was asked, what was sent, under which key and policy, what came back and when."""
    ref = await opened(pools)
    action = refund(ref)
    async with pools.operator(ref.tenant) as conn:
        await claim(conn, ref, intent(action))
        await settle(conn, ref.tenant, action.action_id, "succeeded", code="succeeded", outcome={"ref": "re_1"}, at=NOW)
        [row] = await ticket_actions(conn, ref.tenant, ref.ticket_id)
    assert row.proposal == action
    assert row.args == {"payment": "pay-1", "amount": 5400}
    assert row.money == Money(amount=5400, currency="EUR")
    assert row.idempotency_key == idempotency_key(ref.tenant, row.action, row.business_key, 1)
    assert (row.outcome, row.code, row.attempts) == ({"ref": "re_1"}, "succeeded", 1)
    assert (row.proposed_at, row.claimed_at, row.settled_at) == (NOW, NOW, NOW)


async def test_a_proposal_that_came_to_nothing_frees_nothing_and_holds_nothing(pools: Pools) -> None:
    """A declined proposal ends as failed without ever having had a key; the intent's first key is still the first."""
    ref = await opened(pools)
    declined, later = refund(ref, 1), refund(ref, 2)
    async with pools.operator(ref.tenant) as conn:
        await propose(conn, ref, intent(declined))
        row = await settle(conn, ref.tenant, declined.action_id, "failed", code="declined", outcome={}, at=NOW)
        assert (row.generation, row.idempotency_key) == (None, None)
        await claim(conn, ref, intent(later))
        assert (await read_action(conn, ref.tenant, later.action_id)).generation == 1


async def test_unknown_actions_are_not_found(pools: Pools) -> None:
    """Reading and settling what is not there, or is another customer's, gives the same answer."""
    ref = await opened(pools, customer="c-2")
    action = refund(ref)
    async with pools.operator(ref.tenant) as conn:
        await claim(conn, ref, intent(action))
    async with pools.customer("meridian", "c-1") as conn:
        for action_id in (action.action_id, "T-00000000/a1"):
            with pytest.raises(NotFound, match="no such action"):
                await read_action(conn, "meridian", action_id)
    async with pools.operator("tidewater") as conn:
        with pytest.raises(NotFound, match="no such action"):
            await settle(conn, "tidewater", action.action_id, "failed", code="x", outcome={}, at=NOW)
