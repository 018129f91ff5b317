"""tau retail's tool calls as actions of ours, to replay what its tasks expect."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from domain.action import Arguments
from domain.customer import CustomerContext, Order
from domain.ids import Handle, Label, handle_for
from domain.slot import HandlesValue, HandleValue, LabelValue, PairsValue, SpanValue
from tests.integration.adapters.backends.till import TICKET

Json = dict[str, Any]

ACTIONS: Mapping[str, Label] = {
    "cancel_pending_order": "cancel_order",
    "return_delivered_order_items": "return_items",
    "exchange_delivered_order_items": "exchange_items",
    "modify_pending_order_items": "modify_items",
    "modify_pending_order_payment": "change_payment_method",
    "modify_pending_order_address": "change_order_address",
    "modify_user_address": "change_default_address",
}


@dataclass(frozen=True)
class Call:
    """A tool call, understood."""

    action: Label
    args: Arguments
    spans: dict[str, str]


def understood(name: str, arguments: Json, context: CustomerContext, methods: Mapping[str, str]) -> Call:
    """The action that a tool call means; `methods` are the refs of the customer's payment methods by tau's id."""
    action, spans = ACTIONS[name], {}
    args: Arguments = {}
    order = next((order for order in context.orders if order.number == arguments.get("order_id")), None)
    if action == "return_items" and order is not None:
        args["items"] = HandlesValue(handles=tuple(_lines(order, arguments["item_ids"])))
    elif action in {"exchange_items", "modify_items"} and order is not None:
        wanted = [handle_for("variant", TICKET, sku) for sku in arguments["new_item_ids"]]
        args["exchange"] = PairsValue(pairs=tuple(zip(_lines(order, arguments["item_ids"]), wanted, strict=True)))
    elif order is not None:
        args["order"] = HandleValue(handle=order.handle)
    if "payment_method_id" in arguments:
        args["payment_method"] = HandleValue(
            handle=handle_for("method", TICKET, methods[arguments["payment_method_id"]])
        )
    if "reason" in arguments:
        args["reason"] = LabelValue(label=arguments["reason"].replace(" ", "_"))
    if "address1" in arguments:
        spans["address"] = _written(arguments)
        args["address"] = SpanValue(seq=1, start=0, end=len(spans["address"]), sha256="0" * 64)
    return Call(action=action, args=args, spans=spans)


def rounded(value: Any) -> Any:  # noqa: ANN401 - JSON of any shape
    """The same JSON with amounts in cents: tau's own sums carry binary noise."""
    match value:
        case float():
            return round(value, 2)
        case dict():
            return {key: rounded(item) for key, item in value.items()}
        case list():
            return [rounded(item) for item in value]
        case _:
            return value


def changed(before: Json, after: Json) -> Json:
    """The records that are not what they were."""
    found = {
        kind: {key: rounded(record) for key, record in after[kind].items() if record != before[kind][key]}
        for kind in ("users", "orders")
    }
    return {kind: records for kind, records in found.items() if records}


def _lines(order: Order, skus: list[str]) -> list[Handle]:
    """The lines with these SKUs, a second of the same SKU being the next line that has it."""
    left, handles = list(order.lines), []
    for sku in skus:
        line = next(line for line in left if line.sku == sku)
        left.remove(line)
        handles.append(line.handle)
    return handles


def _written(address: Json) -> str:
    """An address as a customer would write it."""
    parts = (address["address1"], address["address2"], address["city"], f"{address['state']} {address['zip']}")
    return ", ".join(part for part in (*parts, address["country"]) if part)
