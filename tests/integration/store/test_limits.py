"""What actions may cost together: caps and budgets, in the ledger's own transaction, whoever asks at the same time."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest

from domain.action import Cap
from domain.errors import OverBudget, OverPaid
from domain.money import Money
from domain.policy import Budgets
from domain.ticket import TicketRef
from store.claims import Claimed, ClaimResult, claim
from store.ledger import LedgerStatus, mark_unknown, reconcile, settle, ticket_actions
from store.pools import Pools
from store.watches import end_failed
from tests.integration.store.makers import NOW, intent, opened, refund

PAID = Cap(subject="order:10042/EUR", limit=Money(amount=10_000, currency="EUR"))


async def give_back(
    pools: Pools, ref: TicketRef, number: int, amount: int, currency: str = "EUR", **more: object
) -> ClaimResult:
    """Claim a refund of its own business key, the `number`-th action of a ticket."""
    wanted = {"amount": Money(amount=amount, currency=currency), "cap": PAID, **more}
    async with pools.operator(ref.tenant) as conn:
        return await claim(conn, ref, intent(refund(ref, number, amount), f"refund:{ref.ticket_id}:{number}", **wanted))


async def test_partial_refunds_up_to_the_last_cent(pools: Pools) -> None:
    """Two refunds and the last cent are fine; one cent more is refused on every ticket, and leaves no row."""
    ref, other = await opened(pools), await opened(pools)
    for number, amount in enumerate((6_000, 3_999, 1), 1):
        assert isinstance(await give_back(pools, ref, number, amount), Claimed)
    for ticket in (ref, other):
        with pytest.raises(OverPaid) as caught:
            await give_back(pools, ticket, 4, 1)
        assert caught.value.facts["left"] == 0
    async with pools.operator(ref.tenant) as conn:
        assert len(await ticket_actions(conn, ref.tenant, ref.ticket_id)) == 3
        assert await ticket_actions(conn, ref.tenant, other.ticket_id) == []


async def test_refunds_at_once_never_exceed_what_was_paid(pools: Pools) -> None:
    """Forty refunds at the same moment from forty tickets: exactly as many are claimed as were paid for."""
    refs = await asyncio.gather(*(opened(pools, customer=f"c-{number}") for number in range(40)))
    results = await asyncio.gather(
        *(give_back(pools, ref, 1, 700 + number) for number, ref in enumerate(refs)), return_exceptions=True
    )
    assert {type(result) for result in results} == {Claimed, OverPaid}
    claimed = sum(700 + number for number, result in enumerate(results) if isinstance(result, Claimed))
    assert 10_000 - 739 < claimed <= 10_000


async def test_other_subjects_and_currencies_are_counted_apart(pools: Pools) -> None:
    """A full order leaves another order, and the same one in another currency, untouched."""
    ref = await opened(pools)
    await give_back(pools, ref, 1, 10_000)
    other = Cap(subject="order:10043/EUR", limit=Money(amount=1, currency="EUR"))
    assert isinstance(await give_back(pools, ref, 2, 1, cap=other), Claimed)
    dollars = Cap(subject="order:10042/USD", limit=Money(amount=500, currency="USD"))
    assert isinstance(await give_back(pools, ref, 3, 500, "USD", cap=dollars), Claimed)
    with pytest.raises(OverPaid):  # an amount in other money than what was paid can never fit
        await give_back(pools, ref, 4, 1, "USD", cap=other)


async def test_another_tenants_order_of_the_same_number_is_another(pools: Pools) -> None:
    """Sums are taken within a tenant."""
    for tenant in ("meridian", "tidewater"):
        assert isinstance(await give_back(pools, await opened(pools, tenant), 1, 10_000), Claimed)


@pytest.mark.parametrize("end", ["succeeded", "unknown", "reconciled"])
async def test_what_took_effect_or_may_have_counts(pools: Pools, end: str) -> None:
    """A refund that nobody is sure of is counted as one that was made."""
    ref = await opened(pools)
    await give_back(pools, ref, 1, 10_000)
    async with pools.operator(ref.tenant) as conn:
        if end == "succeeded":
            await settle(conn, ref.tenant, f"{ref.ticket_id}/a1", "succeeded", code="succeeded", outcome={}, at=NOW)
        else:
            await mark_unknown(conn, ref.tenant, f"{ref.ticket_id}/a1", code="timeout")
        if end == "reconciled":
            await reconcile(conn, ref.tenant, f"{ref.ticket_id}/a1", "reconciled", code="found", outcome={}, at=NOW)
    with pytest.raises(OverPaid):
        await give_back(pools, ref, 2, 1)


async def test_what_failed_counts_no_more(pools: Pools) -> None:
    """After a refusal, and after a refund that came back days later, the money may be given back again."""
    ref = await opened(pools)
    budgets = Budgets(per_ticket={"EUR": 10_000})
    await give_back(pools, ref, 1, 10_000, budgets=budgets)
    async with pools.operator(ref.tenant) as conn:
        await settle(conn, ref.tenant, f"{ref.ticket_id}/a1", "failed", code="card_closed", outcome={}, at=NOW)
    await give_back(pools, ref, 2, 10_000, budgets=budgets)
    async with pools.operator(ref.tenant) as conn:
        await settle(conn, ref.tenant, f"{ref.ticket_id}/a2", "succeeded", code="pending", outcome={}, at=NOW)
        await end_failed(conn, ref.tenant, f"{ref.ticket_id}/a2", code="account_closed", at=NOW + timedelta(days=3))
    assert isinstance(await give_back(pools, ref, 3, 10_000, budgets=budgets), Claimed)
    async with pools.operator(ref.tenant) as conn:
        rows = await ticket_actions(conn, ref.tenant, ref.ticket_id)
    assert [row.status for row in rows] == [LedgerStatus.failed, LedgerStatus.failed, LedgerStatus.claimed]
    assert {row.subject for row in rows} == {PAID.subject}


@pytest.mark.parametrize(
    ("budget", "same_ticket", "same_customer", "is_refused"),
    [
        ("per_ticket", True, True, True),
        ("per_ticket", False, True, False),
        ("per_customer_day", False, True, True),
        ("per_customer_day", False, False, False),
        ("per_tenant_day", False, False, True),
    ],
)
async def test_budgets(pools: Pools, budget: str, same_ticket: bool, same_customer: bool, is_refused: bool) -> None:
    """Each budget counts what it is named after: the second amount is one cent too much for it, or is not counted."""
    budgets = Budgets.model_validate({budget: {"EUR": 5_000}})
    first = await opened(pools)
    second = first if same_ticket else await opened(pools, customer="c-1" if same_customer else "c-2")
    await give_back(pools, first, 1, 4_000, cap=None, budgets=budgets)
    fits = await give_back(pools, second, 2, 1_000, cap=None, budgets=budgets)
    assert isinstance(fits, Claimed)
    if is_refused:
        with pytest.raises(OverBudget) as caught:
            await give_back(pools, second, 3, 1, cap=None, budgets=budgets)
        assert caught.value.facts == {"budget": budget, "limit": 5_000}
    else:
        assert isinstance(await give_back(pools, second, 3, 4_000, cap=None, budgets=budgets), Claimed)


async def test_a_day_is_one_of_utc(pools: Pools) -> None:
    """At midnight UTC, and at no other place's midnight, the day's budget begins again."""
    budgets = Budgets(per_tenant_day={"EUR": 100})
    ref = await opened(pools)
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    before = midnight - timedelta(microseconds=1)
    await give_back(pools, ref, 1, 100, cap=None, budgets=budgets, at=before)
    elsewhere = before.astimezone(timezone(timedelta(hours=14)))
    with pytest.raises(OverBudget):
        await give_back(pools, ref, 2, 1, cap=None, budgets=budgets, at=elsewhere)
    assert isinstance(await give_back(pools, ref, 3, 100, cap=None, budgets=budgets, at=midnight), Claimed)


async def test_a_budget_that_lacks_a_currency_refuses_it(pools: Pools) -> None:
    """Unlimited is a budget that is left out; one that is there and names no dollars has no dollars."""
    ref = await opened(pools)
    budgets = Budgets(per_ticket={"EUR": 100})
    with pytest.raises(OverBudget) as caught:
        await give_back(pools, ref, 1, 1, "USD", cap=None, budgets=budgets)
    assert caught.value.facts["budget"] == "per_ticket"
    assert isinstance(await give_back(pools, ref, 2, 1, "USD", cap=None, budgets=Budgets()), Claimed)


async def test_what_costs_nothing_is_never_refused(pools: Pools) -> None:
    """An action without an amount, or of zero, needs no budget."""
    ref = await opened(pools)
    budgets = Budgets(per_tenant_day={"USD": 1})
    assert isinstance(await give_back(pools, ref, 1, 0, cap=None, budgets=budgets), Claimed)
    async with pools.operator(ref.tenant) as conn:
        free = intent(refund(ref, 2), "trace:1", amount=None, budgets=budgets)
        assert isinstance(await claim(conn, ref, free), Claimed)


async def test_budgets_hold_for_claims_at_once(pools: Pools) -> None:
    """Thirty claims of a third of the day's budget each, from thirty tickets: three are claimed."""
    refs = await asyncio.gather(*(opened(pools, customer=f"c-{number}") for number in range(30)))
    budgets = Budgets(per_tenant_day={"EUR": 3_000})
    results = await asyncio.gather(
        *(give_back(pools, ref, 1, 1_000, cap=None, budgets=budgets) for ref in refs), return_exceptions=True
    )
    assert sum(isinstance(result, Claimed) for result in results) == 3
    assert sum(isinstance(result, OverBudget) for result in results) == 27
