"""Putting a store together in memory, row by row, so that refs, sums and the payment provider's books agree."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from adapters.backends.shop.provider.calendar import arrival
from adapters.backends.shop.provider.records import ChargeRecord, MethodRecord, MethodState, RefundRecord
from adapters.backends.shop.records import (
    AddressRow,
    ClaimRow,
    CustomerRow,
    InvoiceRow,
    LineRow,
    LineStatus,
    MethodRow,
    MethodStatus,
    OrderRow,
    PaymentRow,
    ProductRow,
    RefundRow,
    ShipmentRow,
    ShipmentStatus,
    SubscriptionRow,
    VariantRow,
)
from adapters.backends.shop.refs import nth
from domain.canonical import sha256_of
from domain.customer import OrderStatus, PaymentMethodKind, RefundFailure, RefundStatus

_STATUS_AT_SHOP: dict[MethodState, MethodStatus] = {
    "active": "active",
    "expired_card": "expired",
    "card_closed": "closed",
    "account_closed": "closed",
}


@dataclass(slots=True)
class Store:
    """Every row of one tenant, the shop's and the provider's, in an order that satisfies the foreign keys."""

    customers: list[CustomerRow] = field(default_factory=list)
    addresses: list[AddressRow] = field(default_factory=list)
    methods: list[MethodRow] = field(default_factory=list)
    products: list[ProductRow] = field(default_factory=list)
    variants: list[VariantRow] = field(default_factory=list)
    orders: list[OrderRow] = field(default_factory=list)
    lines: list[LineRow] = field(default_factory=list)
    subscriptions: list[SubscriptionRow] = field(default_factory=list)
    invoices: list[InvoiceRow] = field(default_factory=list)
    payments: list[PaymentRow] = field(default_factory=list)
    refunds: list[RefundRow] = field(default_factory=list)
    shipments: list[ShipmentRow] = field(default_factory=list)
    claims: list[ClaimRow] = field(default_factory=list)
    provider_methods: list[MethodRecord] = field(default_factory=list)
    provider_charges: list[ChargeRecord] = field(default_factory=list)
    provider_refunds: list[RefundRecord] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """A postal address that belongs to nobody yet."""

    line1: str
    city: str
    postcode: str
    country: str
    line2: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """What is put into an order."""

    product: ProductRow
    variant: VariantRow
    status: LineStatus
    quantity: int = 1


class Builder:
    """Adds records to a store; each method returns the row it added."""

    def __init__(self, currency: str) -> None:
        self.store = Store()
        self.currency = currency
        self._counted: Counter[tuple[str, str]] = Counter()
        self._kinds: dict[str, PaymentMethodKind] = {}
        self._lines: dict[str, list[str]] = {}

    def customer(self, row: CustomerRow, home: Place) -> CustomerRow:
        """A customer and the address of their profile."""
        self.store.customers.append(row)
        self._address(row.ref, row.ref, home)
        return row

    def method(
        self,
        customer: str,
        kind: PaymentMethodKind,
        *,
        brand: str = "",
        last4: str = "",
        state: MethodState = "active",
        balance: int | None = None,
        source: str = "",
    ) -> MethodRow:
        """A payment method, at the shop and (a gift card excepted) at the provider."""
        label = {
            "card": f"{brand} ending {last4}",
            "paypal": "PayPal",
            "bank": f"Bank account ending {last4}",
            "gift_card": f"Gift card ending {last4}",
        }[kind]
        row = MethodRow(
            customer=customer,
            ref=self._next("method", customer),
            source=source,
            kind=kind,
            brand=brand,
            last4=last4,
            label=label,
            status=_STATUS_AT_SHOP[state],
            balance=balance,
            currency=self.currency,
        )
        self.store.methods.append(row)
        self._kinds[row.ref] = kind
        if kind != "gift_card":
            self.store.provider_methods.append(MethodRecord(ref=row.ref, kind=kind, state=state))
        return row

    def order(
        self,
        customer: str,
        number: str,
        status: OrderStatus,
        placed_at: datetime,
        delivered_at: datetime | None,
        place: Place,
        items: list[Item],
        cancel_reason: str | None = None,
    ) -> OrderRow:
        """An order with its lines and its address."""
        row = OrderRow(
            customer=customer,
            ref=number,
            status=status,
            placed_at=placed_at,
            delivered_at=delivered_at,
            total=sum(item.variant.price * item.quantity for item in items),
            currency=self.currency,
            cancel_reason=cancel_reason,
        )
        self.store.orders.append(row)
        self._address(customer, number, place)
        self._lines[number] = [nth(number, n) for n in range(1, len(items) + 1)]
        for n, item in enumerate(items, start=1):
            self.store.lines.append(
                LineRow(
                    customer=customer,
                    ref=nth(number, n),
                    order_ref=number,
                    n=n,
                    product=item.product.ref,
                    sku=item.variant.ref,
                    title=item.product.title,
                    options=item.variant.options,
                    price=item.variant.price,
                    currency=self.currency,
                    quantity=item.quantity,
                    status=item.status,
                )
            )
        return row

    def subscription(self, row: SubscriptionRow) -> SubscriptionRow:
        """A running contract."""
        self.store.subscriptions.append(row)
        return row

    def invoice(self, row: InvoiceRow, method: MethodRow) -> PaymentRow:
        """An invoice and its payment."""
        self.store.invoices.append(row)
        return self.payment(row, method, row.amount, row.issued_at)

    def payment(
        self,
        parent: OrderRow | InvoiceRow,
        method: MethodRow,
        amount: int,
        at: datetime,
        duplicate_of: str | None = None,
    ) -> PaymentRow:
        """Money paid for an order or an invoice, and the provider's charge for it."""
        ref = self._next("payment", parent.ref)
        charge = None if method.kind == "gift_card" else f"ch_{sha256_of(['charge', ref])[:16]}"
        row = PaymentRow(
            customer=parent.customer,
            ref=ref,
            order_ref=parent.ref if isinstance(parent, OrderRow) else None,
            invoice_ref=parent.ref if isinstance(parent, InvoiceRow) else None,
            method_ref=method.ref,
            amount=amount,
            currency=self.currency,
            status="paid",
            charge=charge,
            paid_at=at,
            duplicate_of=duplicate_of,
        )
        self.store.payments.append(row)
        if charge is not None:
            self.store.provider_charges.append(
                ChargeRecord(
                    ref=charge,
                    method=method.ref,
                    amount=amount,
                    currency=self.currency,
                    status="succeeded",
                    metadata={"ref": ref},
                    created_at=at,
                )
            )
        return row

    def refund(
        self,
        payment: PaymentRow,
        amount: int,
        reason: str,
        at: datetime,
        status: RefundStatus,
        failure: RefundFailure | None = None,
        line: str | None = None,
    ) -> RefundRow:
        """Money of a payment given back, at the shop and (a gift card excepted) at the provider."""
        ref = self._next("refund", payment.order_ref or payment.invoice_ref or "")
        kind = self._kinds[payment.method_ref]
        expected_on: date | None = at.date()
        if kind != "gift_card":
            expected_on = None if status == "failed" else arrival(at.date(), kind)
        row = RefundRow(
            customer=payment.customer,
            ref=ref,
            payment_ref=payment.ref,
            order_ref=payment.order_ref,
            invoice_ref=payment.invoice_ref,
            line_ref=line,
            method_ref=payment.method_ref,
            amount=amount,
            currency=self.currency,
            reason=reason,
            status=status,
            failure=failure,
            provider_ref=None if payment.charge is None else f"re_{sha256_of(['refund', ref])[:16]}",
            created_at=at,
            expected_on=expected_on,
        )
        self.store.refunds.append(row)
        if payment.charge is not None and row.provider_ref is not None:
            self.store.provider_refunds.append(
                RefundRecord(
                    ref=row.provider_ref,
                    charge=payment.charge,
                    method=payment.method_ref,
                    amount=amount,
                    currency=self.currency,
                    status=status,
                    failure=failure,
                    metadata={"ref": ref},
                    created_at=at,
                    expected_on=expected_on,
                )
            )
        return row

    def shipment(
        self,
        order: OrderRow,
        carrier: str,
        tracking_number: str,
        status: ShipmentStatus,
        *,
        last_scan_at: datetime | None,
        expected_on: date | None,
        delivered_at: datetime | None = None,
    ) -> ShipmentRow:
        """The parcel that holds all lines of an order."""
        row = ShipmentRow(
            customer=order.customer,
            ref=self._next("shipment", order.ref),
            order_ref=order.ref,
            carrier=carrier,
            tracking_number=tracking_number,
            status=status,
            last_scan_at=last_scan_at,
            expected_on=expected_on,
            delivered_at=delivered_at,
            lines=self._lines[order.ref],
        )
        self.store.shipments.append(row)
        return row

    def claim(
        self, order: OrderRow, kind: Literal["return", "exchange"], lines: list[str], wanted: list[str], at: datetime
    ) -> ClaimRow:
        """A return or an exchange that was asked for."""
        row = ClaimRow(
            customer=order.customer,
            ref=self._next("claim", order.ref),
            order_ref=order.ref,
            kind=kind,
            lines=lines,
            wanted=wanted,
            method_ref=None,
            difference=None,
            requested_at=at,
        )
        self.store.claims.append(row)
        return row

    def _address(self, customer: str, ref: str, place: Place) -> None:
        self.store.addresses.append(
            AddressRow(
                customer=customer,
                ref=ref,
                line1=place.line1,
                line2=place.line2,
                city=place.city,
                region=place.region,
                postcode=place.postcode,
                country=place.country,
            )
        )

    def _next(self, kind: str, parent: str) -> str:
        self._counted[kind, parent] += 1
        return nth(parent, self._counted[kind, parent])
