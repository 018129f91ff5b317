"""From what an argument's expression yields to the typed argument of an action."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from domain.action import Arguments, ArgumentValue
from domain.errors import ConditionFailed
from domain.ids import Handle, Label
from domain.money import Money
from domain.slot import HandlesValue, HandleValue, LabelValue, MoneyValue, PairsValue

_RAW: TypeAdapter[ArgumentValue] = TypeAdapter(ArgumentValue)
#: A raw slot value passed on (`slots.items`) says its own kind; a record's `kind` ("paypal") is none of these.
_SLOT_VALUES = frozenset({"handle", "handles", "pairs", "label", "money", "span"})
#: Which of them an argument takes; one record where nothing else is said.
_TAKES: dict[str, tuple[str, ...]] = {
    "items": ("handles",), "exchange": ("pairs",), "choice": ("label",), "amount": ("money",), "text": ("span",),
    "address": ("handle", "span"),
}  # fmt: skip


def arguments(values: Mapping[Label, Any], kinds: Mapping[Label, str], where: str) -> Arguments:
    """Type each value by the kind its action declares; null leaves an optional argument out.

    Raises:
        ConditionFailed: the action has no such argument, or the value is none of its kind.
    """
    typed: Arguments = {}
    for name, value in values.items():
        if name not in kinds:
            raise ConditionFailed(f"{where}: the action has no argument '{name}'.", where=where)
        if value is None:
            continue
        try:
            typed[name] = _typed(value, kinds[name])
        except (ValidationError, TypeError, KeyError):
            raise ConditionFailed(f"{where}.{name} yields no {kinds[name]}.", where=where) from None
    return typed


def _typed(value: Any, kind: str) -> ArgumentValue:  # noqa: ANN401 - what CEL yields
    if isinstance(value, Mapping) and value.get("kind") in _SLOT_VALUES:
        raw = _RAW.validate_python(value)
        if raw.kind not in _TAKES.get(kind, ("handle",)):
            raise TypeError(f"a {raw.kind} is no {kind}")
        return raw
    match kind:
        case "items":
            handles = value if isinstance(value, list) else [value]
            return HandlesValue(handles=tuple(_handle(each) for each in handles))
        case "exchange":
            return PairsValue(pairs=tuple((_handle(each["line"]), _handle(each["variant"])) for each in value))
        case "choice":
            return LabelValue(label=value)
        case "amount":
            return MoneyValue(money=Money.model_validate(value))
        case "text":
            raise TypeError("only the customer's own words are a text")
        case _:
            return HandleValue(handle=_handle(value))


def _handle(value: Any) -> Handle:  # noqa: ANN401 - a handle, or a record that has one
    handle = value["handle"] if isinstance(value, Mapping) else value
    if not isinstance(handle, str):
        raise TypeError("no handle")
    return handle
