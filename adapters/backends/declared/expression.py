"""CEL expressions and templates of a declared back end: what they may name is fixed where they stand.

An expression reads (`it.total`); a template sends (`/orders/{args.order.ref}`): text in which each `{expression}` is
replaced by its value, and which is that value itself, number or list, when nothing else stands beside it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Final

from cel import Program
from cel import compile as compile_cel
from pydantic import AfterValidator, Field, JsonValue

#: Asking who the customer is, what they were granted, and what was answered.
OF_RECORDS: Final = frozenset({"customer_id"})
OF_ARGUMENTS: Final = frozenset({"args", "customer"})
OF_SENDING: Final = frozenset({"args", "kept", "key", "ref", "customer_id", "now"})
OF_ANSWER: Final = OF_SENDING | {"answer"}
OF_RESULT: Final = OF_SENDING | {"it"}

_HOLE = re.compile(r"\{([^{}]*)\}")
_MOST = 2_000  # characters

Variables = Mapping[str, Any]


class NotEvaluated(Exception):
    """An expression names what is not there, or does not fit what is; the text names the expression, no values."""

    def __init__(self, expression: str) -> None:
        super().__init__(expression)
        self.expression = expression


@cache
def _compiled(expression: str) -> Program:
    return compile_cel(expression)


def evaluate(expression: str, variables: Variables) -> Any:  # noqa: ANN401 - JSON-like values, dates and times
    """The value of an expression.

    Raises:
        NotEvaluated: it cannot be evaluated over these variables.
    """
    try:
        return _compiled(expression).execute(dict(variables))
    except Exception:  # noqa: BLE001 - the evaluator raises many kinds, and their texts quote values
        raise NotEvaluated(expression) from None


def holds(expression: str, variables: Variables) -> bool:
    """Whether a condition is true; anything but a boolean is an error. Raises NotEvaluated."""
    value = evaluate(expression, variables)
    if not isinstance(value, bool):
        raise NotEvaluated(expression)
    return value


def fill(template: str, variables: Variables, shown: Callable[[str], str] = str) -> Any:  # noqa: ANN401 - as `evaluate`
    """A template's value; `shown` encodes each value that becomes part of a text. Raises NotEvaluated."""
    whole = _HOLE.fullmatch(template)
    if whole and shown is str:
        return evaluate(whole[1], variables)
    return _HOLE.sub(lambda hole: shown(_text(hole[1], variables)), template)


def fill_all(template: JsonValue, variables: Variables) -> JsonValue:
    """JSON with every text in it filled. Raises NotEvaluated."""
    match template:
        case str():
            return as_json(fill(template, variables))
        case list():
            return [fill_all(item, variables) for item in template]
        case dict():
            return {name: fill_all(item, variables) for name, item in template.items()}
        case _:
            return template


def as_json(value: Any) -> JsonValue:  # noqa: ANN401 - whatever CEL returns
    """A value as JSON has it: times become ISO 8601 text."""
    match value:
        case None | bool() | int() | str():
            return value
        case list() | tuple():
            return [as_json(item) for item in value]
        case Mapping():
            return {str(name): as_json(item) for name, item in value.items()}
        case _ if hasattr(value, "isoformat"):
            return str(value.isoformat())
        case _:
            return str(value)


def holes(template: JsonValue) -> Iterator[str]:
    """Every expression in a template, or in JSON made of templates."""
    match template:
        case str():
            yield from _HOLE.findall(template)
        case list():
            for item in template:
                yield from holes(item)
        case dict():
            for item in template.values():
                yield from holes(item)
        case _:
            pass


def _text(expression: str, variables: Variables) -> str:
    match as_json(evaluate(expression, variables)):
        case str() as text:
            return text
        case bool() | None | list() | dict():
            raise NotEvaluated(expression)  # nothing that belongs into an address or a key
        case number:
            return str(number)


def _check(expression: str, roots: frozenset[str]) -> None:
    try:
        found = set(_compiled(expression).variables())
    except ValueError as error:
        raise ValueError(f"not a CEL expression: {str(error).splitlines()[0]}") from None
    macros = set(re.findall(r"\.(?:all|exists|exists_one|filter|map)\(\s*([a-z_]\w*)\s*,", expression))
    for name in sorted(found - macros - roots):
        raise ValueError(f"there is no variable '{name}' here, only {', '.join(sorted(roots))}")


def _expression(roots: frozenset[str]) -> AfterValidator:
    def check(expression: str) -> str:
        _check(expression, roots)
        return expression

    return AfterValidator(check)


def _template(roots: frozenset[str]) -> AfterValidator:
    def check(template: JsonValue) -> JsonValue:
        for expression in holes(template):
            _check(expression, roots)
        return template

    return AfterValidator(check)


Text = Annotated[str, Field(min_length=1, max_length=_MOST)]
ArgumentExpression = Annotated[Text, _expression(OF_ARGUMENTS)]
ArgumentTemplate = Annotated[Text, _template(OF_ARGUMENTS)]
AnswerExpression = Annotated[Text, _expression(OF_ANSWER)]
ResultExpression = Annotated[Text, _expression(OF_RESULT)]
SendTemplate = Annotated[Text, _template(OF_SENDING)]
SendJson = Annotated[JsonValue, _template(OF_SENDING)]
#: Over the answers of the calls that gather records, whose names the file chooses: checked with the file as a whole.
RecordExpression = Text


def check_record_expression(expression: str, calls: frozenset[str]) -> None:
    """Raise ValueError unless an expression over records names nothing but the calls, `it`, `order`, `customer_id`."""
    _check(expression, OF_RECORDS | {"it", "order"} | calls)
