"""Money going back: once, never too much, and found again whatever the provider answered."""

import asyncio
from datetime import timedelta

import pytest

from adapters.backends.port import BackendOutcome, Prepared
from adapters.backends.shop.provider.client import PaymentProvider
from domain.customer import Payment, Refund
from domain.errors import ActionRefused, Conflict, EffectUnknown, SetrightError, Unavailable
from domain.money import Money
from domain.ticket import IdentityLevel
from tests.integration.adapters.backends.till import NOW, Till, choice, euros, one


async def ada_wants_it_again(till: Till) -> Prepared:
    """Ada's failed refund of €89.00, to be sent again."""
    order = await till.order("cus_ada", "10042")
    return await till.prepare("cus_ada", "reissue_refund", refund=one(order.refunds[-1].handle))


async def dan_wants(till: Till, amount: int, reason: str = "damaged") -> Prepared:
    """A part of what Dan paid for his television."""
    payment = (await till.order("cus_dan", "10045")).payments[0].handle
    return await till.prepare(
        "cus_dan", "issue_refund", payment=one(payment), amount=euros(amount), reason=choice(reason)
    )


async def refunds_of(till: Till, customer: str, number: str) -> list[Refund]:
    """The refunds of an order now."""
    return list((await till.order(customer, number)).refunds)


async def payment_of(till: Till, customer: str, number: str) -> Payment:
    """The first payment of an order now."""
    return (await till.order(customer, number)).payments[0]


async def test_a_failed_refund_is_sent_again(till: Till) -> None:
    """The new one is there, the old one names it, and both the shop and the provider show it."""
    prepared = await ada_wants_it_again(till)
    outcome = await till.perform("cus_ada", prepared)
    assert (outcome.status, outcome.code, outcome.ref) == ("succeeded", "succeeded", "10042/2")
    assert outcome.amount == Money(amount=8900, currency="EUR")
    assert outcome.facts["method_label"] == "Visa ending 4242"
    assert outcome.facts["expected_on"] == "2026-12-02"
    assert await till.is_shown("cus_ada", prepared, outcome)
    old, new = await refunds_of(till, "cus_ada", "10042")
    assert old.reissued_as == new.handle
    assert (new.status, new.amount, new.reason, new.line) == ("succeeded", old.amount, "returned", old.line)
    assert (await payment_of(till, "cus_ada", "10042")).refundable.amount == 0


async def test_the_same_key_does_nothing_twice(till: Till) -> None:
    """Neither again nor a hundred times at once; everybody gets the same answer or is told to look."""
    prepared = await ada_wants_it_again(till)

    async def once_more() -> BackendOutcome | SetrightError:
        try:
            return await till.perform("cus_ada", prepared)
        except (EffectUnknown, Unavailable) as error:
            return error

    results = await asyncio.gather(*(once_more() for _ in range(100)))
    outcomes = [result for result in results if isinstance(result, BackendOutcome)]
    assert outcomes
    assert all(outcome == outcomes[0] for outcome in outcomes)
    assert await till.perform("cus_ada", prepared) == outcomes[0]
    assert await till.effects() == {"key-1:refund:10042/2": 1}
    assert len(await refunds_of(till, "cus_ada", "10042")) == 2


async def test_another_key_does_not_send_it_again_either(till: Till) -> None:
    """Prepared twice before either was carried out: the second finds it done."""
    first, second = await ada_wants_it_again(till), await ada_wants_it_again(till)
    await till.perform("cus_ada", first, "key-1")
    outcome = await till.perform("cus_ada", second, "key-2")
    assert (outcome.status, outcome.code) == ("failed", "already_reissued")
    assert sum((await till.effects()).values()) == 1


async def test_a_refund_that_fails_again_can_be_sent_again(till: Till) -> None:
    """The failed attempt is the refund to send again now, with a business key of its own."""
    await till.inject("fail_transient")
    prepared = await ada_wants_it_again(till)
    outcome = await till.perform("cus_ada", prepared)
    assert (outcome.status, outcome.code) == ("failed", "transient")
    assert not await till.is_shown("cus_ada", prepared, outcome)
    again = await ada_wants_it_again(till)
    assert again.business_key == "reissue:10042/2"
    assert (await till.perform("cus_ada", again, "key-2")).status == "succeeded"


async def test_a_pending_refund_is_told_as_pending(till: Till) -> None:
    """Submitted is not paid; it counts against what is left all the same."""
    await till.inject("pending")
    prepared = await ada_wants_it_again(till)
    outcome = await till.perform("cus_ada", prepared)
    assert (outcome.status, outcome.code) == ("succeeded", "pending")
    assert await till.is_shown("cus_ada", prepared, outcome)
    refund = (await refunds_of(till, "cus_ada", "10042"))[-1]
    status = await till.prepare("cus_ada", "refund_status", refund=one(refund.handle))
    assert await till.backend.read(till.scope("cus_ada"), status, NOW) == {
        "status": "pending",
        "failure": None,
        "amount": {"amount": 8900, "currency": "EUR"},
        "expected_on": "2026-12-02",
        "method_label": "Visa ending 4242",
    }


async def test_parts_of_a_payment_add_up_to_it_and_no_further(till: Till) -> None:
    """Two legitimate parts, then no more than the rest."""
    assert (await till.perform("cus_dan", await dan_wants(till, 100000), "key-1")).status == "succeeded"
    second = await dan_wants(till, 29900, "goodwill")
    third = await dan_wants(till, 29900, "not_received")
    assert (await till.perform("cus_dan", second, "key-2")).status == "succeeded"
    outcome = await till.perform("cus_dan", third, "key-3")
    assert (outcome.status, outcome.code) == ("failed", "over_paid")
    payment = await payment_of(till, "cus_dan", "10045")
    assert (payment.refunded.amount, payment.refundable.amount) == (129900, 0)


async def test_refunds_at_the_same_time_stay_below_the_payment(till: Till) -> None:
    """Ten of a third each, with ten keys: three get through."""
    wanted = [await dan_wants(till, 43300) for _ in range(10)]

    async def until_done(prepared: Prepared, key: str) -> BackendOutcome:
        while True:
            try:
                return await till.perform("cus_dan", prepared, key)
            except Unavailable:
                await asyncio.sleep(0.01)

    outcomes = await asyncio.gather(*(until_done(prepared, f"key-{n}") for n, prepared in enumerate(wanted)))
    assert sorted(outcome.code for outcome in outcomes) == ["over_paid"] * 7 + ["succeeded"] * 3
    charged = await till.rows(
        """select sum(r.amount)::bigint as back from provider.refunds r
           join shop.payments p on (p.tenant, p.charge) = (r.tenant, r.charge)
           where p.tenant = %(tenant)s and p.ref = '10045/1'"""
    )
    assert charged == [{"back": 129900}]


async def test_a_lost_answer_is_looked_up_and_not_sent_again(till: Till) -> None:
    """The effect may have happened; looking finds it, finishes the shop's side, and is repeatable."""
    prepared = await ada_wants_it_again(till)
    await till.inject("timeout_after_commit")
    with pytest.raises(EffectUnknown):
        await till.perform("cus_ada", prepared)
    found = await till.look_up("cus_ada", prepared)
    assert found is not None
    assert (found.status, found.ref) == ("succeeded", "10042/2")
    assert await till.look_up("cus_ada", prepared) == found == await till.perform("cus_ada", prepared)
    assert await till.is_shown("cus_ada", prepared, found)
    assert await till.effects() == {"key-1:refund:10042/2": 1}


async def test_what_never_left_can_be_sent_again(till: Till) -> None:
    """Certainly not happened: unavailable, nothing found, and the same key works."""
    prepared = await ada_wants_it_again(till)
    await till.inject("fail_before")
    with pytest.raises(Unavailable):
        await till.perform("cus_ada", prepared)
    assert await till.look_up("cus_ada", prepared) is None
    assert (await till.perform("cus_ada", prepared)).status == "succeeded"
    assert await till.effects() == {"key-1:refund:10042/2": 1}


async def test_a_key_that_is_answered_500_has_failed_for_good(till: Till) -> None:
    """Unknown at first; looking proves that there was no effect, and the money can be sent under another key."""
    prepared = await ada_wants_it_again(till)
    await till.inject("answer_500_forever")
    with pytest.raises(EffectUnknown):
        await till.perform("cus_ada", prepared)
    found = await till.look_up("cus_ada", prepared)
    assert found is not None
    assert (found.status, found.code) == ("failed", "provider_error")
    assert (await payment_of(till, "cus_ada", "10042")).refundable.amount == 8900
    assert await till.perform("cus_ada", prepared) == found


async def test_a_slow_answer_is_found_when_it_has_come(till: Till) -> None:
    """Nobody waits longer than the timeout; until the provider has done it, looking finds nothing."""
    prepared = await ada_wants_it_again(till)
    await till.inject("slow", delay_ms=1500)
    with till.impatient(), pytest.raises(EffectUnknown):
        await till.perform("cus_ada", prepared)
    assert await till.look_up("cus_ada", prepared) is None
    await till.provider.aclose()
    assert await till.look_up("cus_ada", prepared) is not None
    assert await till.effects() == {"key-1:refund:10042/2": 1}


async def test_a_forgotten_key_is_not_sent_again_after_a_day(till: Till) -> None:
    """The provider would carry it out anew, so what may be under way is looked for before anything is sent."""
    prepared = await ada_wants_it_again(till)
    await till.inject("timeout_after_commit")
    with pytest.raises(EffectUnknown):
        await till.perform("cus_ada", prepared)
    await till.provider.prune_keys(till.tenant, NOW + timedelta(days=1))
    assert (await till.perform("cus_ada", prepared)).status == "succeeded"
    assert await till.effects() == {"key-1:refund:10042/2": 1}


async def test_while_nobody_knows_nothing_else_goes_out(till: Till) -> None:
    """An unknown refund is counted as given until it is settled."""
    payment = await till.order("cus_dan", "10045")
    prepared = await dan_wants(till, 129900)
    other = await dan_wants(till, 100, "goodwill")
    await till.inject("timeout_after_commit")
    with pytest.raises(EffectUnknown):
        await till.perform("cus_dan", prepared)
    assert (await till.perform("cus_dan", other, "key-2")).code == "over_paid"
    assert (await payment_of(till, "cus_dan", "10045")).refundable.amount == 0
    assert payment.payments[0].refundable.amount == 129900


async def test_a_crash_between_the_provider_and_the_shop_loses_nothing(till: Till) -> None:
    """The process dies when the provider has paid; another process looks and finishes, or performs and finishes."""

    class Dying(PaymentProvider):
        async def create_refund(self, *args: object, **kwargs: object) -> None:  # type: ignore[override]
            await super().create_refund(*args, **kwargs)  # type: ignore[arg-type]
            raise KeyboardInterrupt

    for n, (customer, number) in enumerate([("cus_dan", "10045"), ("cus_lea", "10054")]):
        payment = (await payment_of(till, customer, number)).handle
        prepared = await till.prepare(
            customer, "issue_refund", payment=one(payment), amount=euros(5000), reason=choice("goodwill")
        )
        writes, key = till.backend._writes, f"key-{n}"
        writes._provider = Dying(till.provider._server._pool)
        with pytest.raises(KeyboardInterrupt):
            await till.perform(customer, prepared, key)
        writes._provider = till.provider
        finish = till.look_up if n == 0 else till.perform
        outcome = await finish(customer, prepared, key)
        assert outcome is not None
        assert (outcome.status, await till.is_shown(customer, prepared, outcome)) == ("succeeded", True)
    assert set((await till.effects()).values()) == {1}


async def test_a_key_belongs_to_one_action(till: Till) -> None:
    """The same key with other arguments is a mistake of the caller's, and does nothing."""
    await till.perform("cus_dan", await dan_wants(till, 100))
    with pytest.raises(Conflict):
        await till.perform("cus_dan", await dan_wants(till, 200))
    assert sum((await till.effects()).values()) == 1


async def test_nobody_unproven_moves_money(till: Till) -> None:
    """Prepared by whomever: a scope that is not proven performs, reads and looks up nothing."""
    prepared = await ada_wants_it_again(till)
    scope = till.scope("cus_ada", IdentityLevel.claimed)
    with pytest.raises(ActionRefused):
        await till.backend.perform(scope, prepared, "key-1", NOW)
    with pytest.raises(ActionRefused):
        await till.backend.look_up(scope, prepared, "key-1")
    with pytest.raises(ActionRefused):
        await till.backend.read(scope, prepared, NOW)


async def test_another_customers_refund_is_not_there(till: Till) -> None:
    """Prepared by Ada, performed in Eve's scope: the row is out of sight, so there is none."""
    prepared = await ada_wants_it_again(till)
    outcome = await till.perform("cus_eve", prepared)
    assert (outcome.status, outcome.code) == ("failed", "unknown_record")
    assert await till.effects() == {}


async def test_a_double_charge_is_given_back(till: Till) -> None:
    """Lea's second payment names the first; it goes back whole and only once."""
    first, second = (await till.order("cus_lea", "10054")).payments
    assert (second.duplicate_of, first.duplicate_of) == (first.handle, None)
    prepared = await till.prepare(
        "cus_lea", "issue_refund", payment=one(second.handle), amount=euros(7900), reason=choice("duplicate_charge")
    )
    assert (await till.perform("cus_lea", prepared)).status == "succeeded"
    first, second = (await till.order("cus_lea", "10054")).payments
    assert (first.refundable.amount, second.refundable.amount) == (7900, 0)


async def test_invoices_are_refunded_like_orders(till: Till) -> None:
    """Rosa gets the month back that she was charged after cancelling, and the reads know of it."""
    till.tenant = till.saas
    invoice = (await till.context("cus_rosa")).subscriptions[0].invoices[0]
    prepared = await till.prepare(
        "cus_rosa", "refund_invoice", invoice=one(invoice.handle), reason=choice("after_cancellation")
    )
    outcome = await till.perform("cus_rosa", prepared)
    assert (outcome.status, outcome.ref, outcome.amount) == (
        "succeeded",
        "TW-2043/1",
        Money(amount=1200, currency="USD"),
    )
    assert await till.is_shown("cus_rosa", prepared, outcome)
    invoice = (await till.context("cus_rosa")).subscriptions[0].invoices[0]
    assert (invoice.payment.refundable.amount, invoice.refunds[0].status) == (0, "succeeded")
    status = await till.prepare("cus_rosa", "refund_status", refund=one(invoice.refunds[0].handle))
    assert (await till.backend.read(till.scope("cus_rosa"), status, NOW))["status"] == "succeeded"
