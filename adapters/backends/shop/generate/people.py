"""The named people of people.yaml, put into a store."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from adapters.backends.shop.generate.builder import Builder, Item, Place
from adapters.backends.shop.generate.files import AddressFile, OrderFile, PersonFile, SubscriptionFile
from adapters.backends.shop.records import (
    CustomerRow,
    InvoiceRow,
    LineStatus,
    MethodRow,
    OrderRow,
    PaymentRow,
    ProductRow,
    SubscriptionRow,
    VariantRow,
)
from adapters.backends.shop.refs import nth
from domain.canonical import sha256_of

PERIOD_DAYS = {"month": 30, "year": 365}
ENTITLEMENTS = {"standard": [], "plus": ["extended_returns"], "vip": ["extended_returns", "priority_support"]}
_SECOND_CHARGE_AFTER = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Products and their variants."""

    products: dict[str, ProductRow]
    variants: dict[str, list[VariantRow]]

    def item(self, product: str, options: dict[str, str], status: LineStatus, quantity: int) -> Item:
        """The product in just these options; raises KeyError or StopIteration when the catalogue lacks it."""
        variant = next(variant for variant in self.variants[product] if variant.options == options)
        return Item(product=self.products[product], variant=variant, status=status, quantity=quantity)


def at(today: date, days_ago: int, hour: int = 10) -> datetime:
    """A moment so many days before today, UTC."""
    return datetime.combine(today - timedelta(days=days_ago), time(hour), tzinfo=UTC)


def tracking(number: str) -> str:
    """A tracking number for an order's parcel, always the same."""
    return f"JD{int(sha256_of(['parcel', number])[:14], 16) % 10**12:012d}"


def add_person(builder: Builder, person: PersonFile, catalogue: Catalogue, today: date) -> None:
    """Add a named person with everything that people.yaml says about them."""
    first_name, _, last_name = person.name.partition(" ")
    builder.customer(
        CustomerRow(
            ref=person.id,
            first_name=first_name,
            last_name=last_name,
            email=f"{first_name}.{last_name}@example.com".lower(),
            tier=person.tier,
            entitlements=ENTITLEMENTS[person.tier],
            language="en",
        ),
        _place(person.address),
    )
    methods = [builder.method(person.id, **method.model_dump()) for method in person.methods]
    for order in person.orders:
        _add_order(builder, person, order, methods[0], catalogue, today)
    for n, subscription in enumerate(person.subscriptions, start=1):
        _add_subscription(builder, person.id, nth(person.id, n), subscription, methods[0], today)


def _place(address: AddressFile) -> Place:
    return Place(**address.model_dump())


def _add_order(
    builder: Builder, person: PersonFile, order: OrderFile, method: MethodRow, catalogue: Catalogue, today: date
) -> None:
    usual: LineStatus = "delivered" if order.status == "delivered" else "ordered"
    items = [catalogue.item(line.product, line.options, line.status or usual, line.quantity) for line in order.lines]
    placed_at = at(today, order.placed)
    delivered_at = None if order.delivered is None else at(today, order.delivered, 14)
    place = _place(order.address or person.address)
    row = builder.order(person.id, order.number, order.status, placed_at, delivered_at, place, items)
    payment = builder.payment(row, method, row.total, placed_at)
    if order.charged_twice:
        builder.payment(row, method, row.total, placed_at + _SECOND_CHARGE_AFTER, duplicate_of=payment.ref)
    _add_refunds(builder, order, payment, items, today)
    _add_parcel(builder, order, row, today)


def _add_refunds(builder: Builder, order: OrderFile, payment: PaymentRow, items: list[Item], today: date) -> None:
    for refund in order.refunds:
        item = items[refund.line - 1]
        builder.refund(
            payment,
            item.variant.price * item.quantity,
            refund.reason,
            at(today, refund.ago),
            refund.status,
            refund.failure,
            nth(order.number, refund.line),
        )


def _add_parcel(builder: Builder, order: OrderFile, row: OrderRow, today: date) -> None:
    if order.delivered is not None:
        moment = at(today, order.delivered, 14)
        builder.shipment(
            row,
            "DHL",
            tracking(order.number),
            "delivered",
            last_scan_at=moment,
            expected_on=moment.date(),
            delivered_at=moment,
        )
    elif order.shipment is not None:
        builder.shipment(
            row,
            order.shipment.carrier,
            tracking(order.number),
            order.shipment.status,
            last_scan_at=at(today, order.shipment.scanned, 7),
            expected_on=today - timedelta(days=order.shipment.expected),
        )


def _add_subscription(
    builder: Builder, customer: str, ref: str, subscription: SubscriptionFile, method: MethodRow, today: date
) -> None:
    length = timedelta(days=PERIOD_DAYS[subscription.interval])
    period_start = today - timedelta(days=subscription.period_started)
    row = builder.subscription(
        SubscriptionRow(
            customer=customer,
            ref=ref,
            plan=subscription.plan,
            interval=subscription.interval,
            price=subscription.price,
            currency=builder.currency,
            status=subscription.status,
            started_at=at(today, subscription.started),
            cancelled_at=None if subscription.cancelled is None else at(today, subscription.cancelled),
            period_start=period_start,
            period_end=period_start + length,
            seats=1,
        )
    )
    for invoice in subscription.invoices:
        issued_at = at(today, invoice.issued, 3)
        builder.invoice(
            InvoiceRow(
                customer=customer,
                ref=invoice.number,
                subscription_ref=row.ref,
                amount=subscription.price,
                currency=builder.currency,
                issued_at=issued_at,
                period_start=issued_at.date(),
                period_end=issued_at.date() + length,
            ),
            method,
        )
