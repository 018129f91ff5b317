"""The customer context: one typed record of what the systems of record know about the ticket's own customer.

A back end assembles it fresh at each turn, inside the customer's scope. Every record in it has a handle: the only name
by which a slot, an action's argument or a model may refer to it. Fields that depend on time (`days_since_delivery`, …)
are worked out when it is assembled, so that conditions need no clock.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal

from domain.ids import CustomerId, Handle
from domain.model import Model
from domain.money import Money
from domain.ticket import IdentityLevel


class Address(Model):
    """A postal address of the customer's profile or of one of their orders."""

    handle: Handle
    label: str  # "profile", or the order it belongs to: "order 10042"
    line1: str
    line2: str = ""
    city: str
    region: str = ""
    postcode: str
    country: str
    changes: int = 0  # how often it was changed: the same change at another time is another one
    former: "Address | None" = None  # what it was before it was last changed, where that can be restored

    def one_line(self) -> str:
        """The address as one line, for restating."""
        parts = (self.line1, self.line2, f"{self.postcode} {self.city}".strip(), self.region, self.country)
        return ", ".join(part for part in parts if part)


PaymentMethodKind = Literal["card", "paypal", "gift_card", "bank"]


class PaymentMethod(Model):
    """A way to pay that the customer has on file; `balance` only for gift cards."""

    handle: Handle
    kind: PaymentMethodKind
    label: str  # "Visa ending 4242"
    status: Literal["active", "expired", "closed"] = "active"
    balance: Money | None = None


class Payment(Model):
    """Money the customer paid for an order or subscription."""

    handle: Handle
    amount: Money
    refunded: Money  # succeeded and pending refunds together
    refundable: Money  # what is left
    method: Handle
    method_label: str
    method_status: Literal["active", "expired", "closed"]
    paid_at: datetime
    days_since: int
    duplicate_of: Handle | None = None  # the payment this one repeats, where the provider charged twice
    is_disputed: bool = False  # the customer's bank has taken it up: what is paid back is its decision


RefundStatus = Literal["pending", "succeeded", "failed", "cancelled"]
#: Why a provider could not pay out. Only `transient` may be tried again without a person.
RefundFailure = Literal["transient", "card_closed", "account_closed", "expired_card", "unknown"]


class Refund(Model):
    """Money on its way back, as the payment provider tells it now."""

    handle: Handle
    payment: Handle
    line: Handle | None
    amount: Money
    reason: str
    status: RefundStatus
    failure: RefundFailure | None = None
    created_at: datetime
    days_since: int
    expected_on: date | None = None  # when the money should be with the customer
    method_label: str
    reissued_as: Handle | None = None


class Variant(Model):
    """One purchasable form of a product."""

    handle: Handle
    sku: str
    options: dict[str, str]
    price: Money
    available: bool


class OrderLine(Model):
    """One item of an order."""

    handle: Handle
    title: str
    product: str  # product reference, key into `CustomerContext.catalogue`
    sku: str
    options: dict[str, str]
    price: Money
    quantity: int
    status: Literal["ordered", "delivered", "return_requested", "returned", "exchange_requested", "cancelled"]


class Shipment(Model):
    """A parcel as the carrier tells it."""

    handle: Handle
    carrier: str
    tracking_number: str
    status: Literal["label_created", "in_transit", "out_for_delivery", "delivered", "delayed", "lost"]
    last_scan_at: datetime | None
    days_since_scan: int | None
    expected_on: date | None
    delivered_at: datetime | None
    lines: tuple[Handle, ...] = ()


OrderStatus = Literal[
    "pending", "processed", "shipped", "delivered", "cancelled", "return_requested", "exchange_requested", "modified"
]


class Order(Model):
    """An order with all that hangs on it."""

    handle: Handle
    number: str  # as the customer knows it
    status: OrderStatus
    placed_at: datetime
    days_since_placed: int
    delivered_at: datetime | None
    days_since_delivery: int | None
    total: Money
    lines: tuple[OrderLine, ...]
    payments: tuple[Payment, ...]
    refunds: tuple[Refund, ...]
    shipments: tuple[Shipment, ...]
    address: Address


class Invoice(Model):
    """One charge of a subscription."""

    handle: Handle
    number: str
    amount: Money
    issued_at: datetime
    days_since: int
    period_start: date
    period_end: date
    payment: Payment
    refunds: tuple[Refund, ...] = ()
    after_cancellation: bool = False


class Subscription(Model):
    """A running contract, for tenants that sell those."""

    handle: Handle
    plan: str
    interval: Literal["month", "year"]
    price: Money
    status: Literal["active", "cancels_at_period_end", "cancelled", "past_due"]
    started_at: datetime
    cancelled_at: datetime | None
    period_start: date
    period_end: date
    days_left: int
    unused: Money  # the prorated part of the current period
    seats: int
    changes: int = 0  # how often it was ended or resumed
    invoices: tuple[Invoice, ...]


class PastTicket(Model):
    """What is worth knowing of an earlier ticket of this customer, on any channel."""

    ticket_id: str
    intent: str | None
    status: str
    opened_at: datetime
    days_since: int


class CustomerContext(Model):
    """Everything a ticket may know about its customer; built inside their scope, handed out in parts."""

    customer_id: CustomerId
    identity: IdentityLevel
    name: str
    first_name: str
    tier: Literal["standard", "plus", "vip"] = "standard"
    entitlements: tuple[str, ...] = ()
    language: str = "en"
    orders: tuple[Order, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    payments: tuple[Payment, ...] = ()  # where the back end knows of no order or invoice that they belong to
    refunds: tuple[Refund, ...] = ()
    payment_methods: tuple[PaymentMethod, ...] = ()
    address: Address | None = None
    past_tickets: tuple[PastTicket, ...] = ()
    catalogue: dict[str, tuple[Variant, ...]] = {}
    refunds_last_90_days: int = 0
    #: What the system of record itself calls a record, by handle, where its back end cannot tell from the handle. For
    #: back ends only: no view shows it.
    refs: dict[Handle, str] = {}

    @property
    def is_vip(self) -> bool:
        """Whether the policy may send this customer to a person at once."""
        return self.tier == "vip"

    @property
    def audiences(self) -> tuple[str, ...]:
        """Which articles are for this customer besides those for everybody: by tier and entitlements, once proven."""
        return (self.tier, *self.entitlements) if self.identity is IdentityLevel.proven else ()

    def records(self) -> Iterator[tuple[Handle, Model]]:  # noqa: C901 - one loop a kind of record, nothing nested deeply
        """Every record that has a handle, with it."""
        for method in self.payment_methods:
            yield method.handle, method
        for address in (self.address, *(order.address for order in self.orders)):
            if address is not None:
                yield address.handle, address
                if address.former is not None:
                    yield address.former.handle, address.former
        for order in self.orders:
            yield order.handle, order
            for records in (order.lines, order.payments, order.refunds, order.shipments):
                for record in records:
                    yield record.handle, record
        yield from ((payment.handle, payment) for payment in self.payments)
        yield from ((refund.handle, refund) for refund in self.refunds)
        for subscription in self.subscriptions:
            yield subscription.handle, subscription
            for invoice in subscription.invoices:
                yield invoice.handle, invoice
                yield invoice.payment.handle, invoice.payment
                for refund in invoice.refunds:
                    yield refund.handle, refund
        for variants in self.catalogue.values():
            for variant in variants:
                yield variant.handle, variant

    def find(self, handle: Handle) -> Model | None:
        """The record a handle names, or None: a guessed or foreign handle names nothing."""
        return next((record for known, record in self.records() if known == handle), None)

    def order_of(self, handle: Handle) -> Order | None:
        """The order a line, payment, refund, shipment or address belongs to (or the order itself)."""
        for order in self.orders:
            if handle in {order.handle, order.address.handle}:
                return order
            for records in (order.lines, order.payments, order.refunds, order.shipments):
                if any(record.handle == handle for record in records):
                    return order
        return None
