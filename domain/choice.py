"""How the choices of a question read: one line for each record or label the customer may pick.

A line says what tells the record from its likely neighbours, and nothing the customer does not know already.
"""

from collections.abc import Mapping

from domain.customer import (
    Address,
    CustomerContext,
    Invoice,
    Order,
    OrderLine,
    Payment,
    PaymentMethod,
    Refund,
    Subscription,
    Variant,
)
from domain.ids import Handle, Label
from domain.model import Model
from domain.slot import SlotSpec
from domain.template import show


def choice_text(
    choice: Handle | Label,
    context: CustomerContext,
    *,
    slot: SlotSpec | None = None,
    titles: Mapping[Label, str] | None = None,
    language: str = "en",
) -> str:
    """The line for one choice: a record of the context, a label of the slot, or an intent named by `titles`."""
    record = context.find(choice)
    if record is not None:
        return _record_text(record, context, language)
    declared = slot.choices if slot is not None else ()
    by_label = {known.label: known.shown for known in declared} | dict(titles or {})
    return by_label.get(choice, choice.replace("_", " "))


def _record_text(record: Model, context: CustomerContext, language: str) -> str:  # noqa: PLR0911 - one line a kind
    match record:
        case Order():
            goods = show([line.title for line in record.lines], language) if record.lines else ""
            return f"{record.number}: {goods}, {show(record.placed_at, language)}, {_words(record.status)}"
        case OrderLine():
            return f"{show(record, language)}, {record.price}{_of_order(record, context)}"
        case Payment():
            paid = f"{record.amount}, {record.method_label}, {show(record.paid_at, language)}"
            return paid + _of_order(record, context)
        case Refund():
            return f"{record.amount}, {record.method_label}, {_words(record.status)}{_of_order(record, context)}"
        case PaymentMethod():
            return f"{record.label} ({record.balance})" if record.balance is not None else record.label
        case Variant():
            return f"{show(record, language)}, {record.price}"
        case Address():
            return record.one_line()
        case Subscription():
            return f"{record.plan}, {record.price} a {record.interval}"
        case Invoice():
            return f"{record.number}: {record.amount}, {show(record.issued_at, language)}"
        case _:
            return show(record, language)


def _of_order(record: OrderLine | Payment | Refund, context: CustomerContext) -> str:
    order = context.order_of(record.handle)
    return f", order {order.number}" if order is not None else ""


def _words(status: str) -> str:
    return status.replace("_", " ")
