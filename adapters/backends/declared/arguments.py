"""A proposed action's arguments, looked up in what the customer can see and nowhere else; pure.

Expressions see each argument as a record with its fields and its `ref`; what is kept and sent is no more than the refs.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import JsonValue

from adapters.backends.declared.amounts import written
from domain.action import ArgumentValue
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
from domain.errors import ActionRefused
from domain.facts import candidate_view
from domain.ids import Handle, Label
from domain.model import Model
from domain.slot import HandlesValue, HandleValue, LabelValue, MoneyValue, PairsValue, SpanValue

#: Which records an argument of a slot kind may name.
RECORDS: Mapping[str, type[Model]] = {
    "order": Order,
    "items": OrderLine,
    "exchange": OrderLine,
    "refund": Refund,
    "payment": Payment,
    "payment_method": PaymentMethod,
    "address": Address,
    "subscription": Subscription,
    "invoice": Invoice,
}
_MOST_CHARACTERS = 2_000
_POSTAL = ("line1", "line2", "city", "region", "postcode", "country")


class Seen(Model):
    """One argument: as expressions see it, as it is kept for sending, and as a person reads it."""

    view: Any
    kept: JsonValue
    shown: str


def resolve(
    context: CustomerContext, kind: str | tuple[Label, ...], value: ArgumentValue | None, words: str | None
) -> Seen:
    """What one argument means; `words` are those behind a span.

    Raises:
        ActionRefused: it names nothing of the customer's ("unknown_record"), is none of the choices
            ("unknown_choice"), is no amount above zero ("wrong_amount"), or says nothing ("no_words").
    """
    match kind, value:
        case tuple(), LabelValue(label=label) if label in kind:
            return Seen(view=label, kept=label, shown=label.replace("_", " "))
        case tuple(), _:
            raise ActionRefused("That is not one of the choices.", code="unknown_choice")
        case "amount", MoneyValue(money=money) if money.amount > 0:
            return Seen(view=written(money), kept=written(money), shown=str(money))
        case "amount", _:
            raise ActionRefused("An amount above zero is needed.", code="wrong_amount")
        case (("text" | "address"), SpanValue()) if words and len(words) <= _MOST_CHARACTERS:
            view: JsonValue = words if kind == "text" else {"text": words}
            return Seen(view=view, kept=view, shown=words)
        case "text", _:
            raise ActionRefused("That says nothing that can be passed on.", code="no_words")
        case "items", HandlesValue(handles=handles) if handles and len(set(handles)) == len(handles):
            return _together([_one(context, "items", handle) for handle in handles])
        case "exchange", PairsValue(pairs=pairs) if pairs and len({line for line, _ in pairs}) == len(pairs):
            return _together([_pair(context, *pair) for pair in pairs])
        case str(), HandleValue(handle=handle) if kind not in {"items", "exchange"}:
            return _one(context, kind, handle)
        case _:
            raise unknown_record()


def unknown_record() -> ActionRefused:
    """The one answer for a handle that names nothing here, whether it is guessed, foreign or stale."""
    return ActionRefused("There is no such record.", code="unknown_record")


def _one(context: CustomerContext, kind: str, handle: Handle, *, of: type[Model] | None = None) -> Seen:
    record, ref = context.find(handle), context.refs.get(handle)
    if ref is None or not isinstance(record, of or RECORDS[kind]):
        raise unknown_record()
    view: dict[str, Any] = {**candidate_view(record, context), "ref": ref}
    kept: dict[str, JsonValue] = {"ref": ref}
    order = context.order_of(handle)
    if order is not None and "order" in view:
        parent = context.refs[order.handle]
        view["order"] = {**view["order"], "ref": parent}
        kept["order"] = {"ref": parent}
    if isinstance(record, Address):
        kept |= {name: view[name] for name in _POSTAL}
    return Seen(view=view, kept=kept, shown=_shown(record))


def _pair(context: CustomerContext, line: Handle, wanted: Handle) -> Seen:
    one, other = _one(context, "items", line), _one(context, "items", wanted, of=Variant)
    return Seen(
        view={"line": one.view, "variant": other.view},
        kept={"line": one.kept, "variant": other.kept},
        shown=f"{one.shown} → {other.shown}",
    )


def _together(parts: list[Seen]) -> Seen:
    return Seen(
        view=[part.view for part in parts],
        kept=[part.kept for part in parts],
        shown=", ".join(part.shown for part in parts),
    )


def _shown(record: Model) -> str:  # noqa: PLR0911 - one line a kind of record
    match record:
        case Order(number=number) | Invoice(number=number):
            return number
        case OrderLine(title=title, quantity=quantity):
            return f"{quantity} x {title}" if quantity > 1 else title
        case Payment(amount=amount, method_label=label):
            return f"{amount} paid with {label}" if label else str(amount)
        case Refund(amount=amount, method_label=label):
            return f"{amount} to {label}" if label else str(amount)
        case PaymentMethod(label=label):
            return label
        case Address():
            return record.one_line()
        case Subscription(plan=plan):
            return plan
        case Variant(options=options, sku=sku):
            return ", ".join(options.values()) or sku
        case _:
            return type(record).__name__.lower()
