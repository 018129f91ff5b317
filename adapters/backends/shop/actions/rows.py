"""The rows that actions look at and lock, each read one way."""

from dataclasses import dataclass
from typing import TypeVar

from adapters.backends.shop.database import Transaction
from adapters.backends.shop.queries import named
from adapters.backends.shop.records import (
    LineRow,
    MethodRow,
    OrderRow,
    PaymentRow,
    RefundRow,
    SubscriptionRow,
    VariantRow,
)
from adapters.backends.shop.refs import unknown_record
from adapters.backends.shop.transfers import Parent
from domain.errors import ActionRefused, Unavailable
from domain.money import Money

SQL = named("actions")
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a payment after refunds."""

    payment: str
    method: str
    amount: int
    currency: str

    @property
    def money(self) -> Money:
        """The amount with its currency."""
        return Money(amount=self.amount, currency=self.currency)


async def lock_order(tx: Transaction, number: str, *allowed: str) -> OrderRow:
    """Lock an order for the rest of the transaction.

    Raises:
        ActionRefused: its status is none of `allowed` ("wrong_status"), where any are given, or there is no such order.
        Unavailable: another change of it waits for its money.
    """
    order = await tx.one(OrderRow, SQL["lock_order"], order=number)
    if order is None:
        raise unknown_record()
    if order.hold is not None:
        raise Unavailable("Another change of the order is under way.")
    if allowed and order.status not in allowed:
        raise ActionRefused("The order's status does not allow it.", code="wrong_status")
    return order


async def order_row(tx: Transaction, number: str) -> OrderRow:
    """An order as it is, unlocked."""
    return _found(await tx.one(OrderRow, SQL["order"], order=number))


async def line_rows(tx: Transaction, refs: list[str]) -> list[LineRow]:
    """Order lines by ref, in the order of the order; all of them or a refusal."""
    rows = await tx.all(LineRow, SQL["lines"], lines=refs)
    if len(rows) != len(set(refs)):
        raise unknown_record()
    return rows


async def what_is_left(tx: Transaction, number: str) -> list[Left]:
    """What is left of each payment of an order, where anything is."""
    return [left for left in await tx.all(Left, SQL["what_is_left"], order=number) if left.amount > 0]


async def variant_row(tx: Transaction, sku: str) -> VariantRow:
    """A variant of the catalogue."""
    return _found(await tx.one(VariantRow, SQL["variant"], sku=sku))


async def refund_row(tx: Transaction, ref: str) -> RefundRow:
    """A refund as the shop has it."""
    return _found(await tx.one(RefundRow, SQL["refund"], refund=ref))


async def payment_row(tx: Transaction, ref: str) -> PaymentRow:
    """A payment as the shop has it."""
    return _found(await tx.one(PaymentRow, SQL["payment"], payment=ref))


async def method_row(tx: Transaction, ref: str) -> MethodRow:
    """A payment method on file."""
    return _found(await tx.one(MethodRow, SQL["method"], method=ref))


async def lock_subscription(tx: Transaction, ref: str) -> SubscriptionRow:
    """Lock a subscription for the rest of the transaction."""
    return _found(await tx.one(SubscriptionRow, SQL["lock_subscription"], subscription=ref))


async def lock_parent(tx: Transaction, payment: PaymentRow) -> Parent:
    """Lock the order or invoice that a payment is for, so that its payments and refunds are counted once."""
    if payment.order_ref is not None:
        await lock_order(tx, payment.order_ref)
    else:
        await tx.all(PaymentRow, SQL["lock_payments_of_invoice"], invoice=payment.invoice_ref)
    return Parent(order=payment.order_ref, invoice=payment.invoice_ref)


def _found(row: Row | None) -> Row:
    if row is None:
        raise unknown_record()
    return row
