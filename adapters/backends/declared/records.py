"""From a system's answers to the customer context: fields by expression, handles, money, and days counted from now.

Pure: it reads no clock and asks nobody. What does not fit is an error that names the field and no value.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from pydantic import JsonValue, ValidationError

from adapters.backends.declared.amounts import read_money
from adapters.backends.declared.declaration import MoneyUnit
from adapters.backends.declared.expression import NotEvaluated, evaluate
from adapters.backends.declared.record_map import AddressMap, Each, OrderMap, RecordMap
from adapters.backends.port import Scope
from domain.customer import (
    Address,
    CustomerContext,
    Order,
    OrderLine,
    Payment,
    PaymentMethod,
    Refund,
    Shipment,
)
from domain.errors import AnswerUnusable, BadMoney
from domain.ids import Handle, handle_for
from domain.model import Model
from domain.money import Money

RecordT = TypeVar("RecordT", bound=Model)
Raw = Mapping[str, Any]

_ADDRESS = ("line1", "line2", "city", "region", "postcode", "country")
_RECENT_DAYS = 90


class Misfit(Exception):
    """A field of an answer is not what its record needs."""


def assemble(
    records: RecordMap[Any], unit: MoneyUnit, answers: Mapping[str, JsonValue], scope: Scope, now: datetime
) -> CustomerContext:
    """The context of one ticket's customer; every record gets the handle that names it in this ticket.

    Raises:
        AnswerUnusable: an answer does not hold what the declaration says.
    """
    try:
        return _Assembly(unit, answers, scope, now).context(records)
    except NotEvaluated as error:
        raise AnswerUnusable(
            f"An answer of the system of record does not fit the declaration: {error.expression}."
        ) from None
    except Misfit as error:
        raise AnswerUnusable(f"An answer of the system of record does not fit the declaration: {error}.") from None
    except (ValidationError, BadMoney):
        raise AnswerUnusable("The customer's records, as answered, do not fit together.") from None


@dataclass
class _Assembly:
    unit: MoneyUnit
    answers: Mapping[str, JsonValue]
    scope: Scope
    now: datetime
    refs: dict[Handle, str] = field(default_factory=dict)
    methods: dict[Handle, PaymentMethod] = field(default_factory=dict)

    def context(self, records: RecordMap[Any]) -> CustomerContext:
        profile = self.answers.get("customer")
        raw = profile if isinstance(profile, dict) else {}
        customer = self._fields(records.customer, raw, ("address",))
        address = records.customer.address
        methods = tuple(self._methods(records, self.answers))
        self.methods = {method.handle: method for method in methods}
        orders = tuple(self._orders(records.orders))
        name = str(customer.pop("name", "") or "")
        return self._build(
            CustomerContext,
            "customer",
            {
                "first_name": name.partition(" ")[0],
                **customer,
                "name": name,
                "customer_id": self.scope.customer_id,
                "identity": self.scope.identity,
                "orders": orders,
                "payment_methods": methods,
                "address": None if address is None else self._address(address, raw, "profile", self.scope.customer_id),
                "refunds_last_90_days": sum(
                    refund.status in {"pending", "succeeded"} and refund.days_since <= _RECENT_DAYS
                    for order in orders
                    for refund in order.refunds
                ),
                "refs": self.refs,
            },
        )

    def _methods(self, records: RecordMap[Any], it: Raw) -> Iterator[PaymentMethod]:
        for raw, ref in self._items(records.payment_methods, "payment_methods", it):
            known = self._fields(records.payment_methods, raw)
            if known.get("balance") is not None:
                known["balance"] = self._money(known["balance"], "payment_methods.balance")
            yield self._build(PaymentMethod, "payment_methods", {**known, "handle": self._handle("method", ref)})

    def _orders(self, orders: OrderMap) -> Iterator[Order]:
        for raw, ref in self._items(orders, "orders", self.answers):
            if orders.owner is not None and str(self._value(orders.owner, raw)) != self.scope.customer_id:
                continue
            nested = ("owner", "address", "lines", "payments", "refunds", "shipments")
            known = {"number": ref, **self._fields(orders, raw, nested)}
            known["number"] = str(known["number"])
            refunds = tuple(self._refunds(orders, raw, ref))
            delivered = known.setdefault("delivered_at", None)
            placed = self._time(known.get("placed_at"), "orders.placed_at")
            yield self._build(
                Order,
                "orders",
                {
                    **known,
                    "handle": self._handle("order", ref),
                    "placed_at": placed,
                    "days_since_placed": self._days(placed),
                    "delivered_at": None if delivered is None else self._time(delivered, "orders.delivered_at"),
                    "days_since_delivery": None
                    if delivered is None
                    else self._days(self._time(delivered, "orders.delivered_at")),
                    "total": self._money(known.get("total"), "orders.total"),
                    "lines": tuple(self._lines(orders, raw, ref)),
                    "payments": tuple(self._payments(orders, raw, ref, refunds)),
                    "refunds": refunds,
                    "shipments": tuple(self._shipments(orders, raw, ref)),
                    "address": self._address(orders.address, raw.get("address") or {}, f"order {known['number']}", ref),
                },
            )

    def _lines(self, orders: OrderMap, order: Raw, parent: str) -> Iterator[OrderLine]:
        for raw, ref in self._items(orders.lines, "lines", order, order):
            known = {
                "product": "",
                "sku": "",
                "options": {},
                "quantity": 1,
                **self._fields(orders.lines, raw, order=order),
            }
            known["price"] = self._money(known.get("price"), "orders.lines.price")
            yield self._build(OrderLine, "orders.lines", {**known, "handle": self._handle("line", ref, parent)})

    def _payments(self, orders: OrderMap, order: Raw, parent: str, refunds: tuple[Refund, ...]) -> Iterator[Payment]:
        for raw, ref in self._items(orders.payments, "payments", order, order):
            known = {"method_label": "", "method_status": "active", **self._fields(orders.payments, raw, order=order)}
            handle = self._handle("payment", ref, parent)
            method = self._name("method", str(known.pop("method", known["method_label"])))
            if method in self.methods:
                on_file = self.methods[method]
                known |= {"method_label": on_file.label, "method_status": on_file.status}
            amount = self._money(known.get("amount"), "orders.payments.amount")
            given = [
                it.amount.amount for it in refunds if it.payment == handle and it.status in {"pending", "succeeded"}
            ]
            paid_at = self._time(known.get("paid_at", order.get("placed_at")), "orders.payments.paid_at")
            repeated = known.get("duplicate_of")
            yield self._build(
                Payment,
                "orders.payments",
                {
                    **known,
                    "handle": handle,
                    "amount": amount,
                    "refunded": Money(amount=sum(given), currency=amount.currency),
                    "refundable": Money(amount=max(amount.amount - sum(given), 0), currency=amount.currency),
                    "method": method,
                    "paid_at": paid_at,
                    "days_since": self._days(paid_at),
                    "duplicate_of": None if repeated is None else self._name("payment", str(repeated), parent),
                },
            )

    def _refunds(self, orders: OrderMap, order: Raw, parent: str) -> Iterator[Refund]:
        for raw, ref in self._items(orders.refunds, "refunds", order, order):
            known = {"reason": "", "method_label": "", **self._fields(orders.refunds, raw, order=order)}
            created = self._time(known.get("created_at"), "orders.refunds.created_at")
            yield self._build(
                Refund,
                "orders.refunds",
                {
                    **known,
                    "handle": self._handle("refund", ref, parent),
                    "payment": self._name("payment", str(known.get("payment")), parent),
                    "line": None,
                    "amount": self._money(known.get("amount"), "orders.refunds.amount"),
                    "created_at": created,
                    "days_since": self._days(created),
                },
            )

    def _shipments(self, orders: OrderMap, order: Raw, parent: str) -> Iterator[Shipment]:
        for raw, ref in self._items(orders.shipments, "shipments", order, order):
            known = {"expected_on": None, **self._fields(orders.shipments, raw, order=order)}
            times = {
                name: None if known.get(name) is None else self._time(known[name], f"orders.shipments.{name}")
                for name in ("last_scan_at", "delivered_at")
            }
            scanned = times["last_scan_at"]
            since = None if scanned is None else self._days(scanned)
            yield self._build(
                Shipment,
                "orders.shipments",
                {**known, **times, "handle": self._handle("shipment", ref, parent), "days_since_scan": since},
            )

    def _address(self, mapping: AddressMap, raw: Raw, label: str, ref: str) -> Address:
        known = {**dict.fromkeys(_ADDRESS, ""), **self._fields(mapping, raw)}
        return self._build(Address, label, {**known, "handle": self._handle("address", ref), "label": label})

    # ------------------------------------------------------------------------------------------------ single values

    def _items(self, mapping: Each, name: str, it: Raw, order: Raw | None = None) -> Iterator[tuple[Raw, str]]:
        """Each record of a kind with its ref."""
        listed = it.get(name, []) if mapping.each is None else self._value(mapping.each, it, order)
        if not isinstance(listed, list):
            raise Misfit(f"{name}: no list")
        for raw in listed:
            if not isinstance(raw, dict):
                raise Misfit(f"{name}: holds something that is no record")
            ref = raw.get("ref", raw.get("id")) if mapping.ref is None else self._value(mapping.ref, raw, order)
            if isinstance(ref, bool) or not isinstance(ref, str | int) or ref == "":
                raise Misfit(f"{name}.ref: no name")
            yield raw, str(ref)

    def _fields(
        self, mapping: Model, raw: JsonValue | Raw, leave: tuple[str, ...] = (), order: Raw | None = None
    ) -> dict[str, Any]:
        """The fields of one record: by expression, else under the field's own name, else not there."""
        values: dict[str, Any] = {}
        for name in type(mapping).model_fields:
            if name in leave or name in {"each", "ref"}:
                continue
            expression = getattr(mapping, name)
            if expression is not None:
                values[name] = self._value(expression, raw, order)
            elif isinstance(raw, Mapping) and name in raw:
                values[name] = raw[name]
        return values

    def _value(self, expression: str, it: object, order: Raw | None = None) -> Any:  # noqa: ANN401 - JSON-like
        own = {"it": it, "order": order, "customer_id": self.scope.customer_id}
        return evaluate(expression, {**self.answers, **own})

    def _handle(self, kind: str, ref: str, parent: str = "") -> Handle:
        """A record's handle; a ref need only be the system's name for it below `parent`, an order."""
        handle = self._name(kind, ref, parent)
        if handle in self.refs:
            raise Misfit(f"two records of the kind '{kind}' have the same ref")
        self.refs[handle] = ref
        return handle

    def _name(self, kind: str, ref: str, parent: str = "") -> Handle:
        return handle_for(kind, self.scope.ticket_id, f"{parent}/{ref}" if parent else ref)

    def _money(self, value: object, place: str) -> Money:
        try:
            return read_money(value, self.unit)
        except (ValueError, BadMoney):
            raise Misfit(f"{place}: no amount") from None

    def _time(self, value: object, place: str) -> datetime:
        """An instant, from ISO 8601 text; a day is its midnight, and what names no zone is UTC."""
        try:
            at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        except ValueError:
            raise Misfit(f"{place}: no time") from None
        return at if at.tzinfo else at.replace(tzinfo=UTC)

    def _days(self, earlier: datetime | date) -> int:
        day = earlier.astimezone(UTC).date() if isinstance(earlier, datetime) else earlier
        return (self.now.astimezone(UTC).date() - day).days

    def _build(self, kind: type[RecordT], place: str, values: Mapping[str, object]) -> RecordT:
        try:
            return kind.model_validate(values)
        except ValidationError as error:
            fields = {".".join(map(str, problem["loc"])) for problem in error.errors(include_input=False)}
            raise Misfit(f"{place}: {', '.join(sorted(fields))}") from None
