"""Cancelling a pending order and giving back what was paid for it."""

from datetime import datetime
from typing import Literal

from adapters.backends.port import BackendOutcome, Prepared
from adapters.backends.shop.actions import rules, shown
from adapters.backends.shop.actions.contract import Effected, Needed, WriteAction, spec
from adapters.backends.shop.actions.rows import SQL, lock_order, order_row, what_is_left
from adapters.backends.shop.arguments import Asked
from adapters.backends.shop.database import Transaction
from adapters.backends.shop.transfers import Moved, Parent, Repay
from domain.errors import ActionRefused
from domain.model import Model
from domain.money import Money

CancelReason = Literal["no_longer_needed", "ordered_by_mistake"]
REASONS: tuple[CancelReason, ...] = ("no_longer_needed", "ordered_by_mistake")


class OfPendingOrder(Model):
    """The order to cancel, and why."""

    order: str
    reason: CancelReason


class CancelOrder(WriteAction[OfPendingOrder]):
    """Cancel an order that has not left, and refund each payment to the method it was made with."""

    spec = spec("cancel_order", "Cancel an order", "write", "medium", order="order", reason=REASONS)
    args = OfPendingOrder

    def prepare(self, asked: Asked) -> Prepared:
        """Only while the order is pending."""
        order = asked.order("order")
        reason = next(known for known in REASONS if known == asked.label("reason", REASONS))
        if order.status != "pending":
            raise ActionRefused("Only a pending order can be cancelled.", code="wrong_status")
        return Prepared(
            action=self.spec.name,
            args=OfPendingOrder(order=order.number, reason=reason).model_dump(),
            business_key=f"cancel:{order.number}",
            amount=rules.left_of(order),
            cap=rules.order_cap(order),
            shown={"order": order.number, "reason": shown.label(reason)},
        )

    async def check(self, tx: Transaction, args: OfPendingOrder) -> Needed:
        """Under the lock: still pending; everything left of its payments goes back."""
        await lock_order(tx, args.order, "pending")
        repays = tuple(
            Repay(payment=left.payment, method=left.method, amount=left.money, reason="cancelled")
            for left in await what_is_left(tx, args.order)
        )
        return Needed(parent=Parent(order=args.order), transfers=repays, holds_order=True)

    async def apply(self, tx: Transaction, args: OfPendingOrder, moved: Moved, at: datetime) -> Effected:
        """The order and its lines are cancelled."""
        del moved, at
        await tx.run(SQL["cancel"], order=args.order, reason=args.reason)
        await tx.run(SQL["cancel_lines"], order=args.order)
        order = await order_row(tx, args.order)
        return Effected(ref=args.order, amount=Money(amount=order.total, currency=order.currency))

    async def is_shown(self, tx: Transaction, args: OfPendingOrder, outcome: BackendOutcome) -> bool:
        """The order is cancelled and nothing of what was paid is left with the shop."""
        del outcome
        is_cancelled = (await order_row(tx, args.order)).status == "cancelled"
        return is_cancelled and not await what_is_left(tx, args.order)
