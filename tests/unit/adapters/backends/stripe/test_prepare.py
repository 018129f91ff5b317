"""An action is prepared on the records of whichever back end has them; pure."""

import pytest

from adapters.backends.stripe.actions import prepare
from domain.action import Arguments, ProposedAction
from domain.customer import CustomerContext
from domain.errors import ActionRefused
from domain.money import Money
from domain.slot import HandleValue, LabelValue, MoneyValue
from tests.unit.adapters.backends.contexts import TICKET, context_of


def wish(context: CustomerContext, *, reason: str = "damaged") -> ProposedAction:
    """Ten euros of the first order's payment."""
    args: Arguments = {
        "payment": HandleValue(handle=context.orders[0].payments[0].handle),
        "amount": MoneyValue(money=Money(amount=1_000, currency="EUR")),
        "reason": LabelValue(label=reason),
    }
    return ProposedAction.of(action_id=f"{TICKET}/a1", name="issue_refund", args=args, wish=1)


def test_a_shops_payment_is_refunded_by_its_charge() -> None:
    """The shop has the orders and says which charge a payment is; the cap is what was paid."""
    shop = context_of("cus_dan", "meridian")
    payment = shop.orders[0].payments[0]
    context = shop.model_copy(update={"refs": {payment.handle: "ch_1"}})
    prepared = prepare(context, wish(context))
    assert (prepared.args["charge"], prepared.args["reason"]) == ("ch_1", "damaged")
    assert prepared.business_key == "refund:ch_1:damaged"
    assert prepared.cap is not None
    assert (prepared.cap.subject, prepared.cap.limit) == ("payment:ch_1/EUR", payment.amount)


def test_a_payment_that_stripe_does_not_know_is_no_record() -> None:
    """A record without an id of Stripe's gets the answer of one that is not there."""
    shop = context_of("cus_dan", "meridian")
    with pytest.raises(ActionRefused) as refused:
        prepare(shop, wish(shop))
    assert refused.value.facts["code"] == "unknown_record"


def test_the_same_wish_on_another_ticket_is_the_same() -> None:
    """Whatever the handle and the action's number; another reason is another wish."""
    shop = context_of("cus_dan", "meridian")
    context = shop.model_copy(update={"refs": {shop.orders[0].payments[0].handle: "ch_1"}})
    keys = {
        prepare(context, wish(context, reason=reason)).business_key for reason in ("damaged", "damaged", "goodwill")
    }
    assert keys == {"refund:ch_1:damaged", "refund:ch_1:goodwill"}
    with pytest.raises(ActionRefused) as refused:
        prepare(context, wish(context, reason="fraudulent"))
    assert refused.value.facts["code"] == "unknown_choice"
