"""tau retail's store (`db.json`) as a tenant, for measuring on data that was not made here.

Ids stay what they are: order numbers as customers write them ("#W2378156"), item ids as SKUs, user ids; a payment
method keeps its id as `source`. What tau does not tell is filled in: delivered orders arrived `DELIVERED_DAYS` days
ago, within every window, and each user's orders were placed in the order of their list.
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from adapters.backends.shop.generate.builder import Builder, Item, Place, Store
from adapters.backends.shop.generate.bulk import replace_tenant
from adapters.backends.shop.records import (
    CustomerRow,
    LineStatus,
    MethodRow,
    OrderRow,
    ProductRow,
    ShipmentStatus,
    VariantRow,
)
from domain.customer import OrderStatus, PaymentMethodKind

Json = dict[str, Any]

CURRENCY = "USD"
DELIVERED_DAYS, PLACED_DAYS = 5, 12
_KINDS: dict[str, PaymentMethodKind] = {"credit_card": "card", "paypal": "paypal", "gift_card": "gift_card"}
_ORDERS: dict[str, OrderStatus] = {
    "pending": "pending",
    "processed": "processed",
    "delivered": "delivered",
    "cancelled": "cancelled",
}
_LINES: dict[OrderStatus, LineStatus] = {"delivered": "delivered", "cancelled": "cancelled"}
_PARCELS: dict[OrderStatus, ShipmentStatus] = {"delivered": "delivered", "processed": "in_transit"}


async def load_tau(conn: AsyncConnection[TupleRow], db: Json, today: date, tenant: str = "tau") -> None:
    """Replace a tenant by the users, products and orders of a `db.json`; `conn` as for `generate.bulk`."""
    await replace_tenant(conn, tenant, store_of(db, today))
    await conn.execute("analyze")


def store_of(db: Json, today: date) -> Store:
    """The store that a `db.json` tells; raises KeyError where it is none, or holds a status tau does not begin with."""
    builder = Builder(CURRENCY)
    for product in db["products"].values():
        builder.store.products.append(ProductRow(ref=product["product_id"], title=product["name"], category="tau"))
        for variant in product["variants"].values():
            builder.store.variants.append(
                VariantRow(
                    ref=variant["item_id"],
                    product=product["product_id"],
                    options=variant["options"],
                    price=cents(variant["price"]),
                    currency=CURRENCY,
                    available=variant["available"],
                )
            )
    for user in db["users"].values():
        _add_user(builder, user, [db["orders"][number] for number in user["orders"]], today)
    return builder.store


def cents(dollars: float) -> int:
    """An amount of tau's in minor units, rounded half up where it carries the noise of binary fractions."""
    return int((Decimal(str(dollars)) * 100).to_integral_value())


def _add_user(builder: Builder, user: Json, orders: list[Json], today: date) -> None:
    builder.customer(
        CustomerRow(
            ref=user["user_id"],
            first_name=user["name"]["first_name"],
            last_name=user["name"]["last_name"],
            email=user["email"],
            tier="standard",
            entitlements=[],
            language="en",
        ),
        _place(user["address"]),
    )
    methods = {
        method["id"]: _add_method(builder, user["user_id"], method) for method in user["payment_methods"].values()
    }
    placed_at = datetime.combine(today - timedelta(days=PLACED_DAYS), time(8), tzinfo=UTC)
    for n, order in enumerate(orders):
        _add_order(builder, order, methods, placed_at + timedelta(minutes=n))


def _add_method(builder: Builder, customer: str, method: Json) -> MethodRow:
    return builder.method(
        customer,
        _KINDS[method["source"]],
        brand=method.get("brand", "").title(),
        last4=method.get("last_four", method["id"][-4:]),
        balance=cents(method["balance"]) if "balance" in method else None,
        source=method["id"],
    )


def _add_order(builder: Builder, order: Json, methods: dict[str, MethodRow], placed_at: datetime) -> None:
    status = _ORDERS[order["status"]]
    delivered_at = placed_at + timedelta(days=PLACED_DAYS - DELIVERED_DAYS) if status == "delivered" else None
    items = [_item(item, _LINES.get(status, "ordered")) for item in order["items"]]
    row = builder.order(
        order["user_id"], order["order_id"], status, placed_at, delivered_at, _place(order["address"]), items
    )
    payments = []
    for entry in order["payment_history"]:
        method, amount = methods[entry["payment_method_id"]], cents(entry["amount"])
        if entry["transaction_type"] == "payment":
            payments.append(builder.payment(row, method, amount, placed_at))
        else:
            payment = next(payment for payment in payments if payment.method_ref == method.ref)
            builder.refund(payment, amount, "cancelled", placed_at + timedelta(days=1), "succeeded")
    _add_parcels(builder, order, row)


def _add_parcels(builder: Builder, order: Json, row: OrderRow) -> None:
    for parcel in order["fulfillments"]:
        builder.shipment(
            row,
            "UPS",
            parcel["tracking_id"][0],
            _PARCELS.get(row.status, "label_created"),
            last_scan_at=row.delivered_at,
            expected_on=(row.delivered_at or row.placed_at + timedelta(days=PLACED_DAYS)).date(),
            delivered_at=row.delivered_at,
        )


def _item(item: Json, status: LineStatus) -> Item:
    variant = VariantRow(
        ref=item["item_id"],
        product=item["product_id"],
        options=item["options"],
        price=cents(item["price"]),
        currency=CURRENCY,
        available=True,
    )
    return Item(
        product=ProductRow(ref=item["product_id"], title=item["name"], category="tau"), variant=variant, status=status
    )


def _place(address: Json) -> Place:
    return Place(
        line1=address["address1"],
        line2=address["address2"],
        city=address["city"],
        region=address["state"],
        postcode=address["zip"],
        country=address["country"],
    )
