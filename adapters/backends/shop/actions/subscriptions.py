"""Ending a subscription, and giving back an invoice or the unused part of one."""

from datetime import datetime
from typing import Literal

from adapters.backends.port import BackendOutcome, Prepared
from adapters.backends.shop.actions import rules, shown
from adapters.backends.shop.actions.contract import Effected, Needed, WriteAction, spec
from adapters.backends.shop.actions.refunds import refunded
from adapters.backends.shop.actions.rows import SQL, lock_parent, lock_subscription, method_row, payment_row, refund_row
from adapters.backends.shop.arguments import Asked
from adapters.backends.shop.database import Transaction
from adapters.backends.shop.refs import unknown_record
from adapters.backends.shop.transfers import Moved, Repay
from domain.customer import Invoice, Subscription
from domain.errors import ActionRefused
from domain.model import Model
from domain.money import Money

CancelAt = Literal["period_end", "now"]
InvoiceReason = Literal["after_cancellation", "duplicate_charge", "unused_time"]
CANCEL_AT: tuple[CancelAt, ...] = ("period_end", "now")
INVOICE_REASONS: tuple[InvoiceReason, ...] = ("after_cancellation", "duplicate_charge", "unused_time")


class OfSubscription(Model):
    """The subscription to end, and when."""

    subscription: str
    at: CancelAt


class OfInvoice(Model):
    """How much of an invoice's payment goes back, and why."""

    invoice: str
    payment: str
    amount: Money
    reason: InvoiceReason


class CancelSubscription(WriteAction[OfSubscription]):
    """End a subscription, at once or with the period that is paid; it refunds nothing by itself."""

    spec = spec(
        "cancel_subscription", "Cancel a subscription", "write", "medium", subscription="subscription", at=CANCEL_AT
    )
    args = OfSubscription

    def prepare(self, asked: Asked) -> Prepared:
        """Only an active one."""
        subscription = asked.subscription("subscription")
        at = next(known for known in CANCEL_AT if known == asked.label("at", CANCEL_AT))
        if subscription.status != "active":
            raise ActionRefused("The subscription is not active.", code="wrong_status")
        ref = asked.ref(subscription.handle, "subscription", asked.context.customer_id)
        return Prepared(
            action=self.spec.name,
            args=OfSubscription(subscription=ref, at=at).model_dump(),
            business_key=f"cancel_sub:{ref}:{subscription.changes}",
            shown={"subscription": subscription.plan, "at": shown.label(at)},
        )

    async def check(self, tx: Transaction, args: OfSubscription) -> Needed:
        """Under the lock: still active."""
        if (await lock_subscription(tx, args.subscription)).status != "active":
            raise ActionRefused("The subscription is not active.", code="wrong_status")
        return Needed()

    async def apply(self, tx: Transaction, args: OfSubscription, moved: Moved, at: datetime) -> Effected:
        """The subscription ends, or is marked to."""
        del moved
        status = "cancelled" if args.at == "now" else "cancels_at_period_end"
        await tx.run(SQL["cancel_subscription"], subscription=args.subscription, status=status, at=at)
        row = await lock_subscription(tx, args.subscription)
        ends_on = at.date() if args.at == "now" else row.period_end
        return Effected(ref=args.subscription, facts={"ends_on": ends_on.isoformat()})

    async def is_shown(self, tx: Transaction, args: OfSubscription, outcome: BackendOutcome) -> bool:
        """It is no longer active."""
        del outcome
        return (await lock_subscription(tx, args.subscription)).status in {"cancelled", "cancels_at_period_end"}


class RefundInvoice(WriteAction[OfInvoice]):
    """Give back an invoice that should not have been charged, or the unused part of the current period."""

    spec = spec("refund_invoice", "Refund an invoice", "write", "high", invoice="invoice", reason=INVOICE_REASONS)
    args = OfInvoice

    def prepare(self, asked: Asked) -> Prepared:
        """The amount follows from the reason and is never more than is left of the payment."""
        invoice = asked.invoice("invoice")
        reason = next(known for known in INVOICE_REASONS if known == asked.label("reason", INVOICE_REASONS))
        amount = _amount(asked, invoice, reason)
        if not 0 < amount.amount <= invoice.payment.refundable.amount:
            raise ActionRefused("There is not that much left to give back.", code="over_paid")
        if invoice.payment.method_status != "active":
            raise ActionRefused("The payment method is closed or has expired.", code="method_closed")
        own = OfInvoice(
            invoice=invoice.number,
            payment=asked.ref(invoice.payment.handle, "payment", invoice.number),
            amount=amount,
            reason=reason,
        )
        return Prepared(
            action=self.spec.name,
            args=own.model_dump(mode="json"),
            business_key=f"refund_invoice:{invoice.number}:{reason}",
            amount=amount,
            cap=rules.cap_of(asked, invoice.payment),
            shown={"invoice": f"{invoice.number} ({invoice.amount})", "reason": shown.label(reason)},
        )

    async def check(self, tx: Transaction, args: OfInvoice) -> Needed:
        """Under the lock: the method is still open; what is left is checked when the refund is reserved."""
        payment = await payment_row(tx, args.payment)
        parent = await lock_parent(tx, payment)
        if (await method_row(tx, payment.method_ref)).status != "active":
            raise ActionRefused("The payment method is closed or has expired.", code="method_closed")
        repay = Repay(payment=args.payment, method=payment.method_ref, amount=args.amount, reason=args.reason)
        return Needed(parent=parent, transfers=(repay,))

    async def apply(self, tx: Transaction, args: OfInvoice, moved: Moved, at: datetime) -> Effected:
        """The refund's row is all there is."""
        del tx, args, at
        return refunded(moved)

    async def is_shown(self, tx: Transaction, args: OfInvoice, outcome: BackendOutcome) -> bool:
        """There is such a refund of this invoice."""
        refund = await refund_row(tx, outcome.ref or "")
        return (refund.payment_ref, refund.amount) == (args.payment, args.amount.amount)


def _amount(asked: Asked, invoice: Invoice, reason: InvoiceReason) -> Money:
    """What is left of the invoice; for unused time the prorated rest, if the invoice is of the current period."""
    if reason != "unused_time":
        return invoice.payment.refundable
    subscription = _subscription_of(asked, invoice)
    if (invoice.period_start, invoice.period_end) == (subscription.period_start, subscription.period_end):
        return subscription.unused
    return Money(amount=0, currency=invoice.amount.currency)


def _subscription_of(asked: Asked, invoice: Invoice) -> Subscription:
    for subscription in asked.context.subscriptions:
        if any(known.handle == invoice.handle for known in subscription.invoices):
            return subscription
    raise unknown_record()
