"""Records of the customer's as short texts: what an option of a form or a line of a list says of them."""

from collections.abc import Iterator

from domain.customer import (
    Address,
    CustomerContext,
    Invoice,
    Order,
    OrderLine,
    Payment,
    PaymentMethod,
    Refund,
    Shipment,
    Subscription,
    Variant,
)
from domain.ids import Handle
from domain.model import Model


def record_text(handle: Handle, context: CustomerContext | None) -> str:
    """What a handle names, in a line; the handle itself where the records do not show it (any more)."""
    record = context.find(handle) if context is not None else None
    return _text(record) if record is not None else handle


def _text(record: Model) -> str:  # noqa: C901, PLR0911 - a line for each kind of record
    match record:
        case Order():
            return f"Order {record.number}, {record.status.replace('_', ' ')}, {record.total}"
        case OrderLine():
            options = ", ".join(record.options.values())
            return f"{record.title}{f' ({options})' if options else ''}, {record.price}"
        case Payment():
            return f"{record.amount} by {record.method_label}, {record.refundable} refundable"
        case Refund():
            return f"Refund of {record.amount}, {record.status}"
        case PaymentMethod():
            return f"{record.label}, {record.status}"
        case Address():
            return f"{record.label}: {record.one_line()}"
        case Shipment():
            return f"{record.carrier} {record.tracking_number}, {record.status.replace('_', ' ')}"
        case Subscription():
            return f"{record.plan}, {record.price} a {record.interval}, {record.status.replace('_', ' ')}"
        case Invoice():
            return f"Invoice {record.number}, {record.amount}"
        case Variant():
            return ", ".join((record.sku, *record.options.values()))
        case _:
            return type(record).__name__


def facts_of(record: Model) -> Iterator[tuple[str, str]]:
    """The plain fields of a record, by name: what a decision about it was judged on."""
    for name in type(record).model_fields:
        value = getattr(record, name)
        if name == "handle" or value is None or isinstance(value, Model | tuple | dict):
            if hasattr(value, "currency"):
                yield name, str(value)
            continue
        yield name, {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
