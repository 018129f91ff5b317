"""Money on the move: what a write needs to be charged or given back, and how it gets there exactly once.

Each transfer is first a row of the shop's (reserved under a lock on what was paid, so that no two refunds together
exceed it), then a request to the payment provider whose key is the effect's key and the row's ref, then the answer
in the row. Gift cards are the shop's own: their balance changes in the same transaction.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from adapters.backends.shop.database import Transaction
from adapters.backends.shop.queries import named
from adapters.backends.shop.records import MethodRow, PaymentState, RefundState
from adapters.backends.shop.refs import nth
from domain.customer import PaymentMethodKind, RefundFailure
from domain.errors import ActionRefused
from domain.model import Model
from domain.money import Money

SQL = named("transfers")


class Charge(Model):
    """Take money from a payment method."""

    method: str
    amount: Money


class Repay(Model):
    """Give money of a payment back, to a method of the customer's; `reissues` names the failed refund it replaces."""

    payment: str
    method: str
    amount: Money
    reason: str
    line: str | None = None
    reissues: str | None = None


class Recall(Model):
    """Stop a refund that is still on its way, by its ref."""

    refund: str


Transfer = Charge | Repay | Recall


@dataclass(frozen=True, slots=True)
class MovingPayment:
    """A charge of an effect and how far it is."""

    ref: str
    method_ref: str
    amount: int
    currency: str
    status: PaymentState
    charge: str | None
    kind: PaymentMethodKind

    @property
    def is_open(self) -> bool:
        """Whether the provider has yet to be asked, or asked again what it did."""
        return self.status in {"sending", "errored"}


@dataclass(frozen=True, slots=True)
class MovingRefund:
    """A refund of an effect and how far it is; `charge` is what the provider calls the payment."""

    ref: str
    payment_ref: str
    charge: str | None
    paid_with: str
    method_ref: str
    amount: int
    currency: str
    reason: str
    status: RefundState
    failure: RefundFailure | None
    provider_ref: str | None
    expected_on: date | None
    kind: PaymentMethodKind
    label: str

    @property
    def is_open(self) -> bool:
        """Whether the provider has yet to be asked, or asked again what it did."""
        return self.status in {"sending", "errored"} and self.kind != "gift_card"

    @property
    def money(self) -> Money:
        """The amount with its currency."""
        return Money(amount=self.amount, currency=self.currency)


@dataclass(frozen=True, slots=True)
class MovingRecall:
    """A refund that an effect calls back; not open once it is cancelled, or has ended otherwise."""

    ref: str
    provider_ref: str
    amount: int
    currency: str
    status: RefundState
    failure: RefundFailure | None = None

    @property
    def is_open(self) -> bool:
        """Whether the provider has yet to be asked, or asked again what it did."""
        return self.status == "pending"


@dataclass(frozen=True, slots=True)
class Moved:
    """All transfers of one effect, in the order they are made: charges, then refunds, then recalls."""

    payments: tuple[MovingPayment, ...] = ()
    refunds: tuple[MovingRefund, ...] = ()
    recalls: tuple[MovingRecall, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the provider has to be asked about any of them."""
        return any(row.is_open for rows in (self.payments, self.refunds, self.recalls) for row in rows)

    @property
    def failure(self) -> str | None:
        """Why the first transfer that failed did, as a code; None if none did."""
        if any(payment.status == "declined" for payment in self.payments):
            return "payment_declined"
        if any(recall.status in {"succeeded", "failed"} for recall in self.recalls):
            return "not_pending"
        failures = (refund.failure for refund in self.refunds if refund.status == "failed")
        return next(("provider_error" if failure in {None, "unknown"} else failure for failure in failures), None)

    @property
    def has_moved(self) -> bool:
        """Whether any money is on its way or there."""
        if any(payment.status == "paid" for payment in self.payments):
            return True
        if any(recall.status == "cancelled" for recall in self.recalls):
            return True
        return any(refund.status in {"pending", "succeeded"} for refund in self.refunds)


@dataclass(frozen=True, slots=True)
class Parent:
    """What the money is for: an order or an invoice."""

    order: str | None = None
    invoice: str | None = None

    @property
    def ref(self) -> str:
        """The number the customer knows."""
        return self.order or self.invoice or ""


@dataclass(frozen=True, slots=True)
class _Counts:
    payments: int
    refunds: int


@dataclass(frozen=True, slots=True)
class _Sum:
    amount: int


@dataclass(frozen=True, slots=True)
class _Paid:
    amount: int
    currency: str


async def reserve(tx: Transaction, key: str, parent: Parent, transfers: tuple[Transfer, ...], at: datetime) -> None:
    """Write the transfers down before any is made; the caller holds a lock on the parent.

    Raises:
        ActionRefused: a payment has less left than is to be given back ("over_paid"), is in another currency
            ("wrong_currency"), a gift card holds too little ("balance_too_low"), or a refund was reissued meanwhile
            ("already_reissued").
    """
    counts = await tx.one(_Counts, SQL["counts"], parent=parent.ref)
    payments, refunds = (counts.payments, counts.refunds) if counts else (0, 0)
    common = {"order": parent.order, "invoice": parent.invoice, "at": at, "key": key}
    for transfer in transfers:
        match transfer:
            case Charge():
                row = {**common, "method": transfer.method, **transfer.amount.model_dump()}
                payments += 1
                status = await _debit_gift_card(tx, transfer)
                await tx.run(SQL["add_payment"], **row, ref=nth(parent.ref, payments), status=status)
            case Repay():
                row = {**common, "method": transfer.method, **transfer.amount.model_dump()}
                refunds += 1
                await _check_what_is_left(tx, transfer)
                ref = nth(parent.ref, refunds)
                if transfer.reissues and not await tx.run(SQL["refund_reissued"], old=transfer.reissues, new=ref):
                    raise ActionRefused("This refund has already been sent again.", code="already_reissued")
                extra = {"payment": transfer.payment, "line": transfer.line, "reason": transfer.reason}
                await tx.run(SQL["add_refund"], **row, **extra, ref=ref)
            case Recall():
                if not await tx.run(SQL["recall"], ref=transfer.refund, key=key):
                    raise ActionRefused("The refund is not on its way any more.", code="not_pending")


async def of_effect(tx: Transaction, key: str) -> Moved:
    """The transfers reserved under an idempotency key, as far as the shop knows."""
    return Moved(
        payments=tuple(await tx.all(MovingPayment, SQL["payments_of_effect"], key=key)),
        refunds=tuple(await tx.all(MovingRefund, SQL["refunds_of_effect"], key=key)),
        recalls=tuple(await tx.all(MovingRecall, SQL["recalls_of_effect"], key=key)),
    )


async def record(tx: Transaction, moved: Moved) -> None:
    """Write down what the provider answered."""
    for payment in moved.payments:
        await tx.run(SQL["payment_answered"], ref=payment.ref, status=payment.status, charge=payment.charge)
    for refund in moved.refunds:
        await tx.run(
            SQL["refund_answered"],
            ref=refund.ref,
            status=refund.status,
            failure=refund.failure,
            provider_ref=refund.provider_ref,
            expected_on=refund.expected_on,
        )
    for recall in moved.recalls:
        await tx.run(SQL["recall_answered"], ref=recall.ref, status=recall.status, failure=recall.failure)


async def conclude(tx: Transaction, moved: Moved, at: datetime) -> Moved:
    """Credit gift cards, give up refunds behind a declined charge, write all down; the transfers as they ended."""
    is_declined = any(payment.status == "declined" for payment in moved.payments)
    refunds = []
    for refund in moved.refunds:
        ended = refund
        if is_declined:
            ended = replace(refund, status="cancelled")
        elif refund.kind == "gift_card" and refund.status == "sending":
            await tx.run(SQL["change_balance"], ref=refund.method_ref, change=refund.amount)
            ended = replace(refund, status="succeeded", expected_on=at.date())
        refunds.append(ended)
    concluded = replace(moved, refunds=tuple(refunds))
    await record(tx, concluded)
    return concluded


async def _debit_gift_card(tx: Transaction, charge: Charge) -> PaymentState:
    method = await tx.one(MethodRow, SQL["lock_method"], ref=charge.method)
    if method is None or method.status != "active":
        raise ActionRefused("The payment method cannot be used.", code="method_closed")
    if method.balance is None:
        return "sending"
    if method.currency != charge.amount.currency or method.balance < charge.amount.amount:
        raise ActionRefused("The gift card does not hold enough.", code="balance_too_low")
    await tx.run(SQL["change_balance"], ref=charge.method, change=-charge.amount.amount)
    return "paid"


async def _check_what_is_left(tx: Transaction, repay: Repay) -> None:
    paid = await tx.one(_Paid, SQL["lock_payment"], ref=repay.payment)
    if paid is None:
        raise ActionRefused("There is no such payment.", code="unknown_record")
    if paid.currency != repay.amount.currency:
        raise ActionRefused("The payment was made in another currency.", code="wrong_currency")
    given_back = await tx.one(_Sum, SQL["given_back"], payment=repay.payment)
    if given_back is None or given_back.amount + repay.amount.amount > paid.amount:
        raise ActionRefused("More would be given back than was paid.", code="over_paid")
