"""Preconditions that several actions share, judged on the customer context; pure."""

from collections.abc import Iterable

from adapters.backends.shop.arguments import Asked
from domain.action import Cap
from domain.customer import Order, OrderLine, Payment, PaymentMethod, Variant
from domain.errors import ActionRefused
from domain.money import Money


def one_order(asked: Asked, items: Iterable[OrderLine]) -> Order:
    """The one order that all items belong to; refused when there are several ("several_orders")."""
    orders = {order.handle: order for order in (asked.order_of(item.handle) for item in items)}
    if len(orders) != 1:
        raise ActionRefused("The items belong to several orders.", code="several_orders")
    return next(iter(orders.values()))


def within_window(asked: Asked, order: Order) -> None:
    """Refuse when the order was delivered too long ago, or nobody knows when ("outside_window")."""
    if order.days_since_delivery is None or order.days_since_delivery > asked.window_days():
        raise ActionRefused("The order was delivered too long ago.", code="outside_window")


def status_is(order: Order, status: str) -> None:
    """Refuse any other status of the order ("wrong_status")."""
    if order.status != status:
        raise ActionRefused(f"Only an order that is {status} can be changed so.", code="wrong_status")


def is_open(method: PaymentMethod) -> None:
    """Refuse a closed or expired payment method ("method_closed")."""
    if method.status != "active":
        raise ActionRefused("The payment method is closed or has expired.", code="method_closed")


def paid_with(order: Order, method: PaymentMethod) -> bool:
    """Whether what is left of the order's payments was paid with this method (any payment, when nothing is left)."""
    open_payments = [payment for payment in order.payments if payment.refundable.amount > 0] or list(order.payments)
    return any(payment.method == method.handle for payment in open_payments)


def is_replaceable(asked: Asked, item: OrderLine, wanted: Variant) -> None:
    """Refuse a variant of another product ("other_product"), the present one ("same_variant") or one not in stock."""
    if wanted not in asked.context.catalogue.get(item.product, ()):
        raise ActionRefused("That is another product.", code="other_product")
    if wanted.sku == item.sku:
        raise ActionRefused("That is the variant the customer has.", code="same_variant")
    if not wanted.available:
        raise ActionRefused("The variant is not in stock.", code="not_available")


def price_difference(pairs: Iterable[tuple[OrderLine, Variant]]) -> int:
    """What the wanted variants cost more than the lines, in minor units; below zero when they cost less."""
    return sum((wanted.price.amount - item.price.amount) * item.quantity for item, wanted in pairs)


def covers(method: PaymentMethod, amount: Money) -> None:
    """Refuse a gift card that holds less than the amount ("balance_too_low")."""
    if method.balance is not None and (
        method.balance.currency != amount.currency or method.balance.amount < amount.amount
    ):
        raise ActionRefused("The gift card does not hold enough.", code="balance_too_low")


def worth(items: Iterable[OrderLine]) -> Money:
    """The price of items together."""
    first, *rest = [Money(amount=item.price.amount * item.quantity, currency=item.price.currency) for item in items]
    return sum(rest, start=first)


def left_of(order: Order) -> Money:
    """What the shop still holds of what was paid for the order; its total, where no payment is known."""
    left = [payment.refundable for payment in order.payments]
    return sum(left[1:], start=left[0]) if left else order.total


def cap_of(asked: Asked, payment: Payment) -> Cap | None:
    """No more goes back than was paid for the order or invoice that this payment belongs to."""
    invoice = asked.invoice_of(payment.handle)
    if invoice is not None:
        return _cap("invoice", invoice.number, (invoice.payment,))
    return order_cap(asked.order_of(payment.handle))


def order_cap(order: Order) -> Cap | None:
    """No more goes back than was paid for the order; None where no payment is known, hence none can be given back."""
    return _cap("order", order.number, order.payments)


def _cap(kind: str, number: str, payments: tuple[Payment, ...]) -> Cap | None:
    if not payments:
        return None
    first, *rest = [payment.amount for payment in payments]
    return Cap(subject=f"{kind}:{number}/{first.currency}", limit=sum(rest, start=first))
