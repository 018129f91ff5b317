"""Taking back what was set going: a refund that is not paid out yet, a subscription that has not ended yet."""

from datetime import datetime

from adapters.backends.port import BackendOutcome, Prepared
from adapters.backends.shop.actions.contract import Effected, Needed, WriteAction, spec
from adapters.backends.shop.actions.rows import SQL, lock_parent, lock_subscription, payment_row, refund_row
from adapters.backends.shop.arguments import Asked
from adapters.backends.shop.database import Transaction
from adapters.backends.shop.transfers import Moved, Recall
from domain.errors import ActionRefused
from domain.model import Model
from domain.money import Money


class OfPendingRefund(Model):
    """The refund to stop, by its ref."""

    refund: str


class OfEndingSubscription(Model):
    """The subscription that is to go on."""

    subscription: str


class CancelRefund(WriteAction[OfPendingRefund]):
    """Stop a refund while the provider has not paid it out; what it would have given back is refundable again."""

    spec = spec("cancel_refund", "Cancel a pending refund", "write", "medium", refund="refund")
    args = OfPendingRefund

    def prepare(self, asked: Asked) -> Prepared:
        """Only while it is pending."""
        refund = asked.refund("refund")
        if refund.status != "pending":
            raise _not_pending()
        ref = asked.ref(refund.handle, "refund", asked.parent_ref(refund.handle))
        return Prepared(
            action=self.spec.name,
            args=OfPendingRefund(refund=ref).model_dump(),
            business_key=f"cancel_refund:{ref}",
            shown={"refund": f"{refund.amount} to {refund.method_label}"},
        )

    async def check(self, tx: Transaction, args: OfPendingRefund) -> Needed:
        """Under the lock: the shop still believes it pending; whether it is, only the provider knows."""
        refund = await refund_row(tx, args.refund)
        parent = await lock_parent(tx, await payment_row(tx, refund.payment_ref))
        return Needed(parent=parent, transfers=(Recall(refund=args.refund),))

    async def apply(self, tx: Transaction, args: OfPendingRefund, moved: Moved, at: datetime) -> Effected:
        """The refund's row is all there is."""
        del tx, at
        (recalled,) = moved.recalls
        amount = Money(amount=recalled.amount, currency=recalled.currency)
        return Effected(ref=args.refund, amount=amount)

    async def is_shown(self, tx: Transaction, args: OfPendingRefund, outcome: BackendOutcome) -> bool:
        """The refund is cancelled."""
        del outcome
        return (await refund_row(tx, args.refund)).status == "cancelled"


class ResumeSubscription(WriteAction[OfEndingSubscription]):
    """Let a subscription go on that was to end with its period."""

    spec = spec("resume_subscription", "Resume a subscription", "write", "low", subscription="subscription")
    args = OfEndingSubscription

    def prepare(self, asked: Asked) -> Prepared:
        """Only while it has not ended."""
        subscription = asked.subscription("subscription")
        if subscription.status != "cancels_at_period_end" or subscription.days_left == 0:
            raise _has_ended()
        ref = asked.ref(subscription.handle, "subscription", asked.context.customer_id)
        return Prepared(
            action=self.spec.name,
            args=OfEndingSubscription(subscription=ref).model_dump(),
            business_key=f"resume_sub:{ref}:{subscription.changes}",
            shown={"subscription": subscription.plan},
        )

    async def check(self, tx: Transaction, args: OfEndingSubscription) -> Needed:
        """Under the lock: still to end, and not ended."""
        if (await lock_subscription(tx, args.subscription)).status != "cancels_at_period_end":
            raise _has_ended()
        return Needed()

    async def apply(self, tx: Transaction, args: OfEndingSubscription, moved: Moved, at: datetime) -> Effected:
        """It is active as before."""
        del moved, at
        await tx.run(SQL["cancel_subscription"], subscription=args.subscription, status="active", at=None)
        return Effected(ref=args.subscription)

    async def is_shown(self, tx: Transaction, args: OfEndingSubscription, outcome: BackendOutcome) -> bool:
        """It is active."""
        del outcome
        return (await lock_subscription(tx, args.subscription)).status == "active"


def _not_pending() -> ActionRefused:
    return ActionRefused("The refund is not on its way any more.", code="not_pending")


def _has_ended() -> ActionRefused:
    return ActionRefused("The subscription is not about to end.", code="wrong_status")
