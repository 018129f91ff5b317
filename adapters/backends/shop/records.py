"""The shop's rows as types: what queries read and what loaders write, field for column.

The tenant is no field: it is the scope's when reading and the loader's when writing.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, Literal

from domain.customer import OrderStatus, PaymentMethodKind, RefundFailure

LineStatus = Literal["ordered", "delivered", "return_requested", "returned", "exchange_requested", "cancelled"]
MethodStatus = Literal["active", "expired", "closed"]
ShipmentStatus = Literal["label_created", "in_transit", "out_for_delivery", "delivered", "delayed", "lost"]
#: `sending`: written down, not known to have reached the provider. `errored`: it did, and the provider answered 500.
PaymentState = Literal["sending", "errored", "paid", "declined", "cancelled"]
RefundState = Literal["sending", "errored", "pending", "succeeded", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """A customer's profile."""

    table: ClassVar[str] = "customers"
    ref: str
    first_name: str
    last_name: str
    email: str
    tier: Literal["standard", "plus", "vip"]
    entitlements: list[str]
    language: str


@dataclass(frozen=True, slots=True)
class AddressRow:
    """The address of a profile (ref: the customer) or of an order (ref: its number)."""

    table: ClassVar[str] = "addresses"
    customer: str
    ref: str
    line1: str
    line2: str
    city: str
    region: str
    postcode: str
    country: str
    former: dict[str, str] | None = None  # line1 to country, as they were before the last change
    changes: int = 0


@dataclass(frozen=True, slots=True)
class MethodRow:
    """A payment method on file; `source` is its id in the system it came from."""

    table: ClassVar[str] = "payment_methods"
    customer: str
    ref: str
    source: str
    kind: PaymentMethodKind
    brand: str
    last4: str
    label: str
    status: MethodStatus
    balance: int | None
    currency: str


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product of the catalogue."""

    table: ClassVar[str] = "products"
    ref: str
    title: str
    category: str


@dataclass(frozen=True, slots=True)
class VariantRow:
    """One purchasable form of a product; `ref` is its SKU."""

    table: ClassVar[str] = "variants"
    ref: str
    product: str
    options: dict[str, str]
    price: int
    currency: str
    available: bool


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order without what hangs on it."""

    table: ClassVar[str] = "orders"
    customer: str
    ref: str
    status: OrderStatus
    placed_at: datetime
    delivered_at: datetime | None
    total: int
    currency: str
    cancel_reason: str | None = None
    hold: str | None = None


@dataclass(frozen=True, slots=True)
class LineRow:
    """One item of an order; `price` is of one piece."""

    table: ClassVar[str] = "order_lines"
    customer: str
    ref: str
    order_ref: str
    n: int
    product: str
    sku: str
    title: str
    options: dict[str, str]
    price: int
    currency: str
    quantity: int
    status: LineStatus


@dataclass(frozen=True, slots=True)
class SubscriptionRow:
    """A running contract."""

    table: ClassVar[str] = "subscriptions"
    customer: str
    ref: str
    plan: str
    interval: Literal["month", "year"]
    price: int
    currency: str
    status: Literal["active", "cancels_at_period_end", "cancelled", "past_due"]
    started_at: datetime
    cancelled_at: datetime | None
    period_start: date
    period_end: date
    seats: int
    changes: int = 0


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """One charge of a subscription."""

    table: ClassVar[str] = "invoices"
    customer: str
    ref: str
    subscription_ref: str
    amount: int
    currency: str
    issued_at: datetime
    period_start: date
    period_end: date


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """Money taken for an order or an invoice."""

    table: ClassVar[str] = "payments"
    customer: str
    ref: str
    order_ref: str | None
    invoice_ref: str | None
    method_ref: str
    amount: int
    currency: str
    status: PaymentState
    charge: str | None
    paid_at: datetime
    duplicate_of: str | None = None
    effect_key: str | None = None


@dataclass(frozen=True, slots=True)
class RefundRow:
    """Money given back out of a payment."""

    table: ClassVar[str] = "refunds"
    customer: str
    ref: str
    payment_ref: str
    order_ref: str | None
    invoice_ref: str | None
    line_ref: str | None
    method_ref: str
    amount: int
    currency: str
    reason: str
    status: RefundState
    failure: RefundFailure | None
    provider_ref: str | None
    created_at: datetime
    expected_on: date | None
    reissued_as: str | None = None
    effect_key: str | None = None


@dataclass(frozen=True, slots=True)
class ShipmentRow:
    """A parcel; `lines` are refs of order lines."""

    table: ClassVar[str] = "shipments"
    customer: str
    ref: str
    order_ref: str
    carrier: str
    tracking_number: str
    status: ShipmentStatus
    last_scan_at: datetime | None
    expected_on: date | None
    delivered_at: datetime | None
    lines: list[str]


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """What was asked to come back, be exchanged or be sent again; `wanted` and `difference` only for exchanges."""

    table: ClassVar[str] = "claims"
    customer: str
    ref: str
    order_ref: str
    kind: Literal["return", "exchange", "replacement"]
    lines: list[str]
    wanted: list[str]
    method_ref: str | None
    difference: int | None
    requested_at: datetime


ShopRow = (
    CustomerRow
    | AddressRow
    | MethodRow
    | ProductRow
    | VariantRow
    | OrderRow
    | LineRow
    | SubscriptionRow
    | InvoiceRow
    | PaymentRow
    | RefundRow
    | ShipmentRow
    | ClaimRow
)
