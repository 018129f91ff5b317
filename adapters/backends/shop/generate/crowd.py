"""Made-up customers of the shop, so that the named people do not stand alone; the same for the same seed."""

from datetime import date, timedelta
from random import Random
from typing import Literal, TypeVar

from adapters.backends.shop.generate.builder import Builder, Item, Place
from adapters.backends.shop.generate.files import NamesFile, Town
from adapters.backends.shop.generate.people import ENTITLEMENTS, Catalogue, at, tracking
from adapters.backends.shop.provider.records import MethodState
from adapters.backends.shop.records import (
    CustomerRow,
    LineStatus,
    MethodRow,
    OrderRow,
    PaymentRow,
    ShipmentStatus,
)
from adapters.backends.shop.refs import nth
from domain.customer import OrderStatus, RefundFailure, RefundStatus

Choice = TypeVar("Choice", bound=str)

FIRST_ORDER = 10_101
_STATUSES: dict[OrderStatus, int] = {
    "delivered": 68,
    "shipped": 10,
    "pending": 8,
    "processed": 4,
    "cancelled": 5,
    "return_requested": 3,
    "exchange_requested": 2,
}
_LINE_STATUS: dict[OrderStatus, LineStatus] = {
    "pending": "ordered",
    "processed": "ordered",
    "shipped": "ordered",
    "delivered": "delivered",
    "cancelled": "cancelled",
    "return_requested": "return_requested",
    "exchange_requested": "exchange_requested",
}
_DELIVERED = {"delivered", "return_requested", "exchange_requested"}
#: How refunds of returned items end: most arrive, some are on their way, one in four fails.
_REFUND_ENDS = {
    "succeeded": 55,
    "pending": 20,
    "transient": 12,
    "card_closed": 6,
    "account_closed": 4,
    "expired_card": 3,
}
_TIERS: dict[Literal["standard", "plus", "vip"], int] = {"standard": 86, "plus": 12, "vip": 2}
_LATE_PARCELS: dict[ShipmentStatus, int] = {"in_transit": 40, "delayed": 45, "lost": 15}
_RETURNED, _PAYPAL, _GIFT_CARD, _CHARGED_TWICE = 0.18, 0.25, 0.15, 0.01
_LASTING: dict[str, MethodState] = {
    "card_closed": "card_closed",
    "account_closed": "account_closed",
    "expired_card": "expired_card",
}
_FAILURES: dict[str, RefundFailure] = {
    "transient": "transient",
    "card_closed": "card_closed",
    "account_closed": "account_closed",
    "expired_card": "expired_card",
}


class Crowd:
    """Adds customers with orders, refunds and parcels to a store."""

    def __init__(self, builder: Builder, names: NamesFile, catalogue: Catalogue, today: date, random: Random) -> None:
        self._builder = builder
        self._names = names
        self._catalogue = catalogue
        self._today = today
        self._random = random

    def add(self, customers: int, orders: int) -> None:
        """Add so many customers with so many orders among them; everybody has at least one."""
        shares = [1] * customers
        for _ in range(max(orders - customers, 0)):
            shares[self._random.randrange(customers)] += 1
        number = FIRST_ORDER
        for n, share in enumerate(shares, start=1):
            customer, place = self.customer(f"cus_{n:04d}")
            endings = [self._pick(_REFUND_ENDS) if self._random.random() < _RETURNED else None for _ in range(share)]
            method = self.method(customer.ref, endings)
            for ending in endings:
                self._order(customer, place, method, str(number), ending)
                number += 1

    def customer(self, ref: str) -> tuple[CustomerRow, Place]:
        """Add one customer, living somewhere."""
        pick = self._random.choice
        town: Town = pick(self._names.towns)
        first_name, last_name = pick(self._names.first_names), pick(self._names.last_names)
        tier = self._pick(_TIERS)
        place = Place(
            line1=f"{pick(town.streets)} {self._random.randint(1, 120)}",
            city=town.city,
            postcode=town.postcode,
            country=town.country,
        )
        row = CustomerRow(
            ref=ref,
            first_name=first_name,
            last_name=last_name,
            email=f"{first_name}.{last_name}.{ref[4:]}@example.com".lower().replace(" ", ""),
            tier=tier,
            entitlements=ENTITLEMENTS[tier],
            language=town.language,
        )
        return self._builder.customer(row, place), place

    def method(self, customer: str, endings: list[str | None]) -> MethodRow:
        """Add what the customer pays with, closed if a refund failed for that, and now and then a gift card."""
        random, last4 = self._random, f"{self._random.randint(0, 9999):04d}"
        lasting: MethodState = next((_LASTING[ending] for ending in endings if ending in _LASTING), "active")
        if lasting == "account_closed":
            method = self._builder.method(customer, "bank", last4=last4, state=lasting)
        elif lasting == "active" and random.random() < _PAYPAL:
            method = self._builder.method(customer, "paypal")
        else:
            brand = random.choice(["Visa", "Mastercard"])
            method = self._builder.method(customer, "card", brand=brand, last4=last4, state=lasting)
        if random.random() < _GIFT_CARD:
            card = f"{random.randint(0, 9999):04d}"
            self._builder.method(customer, "gift_card", last4=card, balance=random.choice([1000, 2500, 5000, 10000]))
        return method

    def _order(self, customer: CustomerRow, place: Place, method: MethodRow, number: str, ending: str | None) -> None:
        status: OrderStatus = "delivered" if ending else self._pick(_STATUSES)
        placed = self._placed(status)
        delivered = placed - self._random.randint(2, 5) if status in _DELIVERED else None
        items = self._items(_LINE_STATUS[status])
        if ending:
            items[0] = Item(product=items[0].product, variant=items[0].variant, status="returned")
        order = self._builder.order(
            customer.ref,
            number,
            status,
            at(self._today, placed, self._random.randint(6, 21)),
            None if delivered is None else at(self._today, delivered, 14),
            place,
            items,
            "no_longer_needed" if status == "cancelled" else None,
        )
        payment = self._builder.payment(order, method, order.total, order.placed_at)
        if method.status == "active" and self._random.random() < _CHARGED_TWICE:
            again = order.placed_at + timedelta(minutes=1)
            self._builder.payment(order, method, order.total, again, duplicate_of=payment.ref)
        if status == "cancelled":
            self._builder.refund(
                payment, order.total, "cancelled", at(self._today, max(placed - 1, 0), 22), "succeeded"
            )
        if ending and delivered is not None:
            self._refund(payment, items[0].variant.price, number, delivered, ending)
        self._parcel(order, placed, delivered)
        if status in {"return_requested", "exchange_requested"}:
            self._claim(order, items)

    def _placed(self, status: OrderStatus) -> int:
        if status in _DELIVERED:
            return self._random.randint(8, 30 if status != "delivered" else 240)
        if status == "cancelled":
            return self._random.randint(5, 200)
        return self._random.randint(3, 12) if status == "shipped" else self._random.randint(0, 2)

    def _items(self, status: LineStatus) -> list[Item]:
        products = self._random.sample(list(self._catalogue.products.values()), self._random.choice([1, 1, 1, 2, 2, 3]))
        return [
            Item(product=product, variant=self._random.choice(self._catalogue.variants[product.ref]), status=status)
            for product in products
        ]

    def _refund(self, payment: PaymentRow, amount: int, number: str, delivered: int, ending: str) -> None:
        ago = self._random.randint(0, 4) if ending == "pending" else self._random.randint(5, max(delivered - 3, 5))
        status: RefundStatus = "failed" if ending in _FAILURES else "pending" if ending == "pending" else "succeeded"
        line = nth(number, 1)
        moment = at(self._today, min(ago, delivered), 16)
        self._builder.refund(payment, amount, "returned", moment, status, _FAILURES.get(ending), line)

    def _parcel(self, order: OrderRow, placed: int, delivered: int | None) -> None:
        carrier, number = self._random.choice(self._names.carriers), tracking(order.ref)
        if delivered is not None:
            moment = at(self._today, delivered, 14)
            self._builder.shipment(
                order,
                carrier,
                number,
                "delivered",
                last_scan_at=moment,
                expected_on=moment.date(),
                delivered_at=moment,
            )
        elif order.status == "shipped":
            expected = placed - 4
            state: ShipmentStatus = self._pick(_LATE_PARCELS) if expected > 0 else "in_transit"
            scanned = at(self._today, min(placed - 1, self._random.randint(0, 5)), 7)
            day = self._today - timedelta(days=expected)
            self._builder.shipment(order, carrier, number, state, last_scan_at=scanned, expected_on=day)

    def _claim(self, order: OrderRow, items: list[Item]) -> None:
        lines = [nth(order.ref, n) for n in range(1, len(items) + 1)]
        moment = at(self._today, 1, 18)
        if order.status == "return_requested":
            self._builder.claim(order, "return", lines, [], moment)
        else:
            wanted = [self._random.choice(self._catalogue.variants[item.product.ref]).ref for item in items]
            self._builder.claim(order, "exchange", lines, wanted, moment)

    def _pick(self, weights: dict[Choice, int]) -> Choice:
        return self._random.choices(list(weights), weights=list(weights.values()))[0]
