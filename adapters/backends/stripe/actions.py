"""The actions of this back end, and how arguments become Stripe's own; pure.

A payment or refund is named by a handle that an earlier read of the ticket's own customer listed. A refund goes to the
payment method that was charged: Stripe offers no other way, and none is asked for.
"""

from collections.abc import Mapping
from typing import Literal, TypeVar

from adapters.backends.port import Prepared
from adapters.backends.stripe.money import to_stripe
from domain.action import ActionSpec, Cap, Effect, ProposedAction
from domain.customer import CustomerContext, Payment, Refund
from domain.errors import ActionRefused
from domain.ids import ActionId, Label
from domain.model import Model
from domain.money import Money
from domain.slot import HandleValue, LabelValue, MoneyValue

Found = TypeVar("Found", Payment, Refund)
Reason = Literal["duplicate_charge", "damaged", "not_received", "goodwill", "returned"]
REASONS: tuple[Reason, ...] = ("duplicate_charge", "damaged", "not_received", "goodwill", "returned")

ISSUE_REFUND = ActionSpec(
    name="issue_refund",
    title="Issue a refund",
    effect=Effect.write,
    risk="high",
    arguments={"payment": "payment", "amount": "amount", "reason": "choice"},
    choices={"reason": REASONS},
)
CANCEL_REFUND = ActionSpec(
    name="cancel_refund",
    title="Cancel a refund that is on its way",
    effect=Effect.write,
    risk="medium",
    arguments={"refund": "refund"},
)
REFUND_STATUS = ActionSpec(
    name="refund_status",
    title="Look up a refund",
    effect=Effect.read,
    risk="low",
    arguments={"refund": "refund"},
)
SPECS: Mapping[Label, ActionSpec] = {spec.name: spec for spec in (ISSUE_REFUND, CANCEL_REFUND, REFUND_STATUS)}


class OfCharge(Model):
    """How much of which charge goes back and why; `action_id` is written beside it in Stripe's books."""

    charge: str
    amount: Money
    reason: Reason
    action_id: ActionId


class OfRefund(Model):
    """A refund by Stripe's id."""

    refund: str


def prepare(context: CustomerContext, action: ProposedAction) -> Prepared:
    """Resolve the arguments and check the preconditions; raises ActionRefused."""
    match action.name:
        case ISSUE_REFUND.name:
            return _issue_refund(context, action)
        case CANCEL_REFUND.name:
            refund, ref = _named(context, action, "refund", Refund)
            if refund.status != "pending":
                raise ActionRefused("The refund is not on its way.", code="not_pending")
            return _of_refund(action.name, refund, ref)
        case REFUND_STATUS.name:
            refund, ref = _named(context, action, "refund", Refund)
            return _of_refund(action.name, refund, ref)
        case _:
            raise ActionRefused("Stripe offers no such action.", code="unknown_action")


def _issue_refund(context: CustomerContext, action: ProposedAction) -> Prepared:
    """Never more than is left of the payment, in its currency, and never while a bank decides about it."""
    payment, charge = _named(context, action, "payment", Payment)
    amount, reason = _amount(action), _reason(action)
    if amount.currency != payment.amount.currency:
        raise ActionRefused("The payment was made in another currency.", code="wrong_currency")
    if payment.is_disputed:
        raise ActionRefused("The customer's bank is deciding about the payment.", code="disputed")
    if payment.refundable.amount == 0:
        raise ActionRefused("All of the payment has been given back.", code="already_refunded")
    if amount.amount > payment.refundable.amount:
        raise ActionRefused("More would be given back than was paid.", code="over_paid")
    to_stripe(amount)
    return Prepared(
        action=action.name,
        args=OfCharge(charge=charge, amount=amount, reason=reason, action_id=action.action_id).model_dump(mode="json"),
        business_key=f"refund:{charge}:{reason}",
        amount=amount,
        cap=Cap(subject=f"payment:{charge}/{amount.currency}", limit=payment.amount),
        shown={
            "payment": f"{payment.amount} paid with {payment.method_label}",
            "amount": str(amount),
            "reason": reason.replace("_", " "),
        },
    )


def _of_refund(name: Label, refund: Refund, ref: str) -> Prepared:
    return Prepared(
        action=name,
        args=OfRefund(refund=ref).model_dump(),
        business_key=f"{name}:{ref}",
        shown={"refund": f"{refund.amount} to {refund.method_label}"},
    )


def _named(context: CustomerContext, action: ProposedAction, name: str, kind: type[Found]) -> tuple[Found, str]:
    """The customer's record that an argument names, and Stripe's id of it."""
    match action.args.get(name):
        case HandleValue(handle=handle):
            found, ref = context.find(handle), context.refs.get(handle)
            if isinstance(found, kind) and ref is not None:
                return found, ref
    raise ActionRefused("There is no such record.", code="unknown_record")


def _amount(action: ProposedAction) -> Money:
    match action.args.get("amount"):
        case MoneyValue(money=money) if money.amount > 0:
            return money
        case _:
            raise ActionRefused("An amount above zero is needed.", code="wrong_amount")


def _reason(action: ProposedAction) -> Reason:
    match action.args.get("reason"):
        case LabelValue(label=label) if label in REASONS:
            return next(reason for reason in REASONS if reason == label)
        case _:
            raise ActionRefused("That is not one of the reasons.", code="unknown_choice")
