"""Giving money back: sending a failed refund again, and refunding part or all of a payment."""

from datetime import datetime
from typing import Literal

from adapters.backends.port import BackendOutcome, Prepared
from adapters.backends.shop.actions import rules, shown
from adapters.backends.shop.actions.contract import Effected, Needed, WriteAction, spec
from adapters.backends.shop.actions.rows import lock_parent, method_row, payment_row, refund_row
from adapters.backends.shop.arguments import Asked
from adapters.backends.shop.database import Transaction
from adapters.backends.shop.transfers import Moved, Repay
from domain.customer import OrderLine, Payment
from domain.errors import ActionRefused
from domain.model import Model
from domain.money import Money

RefundReason = Literal["duplicate_charge", "damaged", "not_received", "goodwill", "returned"]
REASONS: tuple[RefundReason, ...] = ("duplicate_charge", "damaged", "not_received", "goodwill", "returned")


class OfFailedRefund(Model):
    """The refund to send again, by its ref."""

    refund: str


class OfPayment(Model):
    """How much of which payment goes back, for which lines and why."""

    payment: str
    amount: Money
    reason: RefundReason
    lines: list[str] = []


class ReissueRefund(WriteAction[OfFailedRefund]):
    """Send a refund again that failed for a passing reason."""

    spec = spec("reissue_refund", "Send a failed refund again", "write", "medium", refund="refund")
    args = OfFailedRefund

    def prepare(self, asked: Asked) -> Prepared:
        """Only a refund that failed, for a passing reason, to a method that is open, and once."""
        refund = asked.refund("refund")
        if refund.reissued_as is not None:
            raise ActionRefused("The refund has already been sent again.", code="already_reissued")
        if refund.status != "failed":
            raise ActionRefused("The refund has not failed.", code="not_failed")
        if refund.failure != "transient":
            raise ActionRefused("The refund failed for a reason that lasts.", code="not_transient")
        payment = asked.record(refund.payment, Payment)
        if payment.method_status != "active":
            raise _method_closed()
        ref = asked.ref(refund.handle, "refund", asked.parent_ref(refund.handle))
        return Prepared(
            action=self.spec.name,
            args=OfFailedRefund(refund=ref).model_dump(),
            business_key=f"reissue:{ref}",
            amount=refund.amount,
            cap=rules.cap_of(asked, payment),
            shown={"refund": f"{refund.amount} to {refund.method_label}"},
        )

    async def check(self, tx: Transaction, args: OfFailedRefund) -> Needed:
        """Under the lock: still failed, not yet sent again, its method still open."""
        refund = await refund_row(tx, args.refund)
        parent = await lock_parent(tx, await payment_row(tx, refund.payment_ref))
        refund = await refund_row(tx, args.refund)
        if refund.reissued_as is not None:
            raise ActionRefused("The refund has already been sent again.", code="already_reissued")
        if refund.status != "failed":
            raise ActionRefused("The refund has not failed.", code="not_failed")
        if (await method_row(tx, refund.method_ref)).status != "active":
            raise _method_closed()
        again = Repay(
            payment=refund.payment_ref,
            method=refund.method_ref,
            amount=Money(amount=refund.amount, currency=refund.currency),
            reason=refund.reason,
            line=refund.line_ref,
            reissues=refund.ref,
        )
        return Needed(parent=parent, transfers=(again,))

    async def apply(self, tx: Transaction, args: OfFailedRefund, moved: Moved, at: datetime) -> Effected:
        """The refund's row is all there is."""
        del tx, args, at
        return refunded(moved)

    async def is_shown(self, tx: Transaction, args: OfFailedRefund, outcome: BackendOutcome) -> bool:
        """The old refund names the new one."""
        return (await refund_row(tx, args.refund)).reissued_as == outcome.ref


class IssueRefund(WriteAction[OfPayment]):
    """Give back an amount of a payment, to the method it was made with."""

    spec = spec(
        "issue_refund",
        "Issue a refund",
        "write",
        "high",
        payment="payment",
        amount="amount",
        reason=REASONS,
        items="items",
    )
    args = OfPayment

    def prepare(self, asked: Asked) -> Prepared:
        """Never more than is left of the payment, in its currency, to a method that is open."""
        payment, amount = asked.payment("payment"), asked.money("amount")
        reason = next(known for known in REASONS if known == asked.label("reason", REASONS))
        items = asked.lines("items") if "items" in asked.args else ()
        parent = asked.parent_ref(payment.handle)
        if any(asked.order_of(item.handle).number != parent for item in items):
            raise ActionRefused("The items are not what this payment paid for.", code="several_orders")
        if amount.currency != payment.amount.currency:
            raise ActionRefused("The payment was made in another currency.", code="wrong_currency")
        if amount.amount > payment.refundable.amount:
            raise ActionRefused("More would be given back than was paid.", code="over_paid")
        if payment.method_status != "active":
            raise _method_closed()
        ref = asked.ref(payment.handle, "payment", parent)
        lines = sorted(asked.ref(item.handle, "line", parent) for item in items)
        return Prepared(
            action=self.spec.name,
            args=OfPayment(payment=ref, amount=amount, reason=reason, lines=lines).model_dump(mode="json"),
            business_key=f"refund:{ref}:{','.join(lines) or '-'}:{reason}",
            amount=amount,
            cap=rules.cap_of(asked, payment),
            shown=_shown(payment, amount, reason, items),
        )

    async def check(self, tx: Transaction, args: OfPayment) -> Needed:
        """Under the lock: the method is still open; what is left is checked when the refund is reserved."""
        payment = await payment_row(tx, args.payment)
        parent = await lock_parent(tx, payment)
        if (await method_row(tx, payment.method_ref)).status != "active":
            raise _method_closed()
        repay = Repay(
            payment=args.payment,
            method=payment.method_ref,
            amount=args.amount,
            reason=args.reason,
            line=args.lines[0] if len(args.lines) == 1 else None,
        )
        return Needed(parent=parent, transfers=(repay,))

    async def apply(self, tx: Transaction, args: OfPayment, moved: Moved, at: datetime) -> Effected:
        """The refund's row is all there is."""
        del tx, args, at
        return refunded(moved)

    async def is_shown(self, tx: Transaction, args: OfPayment, outcome: BackendOutcome) -> bool:
        """There is such a refund of this payment."""
        refund = await refund_row(tx, outcome.ref or "")
        return (refund.payment_ref, refund.amount) == (args.payment, args.amount.amount)


def refunded(moved: Moved) -> Effected:
    """The outcome of a write that is one refund; the code says whether it is there or on its way."""
    refund = moved.refunds[0]
    return Effected(
        ref=refund.ref,
        amount=refund.money,
        code=refund.status,
        facts={
            "refund_status": refund.status,
            "expected_on": None if refund.expected_on is None else refund.expected_on.isoformat(),
            "method_label": refund.label,
        },
    )


def _shown(payment: Payment, amount: Money, reason: str, items: tuple[OrderLine, ...]) -> dict[str, str]:
    told = {
        "payment": f"{payment.amount} paid with {payment.method_label}",
        "amount": str(amount),
        "reason": shown.label(reason),
    }
    return {**told, "items": shown.lines(items)} if items else told


def _method_closed() -> ActionRefused:
    return ActionRefused("The payment method is closed or has expired.", code="method_closed")
