"""Which action of the shop undoes which: pure, by what the customer's records show now.

Only effects that can be taken back whole have one; an order that was cancelled or money that has arrived has none.
"""

from adapters.backends.port import BackendOutcome, Prepared, Scope, Undoing
from adapters.backends.shop.postal import Postal
from domain.customer import Address, CustomerContext, Order, Refund, Subscription
from domain.ids import Handle, handle_for
from domain.slot import HandleValue

#: Writes that are one refund and nothing else.
_REFUNDS = {"issue_refund", "reissue_refund", "refund_invoice"}


def undoing(scope: Scope, context: CustomerContext, prepared: Prepared, outcome: BackendOutcome) -> Undoing | None:
    """The action that undoes a successful effect, or None."""
    if outcome.status != "succeeded":
        return None
    match prepared.action:
        case name if name in _REFUNDS and outcome.ref is not None:
            refund = context.find(handle_for("refund", scope.ticket_id, outcome.ref))
            if isinstance(refund, Refund) and refund.status == "pending":
                return Undoing("cancel_refund", {"refund": _the(refund.handle)})
        case "change_default_address":
            if (former := _former(context.address, prepared)) is not None:
                return Undoing("change_default_address", {"address": _the(former)})
        case "change_order_address":
            order = context.find(handle_for("order", scope.ticket_id, str(prepared.args["order"])))
            if (
                isinstance(order, Order)
                and order.status == "pending"
                and (former := _former(order.address, prepared)) is not None
            ):
                return Undoing("change_order_address", {"order": _the(order.handle), "address": _the(former)})
        case "cancel_subscription":
            subscription = context.find(handle_for("subscription", scope.ticket_id, str(outcome.ref)))
            if isinstance(subscription, Subscription) and subscription.status == "cancels_at_period_end":
                return Undoing("resume_subscription", {"subscription": _the(subscription.handle)})
    return None


def _former(present: Address | None, prepared: Prepared) -> Handle | None:
    """The address from before this change, unless it was changed again since."""
    if present is None or present.former is None:
        return None
    return present.former.handle if Postal.of(present) == Postal.model_validate(prepared.args["address"]) else None


def _the(handle: Handle) -> HandleValue:
    return HandleValue(handle=handle)
