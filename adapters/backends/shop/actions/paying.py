"""Paying a pending order with another method."""

from datetime import datetime

from adapters.backends.port import BackendOutcome, Prepared
from adapters.backends.shop.actions import rules
from adapters.backends.shop.actions.contract import Effected, Needed, WriteAction, spec
from adapters.backends.shop.actions.rows import lock_order, what_is_left
from adapters.backends.shop.arguments import Asked
from adapters.backends.shop.database import Transaction
from adapters.backends.shop.transfers import Charge, Moved, Parent, Repay
from domain.errors import ActionRefused
from domain.model import Model
from domain.money import Money


class OfMethod(Model):
    """The order, and the method to pay it with."""

    order: str
    method: str


class ChangePaymentMethod(WriteAction[OfMethod]):
    """Charge another method for a pending order, then give back what was paid with the first."""

    spec = spec(
        "change_payment_method",
        "Pay an order with another method",
        "write",
        "medium",
        order="order",
        payment_method="payment_method",
    )
    args = OfMethod

    def prepare(self, asked: Asked) -> Prepared:
        """Pending, to another method that is open and, a gift card, holds enough."""
        order, method = asked.order("order"), asked.method("payment_method")
        rules.status_is(order, "pending")
        if rules.paid_with(order, method):
            raise ActionRefused("The order is paid with this method already.", code="same_method")
        rules.is_open(method)
        amount = rules.left_of(order)
        rules.covers(method, amount)
        own = OfMethod(order=order.number, method=asked.method_ref(method.handle))
        return Prepared(
            action=self.spec.name,
            args=own.model_dump(),
            # Each change adds a payment, which tells a way back and forth from a repetition.
            business_key=f"pay_with:{order.number}:{len(order.payments)}:{own.method}",
            amount=amount,
            cap=rules.order_cap(order),
            shown={"order": order.number, "payment_method": method.label},
        )

    async def check(self, tx: Transaction, args: OfMethod) -> Needed:
        """Under the lock: still pending; what was paid is charged anew and given back."""
        await lock_order(tx, args.order, "pending")
        paid = await what_is_left(tx, args.order)
        if not paid:
            raise ActionRefused("Nothing is paid for the order.", code="wrong_status")
        total = sum((left.money for left in paid[1:]), start=paid[0].money)
        repays = (
            Repay(payment=left.payment, method=left.method, amount=left.money, reason="paid_otherwise") for left in paid
        )
        return Needed(
            parent=Parent(order=args.order),
            transfers=(Charge(method=args.method, amount=total), *repays),
            holds_order=True,
        )

    async def apply(self, tx: Transaction, args: OfMethod, moved: Moved, at: datetime) -> Effected:
        """The payments' rows are all there is."""
        del tx, at
        charge = moved.payments[0]
        return Effected(ref=args.order, amount=Money(amount=charge.amount, currency=charge.currency))

    async def is_shown(self, tx: Transaction, args: OfMethod, outcome: BackendOutcome) -> bool:
        """What is left with the shop was paid with the new method."""
        del outcome
        paid = await what_is_left(tx, args.order)
        return bool(paid) and all(left.method == args.method for left in paid)
