"""From what a model names to typed values: only records, choices and words that are there become one.

A model names a record by its handle and quotes the customer; it never hands over an identity, and no text of its own.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from adapters.assistants.chat_model.asking import Unfit
from adapters.assistants.port import PlanBrief
from domain.action import Arguments
from domain.customer import Address, Invoice, Order, OrderLine, Payment, PaymentMethod, Refund, Subscription, Variant
from domain.ids import Label
from domain.money import Money
from domain.slot import HandlesValue, HandleValue, LabelValue, MoneyValue, PairsValue, SlotValue, SpanValue

_RECORDS: Mapping[str, type[BaseModel]] = {
    "order": Order, "items": OrderLine, "refund": Refund, "payment": Payment, "payment_method": PaymentMethod,
    "address": Address, "subscription": Subscription, "invoice": Invoice,
}  # fmt: skip
_MOST_HANDLES = 50
_HANDLE = {"type": "string", "description": "a handle of such a record, as the data lists it"}


def schema_of(kind: str) -> dict[str, Any]:  # noqa: PLR0911 - one return a kind
    """What a model is told of a value of this kind; the same for every ticket, so that it can be cached."""
    match kind:
        case "items":
            return {"type": "array", "items": _HANDLE, "description": "handles of order lines"}
        case "exchange":
            pair = {"type": "array", "items": {"type": "string"}, "minItems": 2, "maxItems": 2}
            return {"type": "array", "items": pair, "description": "handles: [order line, variant wanted instead]"}
        case "choice":
            return {"type": "string", "description": "one of the labels that the procedure declares"}
        case "amount":
            properties = {"amount": {"type": "integer", "description": "minor units"}, "currency": {"type": "string"}}
            return {"type": "object", "properties": properties, "required": ["amount", "currency"]}
        case "text":
            return {"type": "string", "description": "the customer's own words, quoted exactly"}
        case "address":
            return {"type": "string", "description": "a handle of an address, or the customer's words, quoted exactly"}
        case _:
            return {**_HANDLE, "description": f"the handle of a {kind}, as the data lists it"}


def arguments_of(said: Mapping[str, Any], kinds: Mapping[str, str], brief: PlanBrief) -> Arguments:
    """Type the arguments of an action; raises Unfit for what is unknown, of another kind, or not there."""
    if unknown := set(said) - set(kinds):
        raise Unfit(f"There is no argument {', '.join(sorted(unknown))[:80]}.")
    return {name: value_of(value, kinds[name], brief) for name, value in said.items() if value is not None}


def value_of(said: Any, kind: str, brief: PlanBrief, choices: Sequence[Label] | None = None) -> SlotValue:  # noqa: ANN401 - whatever a model hands over
    """Type one value; raises Unfit."""
    try:
        return _value(said, kind, brief, choices)
    except (ValidationError, TypeError, ValueError, AttributeError):
        raise Unfit(f"A value is no {kind}.") from None


def _value(  # noqa: PLR0911 - one return a kind
    said: Any,  # noqa: ANN401
    kind: str,
    brief: PlanBrief,
    choices: Sequence[Label] | None,
) -> SlotValue:
    match kind:
        case "items":
            return HandlesValue(handles=tuple(_record(handle, kind, brief) for handle in _few(said)))
        case "exchange":
            pairs = [(line, variant) for line, variant in _few(said)]
            for line, variant in pairs:
                _record(line, "items", brief)
                if not isinstance(brief.context.find(variant), Variant):
                    raise Unfit("There is no such variant.")
            return PairsValue(pairs=tuple(pairs))
        case "choice":
            if choices is not None and said not in choices:
                raise Unfit(f"The choices are {', '.join(choices)}.")
            return LabelValue(label=said)
        case "amount":
            return MoneyValue(money=Money.model_validate(said))
        case "text":
            return _quoted(said, brief)
        case "address":
            return HandleValue(handle=said) if isinstance(_find(said, brief), Address) else _quoted(said, brief)
        case _:
            return HandleValue(handle=_record(said, kind, brief))


def _few(said: Any) -> list[Any]:  # noqa: ANN401
    if not isinstance(said, list) or not 0 < len(said) <= _MOST_HANDLES:
        raise TypeError("no list of records")
    return said


def _find(said: Any, brief: PlanBrief) -> BaseModel | None:  # noqa: ANN401
    return brief.context.find(said) if isinstance(said, str) else None


def _record(said: Any, kind: str, brief: PlanBrief) -> str:  # noqa: ANN401
    record = _find(said, brief)
    wanted = _RECORDS.get(kind)
    if record is None or (wanted is not None and not isinstance(record, wanted)):
        raise Unfit(f"There is no {kind} of that handle.")
    return str(said)


def _quoted(said: Any, brief: PlanBrief) -> SpanValue:  # noqa: ANN401
    """Where the customer wrote that; the newest message that holds it."""
    if isinstance(said, str) and said.strip():
        for message in reversed(brief.messages):
            start = message.text.find(said)
            if start >= 0:
                digest = hashlib.sha256(said.encode()).hexdigest()
                return SpanValue(seq=message.seq, start=start, end=start + len(said), sha256=digest)
    raise Unfit("The customer did not write exactly that.")
