"""What a customer's Stripe records look like in a ticket, and what may be asked of them."""

import logging

import pytest

from adapters.backends.stripe.account import CustomerByMetadata
from adapters.backends.stripe.backend import open_stripe
from domain.errors import ActionRefused
from domain.money import Money
from domain.slot import HandleValue
from tests.integration.adapters.backends.stripe.cash_desk import CashDesk, account_at
from tests.support.stripe_server.serving import API_KEY, StripeServer


def refusal(error: pytest.ExceptionInfo[ActionRefused]) -> object:
    """The code of a refusal."""
    return error.value.facts["code"]


async def test_payments_and_refunds_are_listed(desk: CashDesk) -> None:
    """Newest payment first, with what is left of each; a failed refund is told and counts for nothing."""
    desk.server.books.add_charge("cus_dan", 2_000, age=3600)
    for amount, status in ((5_000, "succeeded"), (7_000, "pending"), (9_000, "failed")):
        desk.server.books.create_refund({"charge": desk.charge, "amount": str(amount)}, None, status, "declined")
    context = await desk.context()
    assert (context.name, context.first_name) == ("Dan Ferry", "Dan")
    recent, older = context.payments
    assert (recent.amount.amount, recent.refundable.amount, recent.days_since) == (2_000, 2_000, 0)
    assert (older.refunded.amount, older.refundable.amount, older.days_since) == (12_000, 117_900, 1)
    assert older.method_label == "Visa ending 4242"
    assert [(refund.status, refund.failure) for refund in context.refunds] == [
        ("failed", "unknown"),
        ("pending", None),
        ("succeeded", None),
    ]
    assert all(refund.payment == older.handle for refund in context.refunds)
    assert context.refunds_last_90_days == 2
    assert {context.find(method.handle) for method in context.payment_methods} == set(context.payment_methods)


async def test_the_safer_of_two_counts_is_believed(desk: CashDesk) -> None:
    """Stripe counts more as given back than it lists: no more than the rest is offered."""
    desk.server.books.charges[desk.charge]["amount_refunded"] = 20_000
    (payment,) = (await desk.context()).payments
    assert (payment.refunded.amount, payment.refundable.amount) == (20_000, 109_900)


async def test_every_page_is_read(server: StripeServer) -> None:
    """A customer with 320 payments is offered the latest 300."""
    server.books.add_customer("cus_dan")
    charges = [server.books.add_charge("cus_dan", 1_000, age=number) for number in range(320)]
    async with open_stripe(account_at(server, patience=5)) as backend:
        context = await CashDesk(backend, server, "").context()
    assert set(context.refs.values()) == set(charges[:300])


async def test_uncaptured_and_failed_charges_are_no_payments(desk: CashDesk) -> None:
    """What was never taken cannot be given back."""
    for field in ("paid", "captured"):
        ref = desk.server.books.add_charge("cus_dan", 5_000)
        desk.server.books.charges[ref][field] = False
    assert set((await desk.context()).refs.values()) == {desk.charge}


async def test_a_currency_that_could_be_misread_is_left_out(desk: CashDesk) -> None:
    """100 Icelandic krónur are 10000 to Stripe and 100 by ISO 4217: nobody guesses."""
    for currency in ("isk", "ugx", "huf", "xyz"):
        desk.server.books.add_charge("cus_dan", 10_000, currency)
    desk.server.books.add_charge("cus_dan", 500, "jpy", age=60)
    assert [payment.amount for payment in (await desk.context()).payments] == [
        Money(amount=500, currency="JPY"),
        Money(amount=129_900, currency="EUR"),
    ]


async def test_three_decimals_end_in_zero(desk: CashDesk) -> None:
    """Stripe takes 5.120 dinars and not 5.123."""
    desk.server.books.add_charge("cus_dan", 10_000, "kwd", age=60)
    with pytest.raises(ActionRefused) as refused:
        await desk.refund(5_123, currency="KWD")
    assert refusal(refused) == "wrong_amount"
    outcome = await desk.perform(await desk.refund(5_120, currency="KWD"))
    assert (outcome.status, outcome.amount) == ("succeeded", Money(amount=5_120, currency="KWD"))


async def test_customers_are_found_by_metadata(server: StripeServer) -> None:
    """Exactly: Stripe's search folds case; guests who bought twice are one customer."""
    for ref, shop_id in (("cus_1", "ada"), ("cus_2", "ada"), ("cus_3", "ADA"), ("cus_4", "bob")):
        server.books.add_charge(server.books.add_customer(ref, shop_id=shop_id), 1_000)
    server.books.add_charge(server.books.add_customer("ada"), 1_000)
    async with open_stripe(account_at(server, CustomerByMetadata(by="metadata", field="shop_id"))) as backend:
        desk = CashDesk(backend, server, "")
        owners = {server.books.charges[ref]["customer"] for ref in (await desk.context("ada")).refs.values()}
        assert owners == {"cus_1", "cus_2"}
        assert list((await desk.context("nobody")).records()) == []


async def test_a_customer_that_was_deleted_has_nothing(desk: CashDesk) -> None:
    """Nor has one that there never was."""
    desk.server.books.customers["cus_dan"] = {"id": "cus_dan", "object": "customer", "deleted": True}
    assert list((await desk.context()).records()) == []
    assert list((await desk.context("cus_none")).records()) == []


@pytest.mark.parametrize(
    ("amount", "currency", "code"),
    [(129_901, "EUR", "over_paid"), (5_000, "USD", "wrong_currency"), (0, "EUR", "wrong_amount")],
)
async def test_too_much_is_refused_before_anybody_is_asked(
    desk: CashDesk, amount: int, currency: str, code: str
) -> None:
    """By what the records show."""
    with pytest.raises(ActionRefused) as refused:
        await desk.refund(amount, currency=currency)
    assert refusal(refused) == code


async def test_a_disputed_payment_is_not_refunded(desk: CashDesk) -> None:
    """The bank decides: before anybody is asked, and by Stripe's own word when it came in between."""
    prepared = await desk.refund()
    desk.server.webhooks.dispute(desk.charge)
    outcome = await desk.perform(prepared)
    assert (outcome.status, outcome.code, desk.effects) == ("failed", "disputed", {})
    with pytest.raises(ActionRefused) as refused:
        await desk.refund()
    assert refusal(refused) == "disputed"


async def test_what_is_gone_is_not_given_back_again(desk: CashDesk) -> None:
    """Somebody refunded it in Stripe's dashboard: between preparing and performing, or before."""
    prepared = await desk.refund(100_000)
    desk.server.books.create_refund({"charge": desk.charge, "amount": "50000"}, None, "succeeded", None)
    assert (await desk.perform(prepared)).code == "over_paid"
    desk.server.books.create_refund({"charge": desk.charge}, None, "succeeded", None)
    assert (await desk.perform(prepared, "key-2")).code == "already_refunded"
    with pytest.raises(ActionRefused) as refused:
        await desk.refund(1)
    assert refusal(refused) == "already_refunded"
    assert desk.effects == {None: 2}


async def test_a_refund_is_looked_up(desk: CashDesk) -> None:
    """As it is now."""
    desk.inject("requires_action")
    await desk.perform(await desk.refund())
    refund = HandleValue(handle=(await desk.context()).refunds[0].handle)
    prepared = await desk.prepare("refund_status", refund=refund)
    answer = await desk.backend.read(desk.scope(), prepared, desk.now)
    assert answer == {
        "status": "pending",
        "failure": None,
        "amount": {"amount": 5000, "currency": "EUR"},
        "expected_on": None,
        "needs_customer": True,
        "method_label": "Visa ending 4242",
    }


async def test_a_refund_that_waits_for_the_customer_can_be_undone(desk: CashDesk) -> None:
    """Once; a second time is the same outcome, and nothing is left to undo."""
    desk.inject("requires_action")
    prepared = await desk.refund()
    outcome = await desk.perform(prepared)
    assert (outcome.code, outcome.settles_later) == ("requires_action", True)
    undoing = desk.backend.undo(desk.scope(), await desk.context(), prepared, outcome)
    assert undoing is not None
    cancel = await desk.prepare(undoing.action, **undoing.args)
    assert await desk.look_up(cancel, "key-2") is None
    desk.inject("lost_answer", path="/v1/refunds/")
    done = await desk.settled(cancel, "key-2")
    assert done is not None
    assert (done.status, done.code) == ("succeeded", "cancelled")
    assert await desk.perform(cancel, "key-2") == done
    assert await desk.backend.read_back(desk.scope(), cancel, done, desk.now)
    assert not await desk.backend.read_back(desk.scope(), prepared, outcome, desk.now)
    assert (await desk.backend.progress(desk.scope(), prepared, outcome, desk.now)).code == "cancelled"
    assert desk.backend.undo(desk.scope(), await desk.context(), prepared, outcome) is None
    assert desk.server.books.effects_by_key("cancel") == {"key-2": 1}


async def test_a_refund_on_its_way_cannot_be_cancelled(desk: CashDesk) -> None:
    """Stripe lets nobody; it is said and not tried for ever."""
    desk.inject("pending")
    prepared = await desk.refund()
    outcome = await desk.perform(prepared)
    context = await desk.context()
    assert desk.backend.undo(desk.scope(), context, prepared, outcome) is None
    cancel = await desk.prepare("cancel_refund", refund=HandleValue(handle=context.refunds[0].handle))
    refused = await desk.perform(cancel, "key-2")
    assert (refused.status, refused.code) == ("failed", "not_cancellable")
    desk.server.webhooks.settle(outcome.ref or "", "succeeded")
    with pytest.raises(ActionRefused) as error:
        await desk.prepare("cancel_refund", refund=HandleValue(handle=context.refunds[0].handle))
    assert refusal(error) == "not_pending"


async def test_nothing_private_is_logged(desk: CashDesk, caplog: pytest.LogCaptureFixture) -> None:
    """Neither our key nor a customer's name, at any level."""
    caplog.set_level(logging.DEBUG)
    await desk.perform(await desk.refund())
    assert API_KEY not in caplog.text
    assert "Ferry" not in caplog.text
    assert API_KEY not in repr(account_at(desk.server))
