"""The declared action that undoes an effect, with its arguments as handles of the ticket's own records; pure."""

from collections.abc import Mapping
from typing import Any

from adapters.backends.declared.amounts import own_money
from adapters.backends.declared.arguments import RECORDS
from adapters.backends.declared.declaration import Declaration
from adapters.backends.declared.expression import NotEvaluated, as_json, evaluate
from adapters.backends.port import Undoing
from domain.action import Arguments, ArgumentValue
from domain.customer import CustomerContext
from domain.errors import BadMoney
from domain.ids import Label
from domain.slot import HandleValue, LabelValue, MoneyValue


def undoing(
    declaration: Declaration[Any], context: CustomerContext, action: Label, variables: Mapping[str, Any]
) -> Undoing | None:
    """The action and its arguments; None where none is declared or a record it needs is not there."""
    undo = declaration.actions[action].undo
    if undo is None:
        return None
    kinds = declaration.actions[undo.action].arguments
    args: Arguments = {}
    for name, expression in undo.args.items():
        try:
            value = as_json(evaluate(expression, variables))
        except NotEvaluated:
            return None
        argument = _argument(context, kinds[name], value)
        if argument is None:
            return None
        args[name] = argument
    return Undoing(undo.action, args)


def _argument(
    context: CustomerContext,
    kind: str | tuple[Label, ...],
    value: Any,  # noqa: ANN401
) -> ArgumentValue | None:
    if isinstance(kind, tuple):
        return LabelValue(label=value) if value in kind else None
    if kind == "amount":
        try:
            return MoneyValue(money=own_money(value))
        except (ValueError, BadMoney):
            return None
    for handle, record in context.records():
        if isinstance(record, RECORDS[kind]) and context.refs.get(handle) == str(value):
            return HandleValue(handle=handle)
    return None
