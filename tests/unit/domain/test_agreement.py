"""Seeing in the records what an operator did, and comparing it with what would have been done."""

from datetime import UTC, datetime

import pytest

from domain.action import ProposedAction
from domain.agreement import Deed, compare, deeds, edit_share, same_action
from domain.customer import Address, CustomerContext, Order, Refund, RefundStatus
from domain.money import Money
from domain.slot import HandleValue, MoneyValue
from domain.ticket import IdentityLevel

PAYMENT = "payment_0123456789"
EURO = Money(amount=5400, currency="EUR")


def refund(amount: int = 5400, payment: str = PAYMENT) -> ProposedAction:
    """A refund as it would have been proposed."""
    return ProposedAction.of(
        action_id="T-00000001/a1",
        name="issue_refund",
        args={
            "payment": HandleValue(handle=payment),
            "amount": MoneyValue(money=Money(amount=amount, currency="EUR")),
        },
        wish=1,
    )


DONE = Deed(records=frozenset({PAYMENT, "order_0123456789"}), amount=EURO)


def test_the_same_action_is_the_same_record_and_the_same_money() -> None:
    """Another amount, another payment, one deed too many or one too few: not the same."""
    assert same_action([refund()], [DONE]) is True
    assert same_action([refund(5000)], [DONE]) is False
    assert same_action([refund(payment="payment_9999999999")], [DONE]) is False
    assert same_action([], [DONE]) is False
    assert same_action([refund()], []) is False
    assert same_action([], []) is None


NOW = datetime(2026, 12, 1, tzinfo=UTC)


def paid_back(status: RefundStatus = "pending", **about: object) -> Refund:
    """A refund on the payment."""
    fields: dict[str, object] = {
        "handle": "refund_0123456789",
        "payment": PAYMENT,
        "line": None,
        "amount": EURO,
        "reason": "damaged",
        "status": status,
        "created_at": NOW,
        "days_since": 0,
        "method_label": "Visa 4242",
    }
    return Refund.model_validate(fields | about)


def records(*refunds: Refund, status: str = "shipped", street: str = "address_0123456789") -> CustomerContext:
    """A customer with one order."""
    order = Order.model_validate(
        {
            "handle": "order_0123456789",
            "number": "10042",
            "status": status,
            "placed_at": NOW,
            "days_since_placed": 3,
            "delivered_at": None,
            "days_since_delivery": None,
            "total": EURO,
            "lines": (),
            "payments": (),
            "refunds": refunds,
            "shipments": (),
            "address": ADDRESS | {"handle": street},
        }
    )
    return CustomerContext(
        customer_id="cus_ada", identity=IdentityLevel.proven, name="Ada", first_name="Ada", orders=(order,)
    )


ADDRESS = {name: "x" for name, field in Address.model_fields.items() if field.is_required()} | {"country": "DE"}


def test_new_refunds_cancellations_and_moves_are_deeds() -> None:
    """Each names its records; a refund its money too."""
    (refunded,) = deeds(records(), records(paid_back()))
    assert refunded.amount == EURO
    assert {PAYMENT, "order_0123456789"} <= refunded.records
    (cancelled,) = deeds(records(), records(status="cancelled"))
    assert cancelled.records == {"order_0123456789"}
    (moved,) = deeds(records(), records(street="address_9999999999"))
    assert "address_9999999999" in moved.records
    again = paid_back("failed", reissued_as="refund_9999999999")
    (sent_again,) = deeds(records(paid_back("failed")), records(again))
    assert "refund_0123456789" in sent_again.records


def test_what_comes_by_itself_is_no_deed() -> None:
    """A parcel arrives, a refund is booked."""
    assert deeds(records(paid_back()), records(paid_back("succeeded"), status="delivered")) == ()


@pytest.mark.parametrize(
    ("draft", "sent", "share"),
    [
        ("It is on its way.", "It is  on its\nway.", 0.0),
        ("It is on its way.", "It is on its way, Ada.", 2 / 6),
        ("Five days.", "I cannot say.", 1.0),
        ("", "", 0.0),
        ("a " * 4_000, "a " * 8_000, 0.5),
        ("a " * 20_000, "b " * 20_000, 0.05),  # at least: all of it is compared for minutes
    ],
    ids=range(6),
)
def test_the_edit_share_counts_words(draft: str, sent: str, share: float) -> None:
    """Words put in, taken out or replaced, of the longer text's."""
    assert edit_share(draft, sent) == pytest.approx(share)


def test_an_operators_turn_is_compared_as_a_whole() -> None:
    """What was done beats what was said; a question is a reply that asks."""
    did = compare("act", [refund()], [DONE], ["Done."], None)
    assert (did.did, did.same_outcome, did.same_action, did.reply) == ("act", True, True, None)
    asked = compare("ask", [], [], ["Which order is it?"], "Which one do you mean?")
    assert (asked.did, asked.same_outcome, asked.reply) == ("ask", True, "thrown_away")
    after_yes = compare("ask", [refund()], [DONE], ["Done."], None)
    assert (after_yes.same_outcome, after_yes.same_action) == (True, True)
    unseen = compare("answer", [], None, ["It takes five days."], "It takes five days.")
    assert (unseen.same_action, unseen.reply, unseen.edit_share) == (None, "as_is", 0.0)
    assert compare("hand_off", [], [DONE], [], None).same_outcome is None
    assert compare("answer", [], [], [], "It takes five days.").reply == "thrown_away"
