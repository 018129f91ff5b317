"""A made-up customer with orders, refunds, methods and a catalogue, for tests of whatever reads a customer context."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from domain.customer import (
    Address,
    CustomerContext,
    Invoice,
    Order,
    OrderLine,
    OrderStatus,
    Payment,
    PaymentMethod,
    Refund,
    RefundFailure,
    RefundStatus,
    Subscription,
    Variant,
)
from domain.ids import Handle, handle_for
from domain.money import Money
from domain.ticket import IdentityLevel, TicketRef

TICKET = "T-0A1B2C3D"
TODAY = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
REF = TicketRef(tenant="meridian", ticket_id=TICKET, customer_id="c1", channel="web", identity=IdentityLevel.proven)


def handle(kind: str, ref: str) -> Handle:
    """The handle of a record on the test's ticket."""
    return handle_for(kind, TICKET, ref)


def eur(cents: int) -> Money:
    """An amount in euros."""
    return Money(amount=cents, currency="EUR")


def address(ref: str, line1: str, city: str, postcode: str = "4020") -> Address:
    """An address in Austria."""
    return Address(
        handle=handle("address", ref), label=ref, line1=line1, city=city, postcode=postcode, country="Austria"
    )


HOME = address("profile", "5 Castle Road", "Graz", "8010")
VISA = PaymentMethod(handle=handle("method", "visa"), kind="card", label="Visa ending 4242")
AMEX = PaymentMethod(handle=handle("method", "amex"), kind="card", label="American Express ending 0005")
PAYPAL = PaymentMethod(handle=handle("method", "paypal"), kind="paypal", label="PayPal")
GIFT = PaymentMethod(handle=handle("method", "gift"), kind="gift_card", label="Gift card", balance=eur(2_500))


def line(ref: str, title: str, price: int, status: str = "delivered", **options: str) -> OrderLine:
    """A line of an order; its product is named by its title."""
    return OrderLine.model_validate(
        {
            "handle": handle("line", ref),
            "title": title,
            "product": title,
            "sku": f"{title}/{'/'.join(options.values())}",
            "options": options,
            "price": eur(price),
            "quantity": 1,
            "status": status,
        }
    )


def refund(ref: str, of: OrderLine, status: RefundStatus = "pending", failure: RefundFailure | None = None) -> Refund:
    """A refund of one line, on its way for three weeks."""
    return Refund(
        handle=handle("refund", ref),
        payment=handle("payment", ref),
        line=of.handle,
        amount=of.price,
        reason="returned",
        status=status,
        failure=failure,
        created_at=TODAY - timedelta(days=21),
        days_since=21,
        expected_on=date(2026, 12, 3),
        method_label="Visa ending 4242",
    )


def order(
    number: str,
    *lines: OrderLine,
    status: OrderStatus = "delivered",
    days: int = 20,
    method: PaymentMethod = VISA,
    sent_to: Address | None = None,
    refunds: tuple[Refund, ...] = (),
) -> Order:
    """An order placed `days` ago, and delivered a week later if it was."""
    total = eur(sum(one.price.amount for one in lines))
    placed = TODAY - timedelta(days=days)
    delivered = placed + timedelta(days=7) if status == "delivered" else None
    payment = Payment(
        handle=handle("payment", number),
        amount=total,
        refunded=eur(0),
        refundable=total,
        method=method.handle,
        method_label=method.label,
        method_status=method.status,
        paid_at=placed,
        days_since=days,
    )
    where = sent_to or HOME
    return Order(
        handle=handle("order", number),
        number=number,
        status=status,
        placed_at=placed,
        days_since_placed=days,
        delivered_at=delivered,
        days_since_delivery=days - 7 if delivered else None,
        total=total,
        lines=lines,
        payments=(payment,),
        refunds=refunds,
        shipments=(),
        address=where.model_copy(update={"handle": handle("address", number), "label": f"order {number}"}),
    )


def variant(product: str, price: int, *, available: bool = True, **options: str) -> Variant:
    """A purchasable form of a product."""
    sku = f"{product}/{'/'.join(options.values())}"
    return Variant(handle=handle("variant", sku), sku=sku, options=options, price=eur(price), available=available)


def subscription(plan: str = "Team", *invoices: Invoice) -> Subscription:
    """A running monthly subscription."""
    return Subscription(
        handle=handle("subscription", plan),
        plan=plan,
        interval="month",
        price=Money(amount=4_900, currency="USD"),
        status="active",
        started_at=TODAY - timedelta(days=200),
        cancelled_at=None,
        period_start=date(2026, 11, 1),
        period_end=date(2026, 11, 30),
        days_left=7,
        unused=Money(amount=1_143, currency="USD"),
        seats=5,
        invoices=invoices,
    )


def customer(
    *orders: Order,
    methods: tuple[PaymentMethod, ...] = (VISA, PAYPAL, GIFT),
    catalogue: Mapping[str, tuple[Variant, ...]] | None = None,
    subscriptions: tuple[Subscription, ...] = (),
    identity: IdentityLevel = IdentityLevel.proven,
) -> CustomerContext:
    """A customer called Mara with these orders."""
    return CustomerContext(
        customer_id="c1",
        identity=identity,
        name="Mara Lindt",
        first_name="Mara",
        orders=orders,
        payment_methods=methods,
        address=HOME,
        catalogue=dict(catalogue or {}),
        subscriptions=subscriptions,
    )


HEADPHONES = line("headphones", "Wireless Headphones", 5_400, color="black")
LAMP = line("lamp", "Desk Lamp", 3_990, color="white")
BLUE_HEADPHONES = line("blue", "Wireless Headphones", 5_900, "ordered", color="blue")
SHOES = line("shoes", "Running Shoes", 8_900, "ordered", size="9", color="black")
COFFEE = line("coffee", "Coffee Maker", 7_900, "ordered", color="black")

DELIVERED = order("10042", HEADPHONES, LAMP, refunds=(refund("r1", HEADPHONES, "failed", "transient"),))
PENDING = order("10050", BLUE_HEADPHONES, SHOES, status="pending", days=2, method=PAYPAL)
SHIPPED = order("10061", COFFEE, status="shipped", days=5, sent_to=address("linz", "12 Mill Lane", "Linz"))

SHOE_VARIANTS = tuple(
    variant(
        "Running Shoes", 8_900 + 100 * int(size), size=size, color=color, available=(size, color) != ("10", "black")
    )
    for size in ("8", "9", "10")
    for color in ("black", "red")
)


def mara() -> CustomerContext:
    """A customer with one order delivered (whose refund failed), one pending and one on its way."""
    return customer(PENDING, SHIPPED, DELIVERED, catalogue={"Running Shoes": SHOE_VARIANTS})
