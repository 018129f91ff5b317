"""Reading an effect out of an answer: done, pending, failed with a code, or nothing that was asked for."""

import re
from typing import Any

from pydantic import JsonValue

from adapters.backends.declared.amounts import read_money
from adapters.backends.declared.caller import Answer
from adapters.backends.declared.declaration import Call, DeclaredAction, MoneyUnit, Result
from adapters.backends.declared.expression import NotEvaluated, Variables, as_json, evaluate, holds
from adapters.backends.port import BackendOutcome
from domain.ids import Label
from domain.money import Money

_NOT_LABEL = re.compile(r"[^a-z0-9]+")
_MOST = 60


def found_in(call: Call, answer: Answer, variables: Variables) -> JsonValue:
    """The thing an answer is about, None where there is none. Raises NotEvaluated."""
    if answer.kind == "absent":
        return None
    it = as_json(evaluate(call.it, {**variables, "answer": answer.body}))
    if isinstance(it, list):
        return it[0] if it else None
    return it


def outcome_of(
    result: Result, it: JsonValue, unit: MoneyUnit, amount: Money | None, variables: Variables
) -> BackendOutcome:
    """What the system says of an effect, `it`; `amount` where it says none.

    Raises:
        NotEvaluated: `it` is not what the declaration describes.
    """
    seen = {**variables, "it": it}
    ref = None if result.ref is None else _name(result.ref, seen)
    if holds(result.failed, seen):
        code = label_of(None if result.code is None else evaluate(result.code, seen), "failed")
        return BackendOutcome(status="failed", code=code, ref=ref)
    if result.amount is not None:
        try:
            amount = read_money(as_json(evaluate(result.amount, seen)), unit)
        except ValueError:
            raise NotEvaluated(result.amount) from None
    is_pending = holds(result.pending, seen)
    return BackendOutcome(
        status="succeeded",
        code="pending" if is_pending else "succeeded",
        ref=ref,
        amount=amount,
        settles_later=is_pending,
        facts=facts_of(result, it, variables),
    )


def facts_of(result: Result, it: JsonValue, variables: Variables) -> dict[str, JsonValue]:
    """What replies may tell of `it`. Raises NotEvaluated."""
    seen = {**variables, "it": it}
    return {name: as_json(evaluate(expression, seen)) for name, expression in result.facts.items()}


def refusal_of(action: DeclaredAction[Any], answer: Answer, variables: Variables) -> Label | None:
    """The declared code of a refusal, None where none of them fits."""
    seen = {**variables, "answer": answer.body}
    for code, expression in action.refusals.items():
        try:
            if holds(expression, seen):
                return code
        except NotEvaluated:  # this refusal looks otherwise
            continue
    return None


def label_of(value: object, otherwise: Label) -> Label:
    """A system's own code as a label: lower case, underscores, no words of anybody's."""
    text = _NOT_LABEL.sub("_", str(value or "").lower())[:_MOST].strip("_")
    return text if text[:1].isalpha() else otherwise


def _name(expression: str, seen: Variables) -> str:
    value = evaluate(expression, seen)
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise NotEvaluated(expression)
    return str(value)
