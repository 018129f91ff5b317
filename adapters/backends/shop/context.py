"""From the shop's rows to the customer context: handles, money, and days counted from now.

Pure: it reads no clock and no database. Days are calendar days (UTC), as people count them.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar, cast

from adapters.backends.shop.records import (
    AddressRow,
    InvoiceRow,
    LineRow,
    MethodRow,
    OrderRow,
    PaymentRow,
    RefundRow,
    RefundState,
    ShipmentRow,
    SubscriptionRow,
)
from adapters.backends.shop.refs import former
from adapters.backends.shop.snapshot import Snapshot
from domain.customer import (
    Address,
    CustomerContext,
    Invoice,
    Order,
    OrderLine,
    Payment,
    PaymentMethod,
    Refund,
    RefundStatus,
    Shipment,
    Subscription,
    Variant,
)
from domain.ids import Handle, TicketId, handle_for
from domain.money import Money
from domain.ticket import IdentityLevel

Shipped = TypeVar("Shipped", LineRow, ShipmentRow)
Moved = TypeVar("Moved", PaymentRow, RefundRow)

_RECENT_DAYS = 90


def assemble(snapshot: Snapshot, ticket_id: TicketId, identity: IdentityLevel, now: datetime) -> CustomerContext:
    """The context of one ticket's customer; every record gets the handle that names it in this ticket."""
    return _Assembly(snapshot, ticket_id, now).context(identity)


def shown_status(state: RefundState) -> RefundStatus:
    """A refund's status as customers are told it: what the shop does not know the end of is on its way."""
    return "pending" if state in {"sending", "errored"} else cast("RefundStatus", state)


def days_between(earlier: datetime | date, later: datetime) -> int:
    """Calendar days from `earlier` to `later`."""
    day = earlier.astimezone(later.tzinfo).date() if isinstance(earlier, datetime) else earlier
    return (later.date() - day).days


def unused_part(price: int, period_start: date, period_end: date, today: date) -> int:
    """The prorated price of the days left of a period, today included; rounded down to whole minor units."""
    length = (period_end - period_start).days
    left = min(max((period_end - today).days, 0), length)
    return price * left // length


@dataclass(frozen=True, slots=True)
class _Money:
    """The payments and refunds of one order or invoice."""

    payments: tuple[Payment, ...]
    refunds: tuple[Refund, ...]


class _Assembly:
    def __init__(self, snapshot: Snapshot, ticket_id: TicketId, now: datetime) -> None:
        self._snapshot = snapshot
        self._ticket_id = ticket_id
        self._now = now
        self._methods = {method.ref: method for method in snapshot.methods}
        self._lines = _by_order(snapshot.lines)
        self._shipments = _by_order(snapshot.shipments)
        self._payments = _by_parent(snapshot.payments)
        self._refunds = _by_parent(snapshot.refunds)
        self._addresses = {address.ref: address for address in snapshot.addresses}

    def context(self, identity: IdentityLevel) -> CustomerContext:
        customer = self._snapshot.customer
        profile = self._addresses.get(customer.ref)
        catalogue: dict[str, list[Variant]] = defaultdict(list)
        for row in self._snapshot.variants:
            catalogue[row.product].append(
                Variant(
                    handle=self._handle("variant", row.ref),
                    sku=row.ref,
                    options=row.options,
                    price=Money(amount=row.price, currency=row.currency),
                    available=row.available,
                )
            )
        return CustomerContext(
            customer_id=customer.ref,
            identity=identity,
            name=f"{customer.first_name} {customer.last_name}",
            first_name=customer.first_name,
            tier=customer.tier,
            entitlements=tuple(customer.entitlements),
            language=customer.language,
            orders=tuple(self._order(row) for row in self._snapshot.orders),
            subscriptions=tuple(self._subscription(row) for row in self._snapshot.subscriptions),
            payment_methods=tuple(self._method(row) for row in self._snapshot.methods),
            address=self._address(profile, "profile") if profile is not None else None,
            catalogue={product: tuple(variants) for product, variants in catalogue.items()},
            refunds_last_90_days=sum(
                shown_status(row.status) in {"pending", "succeeded"}
                and days_between(row.created_at, self._now) <= _RECENT_DAYS
                for row in self._snapshot.refunds
            ),
        )

    def _handle(self, kind: str, ref: str) -> Handle:
        return handle_for(kind, self._ticket_id, ref)

    def _address(self, row: AddressRow, label: str) -> Address:
        return Address(
            handle=self._handle("address", row.ref),
            label=label,
            line1=row.line1,
            line2=row.line2,
            city=row.city,
            region=row.region,
            postcode=row.postcode,
            country=row.country,
            changes=row.changes,
            former=None if row.former is None else self._former(row.ref, f"{label}, before", row.former),
        )

    def _former(self, ref: str, label: str, lines: dict[str, str]) -> Address:
        return Address.model_validate({**lines, "handle": self._handle("address", former(ref)), "label": label})

    def _method(self, row: MethodRow) -> PaymentMethod:
        return PaymentMethod(
            handle=self._handle("method", row.ref),
            kind=row.kind,
            label=row.label,
            status=row.status,
            balance=None if row.balance is None else Money(amount=row.balance, currency=row.currency),
        )

    def _order(self, row: OrderRow) -> Order:
        money = self._money(row.ref)
        return Order(
            handle=self._handle("order", row.ref),
            number=row.ref,
            status=row.status,
            placed_at=row.placed_at,
            days_since_placed=days_between(row.placed_at, self._now),
            delivered_at=row.delivered_at,
            days_since_delivery=None if row.delivered_at is None else days_between(row.delivered_at, self._now),
            total=Money(amount=row.total, currency=row.currency),
            lines=tuple(self._line(line) for line in self._lines[row.ref]),
            payments=money.payments,
            refunds=money.refunds,
            shipments=tuple(self._shipment(shipment) for shipment in self._shipments[row.ref]),
            address=self._address(self._addresses[row.ref], f"order {row.ref}"),
        )

    def _line(self, row: LineRow) -> OrderLine:
        return OrderLine(
            handle=self._handle("line", row.ref),
            title=row.title,
            product=row.product,
            sku=row.sku,
            options=row.options,
            price=Money(amount=row.price, currency=row.currency),
            quantity=row.quantity,
            status=row.status,
        )

    def _shipment(self, row: ShipmentRow) -> Shipment:
        return Shipment(
            handle=self._handle("shipment", row.ref),
            carrier=row.carrier,
            tracking_number=row.tracking_number,
            status=row.status,
            last_scan_at=row.last_scan_at,
            days_since_scan=None if row.last_scan_at is None else days_between(row.last_scan_at, self._now),
            expected_on=row.expected_on,
            delivered_at=row.delivered_at,
            lines=tuple(self._handle("line", ref) for ref in row.lines),
        )

    def _money(self, parent: str) -> _Money:
        refunds = self._refunds[parent]
        return _Money(
            payments=tuple(self._payment(row, refunds) for row in self._payments[parent]),
            refunds=tuple(self._refund(row) for row in refunds),
        )

    def _payment(self, row: PaymentRow, refunds: list[RefundRow]) -> Payment:
        given_back = sum(
            refund.amount
            for refund in refunds
            if refund.payment_ref == row.ref and shown_status(refund.status) in {"pending", "succeeded"}
        )
        method = self._methods[row.method_ref]
        return Payment(
            handle=self._handle("payment", row.ref),
            amount=Money(amount=row.amount, currency=row.currency),
            refunded=Money(amount=given_back, currency=row.currency),
            refundable=Money(amount=max(row.amount - given_back, 0), currency=row.currency),
            method=self._handle("method", method.ref),
            method_label=method.label,
            method_status=method.status,
            paid_at=row.paid_at,
            days_since=days_between(row.paid_at, self._now),
            duplicate_of=None if row.duplicate_of is None else self._handle("payment", row.duplicate_of),
        )

    def _refund(self, row: RefundRow) -> Refund:
        return Refund(
            handle=self._handle("refund", row.ref),
            payment=self._handle("payment", row.payment_ref),
            line=None if row.line_ref is None else self._handle("line", row.line_ref),
            amount=Money(amount=row.amount, currency=row.currency),
            reason=row.reason,
            status=shown_status(row.status),
            failure=row.failure,
            created_at=row.created_at,
            days_since=days_between(row.created_at, self._now),
            expected_on=row.expected_on,
            method_label=self._methods[row.method_ref].label,
            reissued_as=None if row.reissued_as is None else self._handle("refund", row.reissued_as),
        )

    def _subscription(self, row: SubscriptionRow) -> Subscription:
        unused = unused_part(row.price, row.period_start, row.period_end, self._now.date())
        return Subscription(
            handle=self._handle("subscription", row.ref),
            plan=row.plan,
            interval=row.interval,
            price=Money(amount=row.price, currency=row.currency),
            status=row.status,
            started_at=row.started_at,
            cancelled_at=row.cancelled_at,
            period_start=row.period_start,
            period_end=row.period_end,
            days_left=max((row.period_end - self._now.date()).days, 0),
            unused=Money(amount=unused, currency=row.currency),
            seats=row.seats,
            changes=row.changes,
            invoices=tuple(
                self._invoice(invoice, row)
                for invoice in self._snapshot.invoices
                if invoice.subscription_ref == row.ref and self._payments[invoice.ref]
            ),
        )

    def _invoice(self, row: InvoiceRow, subscription: SubscriptionRow) -> Invoice:
        money = self._money(row.ref)
        return Invoice(
            handle=self._handle("invoice", row.ref),
            number=row.ref,
            amount=Money(amount=row.amount, currency=row.currency),
            issued_at=row.issued_at,
            days_since=days_between(row.issued_at, self._now),
            period_start=row.period_start,
            period_end=row.period_end,
            payment=money.payments[0],
            refunds=money.refunds,
            after_cancellation=subscription.cancelled_at is not None and row.issued_at > subscription.cancelled_at,
        )


def _by_order(rows: Iterable[Shipped]) -> dict[str, list[Shipped]]:
    grouped = defaultdict(list)
    for row in rows:
        grouped[row.order_ref].append(row)
    return grouped


def _by_parent(rows: Iterable[Moved]) -> dict[str, list[Moved]]:
    grouped = defaultdict(list)
    for row in rows:
        grouped[row.order_ref or row.invoice_ref or ""].append(row)
    return grouped
