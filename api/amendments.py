"""An approver's other arguments, typed by the action's own declaration.

An amendment may change an amount, choose another label or name fewer records. It can name no record that the request
did not name, and no words: what an approver cannot have been shown, they cannot approve.
"""

from collections.abc import Iterator, Mapping
from typing import TypeVar

from pydantic import JsonValue, TypeAdapter, ValidationError

from domain.action import ActionSpec, Arguments, ArgumentValue, ProposedAction
from domain.errors import BadMoney, InvalidInput
from domain.ids import Handle, Label
from domain.money import Money
from domain.slot import HandlesValue, HandleValue, LabelValue, MoneyValue, PairsValue, SpanValue

T = TypeVar("T")
_MONEY = TypeAdapter(Money)
_LABEL = TypeAdapter(Label)
_HANDLE = TypeAdapter(Handle)
_HANDLES = TypeAdapter(tuple[Handle, ...])
_PAIRS = TypeAdapter(tuple[tuple[Handle, Handle], ...])


def amend(action: ProposedAction, spec: ActionSpec, changes: Mapping[Label, JsonValue]) -> ProposedAction:
    """Return the action with other arguments, bound to the digest of those.

    Raises:
        InvalidInput: an argument is unknown, of the wrong kind or names a record that the request does not, or nothing
            changes.
        BadMoney: an amount is not one, or in another currency.
    """
    known = frozenset(_handles(action.args))
    args: Arguments = dict(action.args)
    for name, value in changes.items():
        kind = spec.arguments.get(name)
        if kind is None:
            raise InvalidInput(f"This action has no such argument; it takes {', '.join(sorted(spec.arguments))}.")
        args[name] = _typed(name, kind, value, action.args.get(name), known)
    amended = ProposedAction.of(action_id=action.action_id, name=action.name, args=args, wish=action.wish)
    if amended.args_sha256 == action.args_sha256:
        raise InvalidInput("The amendment changes nothing; approve the request instead.")
    return amended


def _typed(
    name: Label, kind: str, value: JsonValue, before: ArgumentValue | None, known: frozenset[Handle]
) -> ArgumentValue:
    if isinstance(before, SpanValue):
        raise InvalidInput(f"{name}: the customer's own words cannot be amended; decline, and say why.")
    match kind:
        case "amount":
            return _money(name, value, before)
        case "choice":
            return LabelValue(label=_read(_LABEL, name, value, "a label"))
        case "items":
            handles = _read(_HANDLES, name, value, "a list of handles")
            return HandlesValue(handles=_known(name, handles, known))
        case "exchange":
            pairs = _read(_PAIRS, name, value, "a list of pairs of handles")
            _known(name, tuple(handle for pair in pairs for handle in pair), known)
            return PairsValue(pairs=pairs)
        case "text":
            raise InvalidInput(f"{name}: words cannot be amended; decline, and say why.")
        case _:
            (handle,) = _known(name, (_read(_HANDLE, name, value, "a handle"),), known)
            return HandleValue(handle=handle)


def _money(name: Label, value: JsonValue, before: ArgumentValue | None) -> MoneyValue:
    try:
        money = _MONEY.validate_python(value)
    except ValidationError:
        raise BadMoney(f'{name}: an amount is {{"amount": 3000, "currency": "EUR"}}, in whole minor units.') from None
    if money.amount == 0:
        raise BadMoney(f"{name}: an amount of nothing would change nothing; decline instead.")
    if isinstance(before, MoneyValue) and before.money.currency != money.currency:
        raise BadMoney(f"{name}: the amount must stay in {before.money.currency}.")
    return MoneyValue(money=money)


def _read(adapter: TypeAdapter[T], name: Label, value: JsonValue, what: str) -> T:
    try:
        return adapter.validate_python(value)
    except ValidationError:
        raise InvalidInput(f"{name}: {what} is needed.") from None


def _known(name: Label, handles: tuple[Handle, ...], known: frozenset[Handle]) -> tuple[Handle, ...]:
    if not handles or len(set(handles)) < len(handles) or not known.issuperset(handles):
        raise InvalidInput(f"{name}: name records of the request itself, each once.")
    return handles


def _handles(args: Arguments) -> Iterator[Handle]:
    for value in args.values():
        match value:
            case HandleValue(handle=handle):
                yield handle
            case HandlesValue(handles=handles):
                yield from handles
            case PairsValue(pairs=pairs):
                yield from (handle for pair in pairs for handle in pair)
            case _:
                pass
