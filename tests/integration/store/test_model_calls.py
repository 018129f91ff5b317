"""The ledger of model calls: kept before they are made, counted truthfully, seen by their own tenant alone."""

from datetime import timedelta

import psycopg
import pytest

from domain.model_call import REST_SECONDS, CallBegun, CallEnded, CallOutcome, ModelBudget, Price, Tokens
from domain.ticket import TicketRef
from store.errors import StoreFault
from store.model_calls import CallKey, begin_call, end_call, is_model_resting, list_calls, spent_on, total_calls
from store.pools import Pools
from tests.integration.store.makers import NOW, opened

CALL = CallBegun(purpose="plan", provider="openai", model="any")


async def called(pools: Pools, ref: TicketRef, number: int, outcome: CallOutcome, micro: int | None = None) -> None:
    """One call that has ended."""
    price = Price(microdollars=micro, source="config") if micro is not None else Price()
    tokens = Tokens(input=100, cached_read=80, output=10)
    async with pools.operator(ref.tenant) as conn:
        call_id = await begin_call(conn, ref, key(number), CALL, NOW)
        await end_call(conn, ref.tenant, call_id, CallEnded(outcome=outcome, tokens=tokens, price=price, latency_ms=5))


def key(number: int, attempt: int = 1) -> CallKey:
    """The place of a call."""
    return CallKey(workflow_id="w", run_id="r", activity_id="7", attempt=attempt, number=number)


async def test_what_has_no_price_is_unknown_and_counts_as_a_call(pools: Pools) -> None:
    """Money is added up where it is known; a call whose end nobody saw is there too."""
    ref = await opened(pools)
    await called(pools, ref, 1, "answered", 1200)
    await called(pools, ref, 2, "unusable")
    async with pools.operator(ref.tenant) as conn:
        await begin_call(conn, ref, key(3), CALL, NOW)
        spent = await spent_on(conn, ref.tenant, ref.ticket_id)
        calls = await list_calls(conn, ref.tenant, ref.ticket_id)
        [total] = await total_calls(conn, ref.tenant, ticket_id=ref.ticket_id)
        assert await total_calls(conn, ref.tenant, since=(NOW + timedelta(days=1)).date()) == []
    assert (spent.calls, spent.microdollars, spent.unpriced) == (3, 1200, 2)
    assert [call.outcome for call in calls] == ["answered", "unusable", "begun"]
    assert calls[1].microdollars is None
    assert (total.calls, total.failed, total.cached_read, total.unpriced) == (3, 2, 160, 2)
    assert ModelBudget(calls=3).is_spent(spent)
    assert ModelBudget(calls=4, microdollars=1200).is_spent(spent)
    assert not ModelBudget(calls=4, microdollars=1201).is_spent(spent)


async def test_a_call_is_kept_once_and_an_unknown_price_is_never_a_number(
    pools: Pools, superuser: psycopg.AsyncConnection
) -> None:
    """The same place twice is refused, another attempt is not; a price without a source is refused."""
    ref = await opened(pools)
    await called(pools, ref, 1, "answered")
    with pytest.raises(StoreFault):
        await called(pools, ref, 1, "answered")
    async with pools.operator(ref.tenant) as conn:
        await begin_call(conn, ref, key(1, attempt=2), CALL, NOW)
    with pytest.raises(psycopg.errors.CheckViolation):
        await superuser.execute("update setright.model_calls set microdollars = 0")


async def test_another_tenant_sees_nothing(pools: Pools) -> None:
    """Row-level security holds for costs as well."""
    ref = await opened(pools)
    await called(pools, ref, 1, "answered", 5)
    async with pools.operator("tidewater") as conn:
        assert await list_calls(conn, ref.tenant, ref.ticket_id) == []
        assert (await spent_on(conn, ref.tenant, ref.ticket_id)).calls == 0


async def test_a_model_rests_after_five_failures_in_a_row_and_for_a_minute(pools: Pools) -> None:
    """One success ends the row; a minute later somebody tries again."""
    ref = await opened(pools)
    soon, later = NOW + timedelta(seconds=1), NOW + timedelta(seconds=REST_SECONDS)
    for number in range(1, 5):
        await called(pools, ref, number, "rate_limited")
    async with pools.operator(ref.tenant) as conn:
        assert not await is_model_resting(conn, ref.tenant, CALL, soon)
    await called(pools, ref, 5, "timed_out")
    async with pools.operator(ref.tenant) as conn:
        assert await is_model_resting(conn, ref.tenant, CALL, soon)
        assert not await is_model_resting(conn, ref.tenant, CALL, later)
        assert not await is_model_resting(conn, ref.tenant, CALL.model_copy(update={"model": "other"}), soon)
    await called(pools, ref, 6, "answered")
    async with pools.operator(ref.tenant) as conn:
        assert not await is_model_resting(conn, ref.tenant, CALL, soon)
