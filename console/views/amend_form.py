"""The form that amends a request: one typed field for each argument that its action declares, read back strictly.

It offers what an amendment may change and nothing else (`api/amendments.py` decides): another amount of the same
currency, another of the declared choices, another or fewer of the records that the request itself names.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from pydantic import JsonValue

from console.views.record_text import record_text
from domain.action import ActionSpec, Arguments, ArgumentValue, ProposedAction
from domain.amounts import parse_amount
from domain.customer import CustomerContext
from domain.errors import InvalidInput
from domain.ids import Handle, Label
from domain.model import Model
from domain.money import EXPONENTS, Money
from domain.slot import HandlesValue, HandleValue, LabelValue, MoneyValue, PairsValue, SpanValue

Sent = Mapping[str, Sequence[str]]
_PREFIX = "arg."


class Option(Model):
    """One value that a field may take."""

    value: str
    text: str
    is_chosen: bool


class Field(Model):
    """One argument as the form shows it; `value` is what stands in a money field."""

    name: Label
    kind: Literal["money", "one", "some", "fixed"]
    value: str = ""
    currency: str = ""
    options: tuple[Option, ...] = ()
    hint: str = ""
    problem: str | None = None

    @property
    def input_name(self) -> str:
        """What the browser calls it."""
        return f"{_PREFIX}{self.name}"


class Amendment(Model):
    """What a sent form asks to change, and what is wrong with it, by argument."""

    changes: dict[Label, JsonValue] = {}
    problems: dict[Label, str] = {}


def fields_of(
    action: ProposedAction,
    spec: ActionSpec,
    context: CustomerContext | None,
    sent: Sent | None = None,
    problems: Mapping[Label, str] | None = None,
) -> tuple[Field, ...]:
    """The form's fields in the order of the declaration; filled in as `sent`, where somebody has sent it."""
    return tuple(
        _field(name, kind, action.args, spec, context, (sent or {}).get(f"{_PREFIX}{name}")).model_copy(
            update={"problem": (problems or {}).get(name)}
        )
        for name, kind in spec.arguments.items()
        if name in action.args
    )


def read_form(action: ProposedAction, spec: ActionSpec, sent: Sent) -> Amendment:
    """Read a sent form: only what differs from the request is a change."""
    changes: dict[Label, JsonValue] = {}
    problems: dict[Label, str] = {}
    for name in spec.arguments:
        values, before = sent.get(f"{_PREFIX}{name}"), action.args.get(name)
        if before is None or isinstance(before, SpanValue):
            continue
        try:
            after = _read(before, values or ())
        except InvalidInput as error:
            problems[name] = error.text
            continue
        if after != _plain(before):
            changes[name] = after
    return Amendment(changes=changes, problems=problems)


def _field(
    name: Label,
    kind: str,
    args: Arguments,
    spec: ActionSpec,
    context: CustomerContext | None,
    sent: Sequence[str] | None,
) -> Field:
    match args[name]:
        case MoneyValue(money=money):
            text = sent[0] if sent else _amount(money)
            hint = f"In {money.currency}; asked for: {money}."
            return Field(name=name, kind="money", value=text, currency=money.currency, hint=hint)
        case LabelValue(label=label):
            chosen = sent[0] if sent else label
            labels = spec.choices.get(name) or (label,)
            return Field(
                name=name, kind="one", options=_options(((it, it.replace("_", " ")) for it in labels), [chosen])
            )
        case HandleValue(handle=handle):
            alike = dict.fromkeys((handle, *(it for it in _handles(args) if _stem(it) == _stem(handle))))
            shown = ((it, record_text(it, context)) for it in alike)
            return Field(name=name, kind="one", options=_options(shown, sent or [handle]))
        case HandlesValue(handles=handles):
            shown = ((it, record_text(it, context)) for it in handles)
            hint = "Untick what is not to be done."
            return Field(name=name, kind="some", options=_options(shown, handles if sent is None else sent), hint=hint)
        case PairsValue(pairs=pairs):
            shown = (
                (f"{line}>{wanted}", f"{record_text(line, context)} → {record_text(wanted, context)}")
                for line, wanted in pairs
            )
            chosen_pairs = [f"{line}>{wanted}" for line, wanted in pairs] if sent is None else sent
            return Field(
                name=name, kind="some", options=_options(shown, chosen_pairs), hint="Untick what is not to be done."
            )
        case _:
            said = f"The customer's own {'words' if kind == 'text' else kind.replace('_', ' ')}"
            return Field(name=name, kind="fixed", value=f"{said}: not to be amended; decline instead, and say why.")


def _read(before: ArgumentValue, values: Sequence[str]) -> JsonValue:
    match before:
        case MoneyValue(money=money):
            return parse_amount(values[0] if values else "", money.currency).model_dump()
        case LabelValue() | HandleValue():
            if not values or not values[0]:
                raise InvalidInput("Choose one.")
            return values[0]
        case HandlesValue():
            return list(_some(values))
        case PairsValue():
            return [list(pair.split(">", 1)) for pair in _some(values)]
        case _:
            raise InvalidInput("This cannot be amended.")


def _some(values: Sequence[str]) -> Sequence[str]:
    if not values:
        raise InvalidInput("At least one must stay; to do none of it, decline.")
    return values


def _plain(value: ArgumentValue) -> JsonValue:
    """An argument in the form in which `_read` gives it."""
    match value:
        case MoneyValue(money=money):
            return money.model_dump()
        case LabelValue(label=text) | HandleValue(handle=text):
            return text
        case HandlesValue(handles=handles):
            return list(handles)
        case PairsValue(pairs=pairs):
            return [list(pair) for pair in pairs]
        case SpanValue():
            return None


def _options(shown: Iterator[tuple[str, str]], chosen: Sequence[str]) -> tuple[Option, ...]:
    return tuple(Option(value=value, text=text, is_chosen=value in chosen) for value, text in shown)


def _amount(money: Money) -> str:
    digits = EXPONENTS[money.currency]
    whole, part = divmod(money.amount, 10**digits)
    return f"{whole}.{part:0{digits}d}" if digits else str(whole)


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


def _stem(handle: Handle) -> str:
    """The kind of record that a handle names: `order_3f…` an order."""
    return handle.rpartition("_")[0]
