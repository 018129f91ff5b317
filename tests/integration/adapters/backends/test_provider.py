"""The payment provider's promises: one answer per key, whatever goes wrong, and books that tell what it really did."""

import asyncio
from datetime import date, timedelta

import pytest

from adapters.backends.shop.provider.errors import (
    KeyReused,
    ProviderBusy,
    ProviderFault,
    ProviderRefused,
    ProviderTimeout,
    ProviderUnreached,
)
from adapters.backends.shop.provider.records import RefundRecord
from domain.money import Money
from tests.integration.adapters.backends.till import NOW, Till

PART = Money(amount=1000, currency="EUR")


async def charge_of(till: Till, payment: str = "10045/1") -> str:
    """The provider's id of a payment: Dan's television, €1,299.00."""
    (row,) = await till.rows(
        "select charge from shop.payments where tenant = %(tenant)s and ref = %(ref)s", ref=payment
    )
    return str(row["charge"])


async def refund(till: Till, key: str, amount: Money = PART, payment: str = "10045/1") -> RefundRecord:
    """Refund a part of a payment."""
    charge = await charge_of(till, payment)
    return await till.provider.create_refund(till.tenant, charge, amount, {"ref": "r"}, key, NOW)


async def test_the_first_answer_is_given_again(till: Till) -> None:
    """The same key has one effect and one answer, and the log says so."""
    first = await refund(till, "k")
    assert await refund(till, "k") == first
    assert (first.status, first.expected_on) == ("succeeded", date(2026, 12, 2))
    assert await till.effects() == {"k": 1}
    calls = await till.rows("select result from provider.calls where tenant = %(tenant)s and key = 'k' order by id")
    assert [call["result"] for call in calls] == ["executed", "replayed"]


async def test_a_key_is_good_for_one_request(till: Till) -> None:
    """The same key with another amount does nothing."""
    await refund(till, "k")
    with pytest.raises(KeyReused):
        await refund(till, "k", Money(amount=1001, currency="EUR"))
    assert await till.effects() == {"k": 1}


async def test_500_is_an_answer_too(till: Till) -> None:
    """It is kept and repeated long after the fault is gone, and had no effect."""
    await till.inject("answer_500_forever")
    for _ in range(3):
        with pytest.raises(ProviderFault):
            await refund(till, "k")
    assert await till.effects() == {"k": 0}
    assert (await refund(till, "other")).status == "succeeded"


async def test_a_pruned_key_is_a_new_key(till: Till) -> None:
    """After a day the provider may have forgotten: the same request is carried out a second time."""
    first = await refund(till, "k")
    assert await till.provider.prune_keys(till.tenant, NOW + timedelta(days=1)) == 1
    assert (await refund(till, "k")).ref != first.ref
    assert await till.effects() == {"k": 2}


async def test_refusals_are_not_remembered(till: Till) -> None:
    """Too much, other money and unknown charges are refused; the key can then be used well."""
    with pytest.raises(ProviderRefused, match="over_paid"):
        await refund(till, "k", Money(amount=129901, currency="EUR"))
    with pytest.raises(ProviderRefused, match="wrong_currency"):
        await refund(till, "k", Money(amount=1, currency="USD"))
    with pytest.raises(ProviderRefused, match="no_such_charge"):
        await till.provider.create_refund(till.tenant, "ch_0", PART, {}, "k", NOW)
    assert (await refund(till, "k")).status == "succeeded"


async def test_no_more_comes_back_than_was_charged(till: Till) -> None:
    """Two refunds that fit one by one and not together: the second is refused."""
    await refund(till, "a", Money(amount=100000, currency="EUR"))
    with pytest.raises(ProviderRefused, match="over_paid"):
        await refund(till, "b", Money(amount=30000, currency="EUR"))


async def test_a_lost_answer_is_found_by_looking(till: Till) -> None:
    """Carried out, answer lost: the listing has it, with its metadata."""
    await till.inject("timeout_after_commit")
    with pytest.raises(ProviderTimeout):
        await refund(till, "k")
    (found,) = await till.provider.list_refunds(till.tenant, [await charge_of(till)])
    assert found.metadata == {"ref": "r"}
    assert await till.provider.retrieve_refund(till.tenant, found.ref) == found == await refund(till, "k")


async def test_what_never_arrived_had_no_effect(till: Till) -> None:
    """A connection that fails before the request leaves nothing behind, not even the key."""
    await till.inject("fail_before")
    with pytest.raises(ProviderUnreached):
        await refund(till, "k")
    assert await till.provider.list_refunds(till.tenant, [await charge_of(till)]) == []
    assert (await refund(till, "k")).status == "succeeded"


async def test_slow_work_goes_on_when_nobody_waits(till: Till) -> None:
    """The caller gives up; the effect comes all the same."""
    await till.inject("slow", delay_ms=1500)
    with till.impatient(), pytest.raises(ProviderTimeout):
        await refund(till, "k")
    assert await till.provider.list_refunds(till.tenant, [await charge_of(till)]) == []
    await till.provider.aclose()
    assert await till.effects() == {"k": 1}


async def test_requests_at_the_same_time_have_one_effect(till: Till) -> None:
    """Twenty with one key: each gets the answer or is told that another is under way."""
    results = await asyncio.gather(*(refund(till, "k") for _ in range(20)), return_exceptions=True)
    answers = [result for result in results if isinstance(result, RefundRecord)]
    assert len({answer.ref for answer in answers}) == 1
    assert all(isinstance(result, RefundRecord | ProviderBusy) for result in results)
    assert await till.effects() == {"k": 1}


@pytest.mark.parametrize(
    ("kind", "status", "failure"),
    [
        ("refuse_card_closed", "failed", "card_closed"),
        ("fail_transient", "failed", "transient"),
        ("pending", "pending", None),
    ],
)
async def test_refunds_can_end_in_every_way(till: Till, kind: str, status: str, failure: str | None) -> None:
    """As the fault says, once; then all is well again."""
    await till.inject(kind)  # type: ignore[arg-type]  # one of the kinds, by the list above
    answer = await refund(till, "a")
    assert (answer.status, answer.failure) == (status, failure)
    assert (await refund(till, "b")).status == "succeeded"


async def test_a_closed_card_takes_no_refund(till: Till) -> None:
    """Without any fault: Ben's card is closed at the provider."""
    answer = await refund(till, "k", PART, "10043/1")
    assert (answer.status, answer.failure, answer.expected_on) == ("failed", "card_closed", None)


async def test_a_pending_refund_ends_once(till: Till) -> None:
    """What the bank says later counts; what has ended stays so."""
    await till.inject("pending")
    answer = await refund(till, "k")
    assert await till.provider.settle_refund(till.tenant, answer.ref, "succeeded")
    assert not await till.provider.settle_refund(till.tenant, answer.ref, "failed", "transient")
    told = await till.provider.retrieve_refund(till.tenant, answer.ref)
    assert told is not None
    assert told.status == "succeeded"


async def test_charges_are_made_once_and_may_be_declined(till: Till) -> None:
    """The same rules as for refunds; a closed card declines."""
    first = await till.provider.create_charge(till.tenant, "cus_dan/1", PART, {"effect": "e"}, "k", NOW)
    assert await till.provider.create_charge(till.tenant, "cus_dan/1", PART, {"effect": "e"}, "k", NOW) == first
    assert await till.provider.list_charges(till.tenant, {"effect": "e"}) == [first]
    declined = await till.provider.create_charge(till.tenant, "cus_ben/1", PART, {}, "k2", NOW)
    assert (first.status, declined.status) == ("succeeded", "failed")
    with pytest.raises(ProviderRefused, match="no_such_method"):
        await till.provider.create_charge(till.tenant, "cus_dan/2", PART, {}, "k3", NOW)


async def test_tenants_are_separate_accounts(till: Till) -> None:
    """The same key and the same charge mean nothing in another account."""
    charge = await charge_of(till)
    await refund(till, "k")
    assert await till.provider.list_refunds(till.saas, [charge]) == []
    with pytest.raises(ProviderRefused, match="no_such_charge"):
        await till.provider.create_refund(till.saas, charge, PART, {}, "k", NOW)
