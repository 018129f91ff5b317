"""A tenant's store in the shape of tau retail's `db.json`, so that end states can be compared record by record.

Amounts come out as dollars with two decimals; tau's own expected states carry binary noise (0.04999999999999716),
so round those before comparing.
"""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, TypeVar

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, class_row

from adapters.backends.shop.queries import named
from adapters.backends.shop.records import ClaimRow, LineRow, MethodRow, ShipmentRow
from domain.customer import OrderStatus

SQL = named("tau")
Json = dict[str, Any]
Row = TypeVar("Row")

_SOURCES = {"card": "credit_card", "paypal": "paypal", "gift_card": "gift_card", "bank": "bank"}
_STATUSES: dict[OrderStatus, str] = {
    "return_requested": "return requested",
    "exchange_requested": "exchange requested",
    "modified": "pending (item modified)",
}


@dataclass(frozen=True, slots=True)
class _Located:
    line1: str
    line2: str
    city: str
    region: str
    postcode: str
    country: str

    def address(self) -> Json:
        return {
            "address1": self.line1,
            "address2": self.line2,
            "city": self.city,
            "country": self.country,
            "state": self.region,
            "zip": self.postcode,
        }


@dataclass(frozen=True, slots=True)
class _User(_Located):
    ref: str
    first_name: str
    last_name: str
    email: str


@dataclass(frozen=True, slots=True)
class _Order(_Located):
    ref: str
    customer: str
    status: OrderStatus
    cancel_reason: str | None


@dataclass(frozen=True, slots=True)
class _Entry:
    order_ref: str
    kind: str
    amount: int
    source: str


async def export_tau(conn: AsyncConnection[TupleRow], tenant: str = "tau") -> Json:
    """`{"users": {...}, "orders": {...}}` of a tenant as tau would tell them; products never change and are left out.

    `conn` belongs to a superuser or a role with BYPASSRLS.
    """
    async with conn.transaction():
        orders = await _all(conn, _Order, "orders", tenant)
        methods = await _all(conn, MethodRow, "methods", tenant)
        lines = await _all(conn, LineRow, "lines", tenant)
        entries = await _all(conn, _Entry, "entries", tenant)
        shipments = await _all(conn, ShipmentRow, "shipments", tenant)
        claims = await _all(conn, ClaimRow, "claims", tenant)
        users = await _all(conn, _User, "users", tenant)

    told: Json = {order.ref: _told_order(order) for order in orders}
    skus = {line.ref: line.sku for line in lines}
    sources = {method.ref: method.source for method in methods}
    for line in lines:
        told[line.order_ref]["items"].append(_told_line(line))
    for entry in entries:
        told[entry.order_ref]["payment_history"].append(
            {"transaction_type": entry.kind, "amount": _dollars(entry.amount), "payment_method_id": entry.source}
        )
    for parcel in shipments:
        told[parcel.order_ref]["fulfillments"].append(
            {"tracking_id": [parcel.tracking_number], "item_ids": [skus[ref] for ref in parcel.lines]}
        )
    for claim in claims:
        told[claim.order_ref].update(_told_claim(claim, skus, sources))

    numbers: dict[str, list[str]] = defaultdict(list)
    wallets: dict[str, Json] = defaultdict(dict)
    for order in orders:
        numbers[order.customer].append(order.ref)
    for method in methods:
        wallets[method.customer][method.source] = _told_method(method)
    return {
        "users": {user.ref: _told_user(user, wallets[user.ref], numbers[user.ref]) for user in users},
        "orders": told,
    }


async def _all(conn: AsyncConnection[TupleRow], row: type[Row], query: str, tenant: str) -> list[Row]:
    async with conn.cursor(row_factory=class_row(row)) as cursor:
        await cursor.execute(SQL[query], {"tenant": tenant})
        return await cursor.fetchall()


def _told_user(user: _User, wallet: Json, numbers: list[str]) -> Json:
    return {
        "user_id": user.ref,
        "name": {"first_name": user.first_name, "last_name": user.last_name},
        "address": user.address(),
        "email": user.email,
        "payment_methods": wallet,
        "orders": numbers,
    }


def _told_method(method: MethodRow) -> Json:
    told: Json = {"source": _SOURCES[method.kind], "id": method.source}
    if method.kind == "card":
        told |= {"brand": method.brand.lower(), "last_four": method.last4}
    if method.balance is not None:
        told["balance"] = _dollars(method.balance)
    return told


def _told_order(order: _Order) -> Json:
    return {
        "order_id": order.ref,
        "user_id": order.customer,
        "address": order.address(),
        "items": [],
        "status": _STATUSES.get(order.status, order.status),
        "fulfillments": [],
        "payment_history": [],
        "cancel_reason": order.cancel_reason and order.cancel_reason.replace("_", " "),
        "exchange_items": None,
        "exchange_new_items": None,
        "exchange_payment_method_id": None,
        "exchange_price_difference": None,
        "return_items": None,
        "return_payment_method_id": None,
    }


def _told_line(line: LineRow) -> Json:
    return {
        "name": line.title,
        "product_id": line.product,
        "item_id": line.sku,
        "price": _dollars(line.price),
        "options": line.options,
    }


def _told_claim(claim: ClaimRow, skus: dict[str, str], sources: dict[str, str]) -> Json:
    items = sorted(skus[ref] for ref in claim.lines)
    method = sources.get(claim.method_ref or "")
    if claim.kind == "return":
        return {"return_items": items, "return_payment_method_id": method}
    return {
        "exchange_items": items,
        "exchange_new_items": sorted(claim.wanted),
        "exchange_payment_method_id": method,
        "exchange_price_difference": None if claim.difference is None else _dollars(claim.difference),
    }


def _dollars(cents: int) -> float:
    return round(cents / 100, 2)
