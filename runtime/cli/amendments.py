"""`--set NAME=VALUE` of an amendment, read by the kind of the argument it changes."""

from collections.abc import Mapping, Sequence

from pydantic import JsonValue

from domain.errors import InvalidInput
from domain.money import Money
from domain.amounts import parse_amount


def amended_arguments(changes: Sequence[str], present: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the changed arguments as the API takes them; `present` are those of the request.

    Raises:
        InvalidInput: a change names no argument, names one twice, or one that cannot be amended here.
        BadMoney: an amount that is none.
    """
    amended: dict[str, JsonValue] = {}
    for change in changes:
        name, sign, value = change.partition("=")
        if not sign or not value:
            raise InvalidInput(f"--set {change}: write NAME=VALUE, as in --set amount=50.00.")
        if name not in present:
            raise InvalidInput(f"The request has no argument {name!r}; it has {', '.join(sorted(present))}.")
        if name in amended:
            raise InvalidInput(f"--set {name} is given twice.")
        amended[name] = _value(name, value, present[name])
    return amended


def _value(name: str, text: str, present: JsonValue) -> JsonValue:
    match present:
        case {"kind": "money", "money": money}:
            return parse_amount(text, Money.model_validate(money).currency).model_dump()
        case {"kind": "label"} | {"kind": "handle"}:
            return text
        case {"kind": "handles"}:
            return [handle.strip() for handle in text.split(",")]
        case {"kind": "pairs"}:
            return [[half.strip() for half in pair.partition(":")[::2]] for pair in text.split(",")]
        case _:
            raise InvalidInput(f"{name}: what a customer wrote in words cannot be amended; decline it instead.")
