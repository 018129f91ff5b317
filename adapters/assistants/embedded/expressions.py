"""CEL of procedures: conditions, and the expressions that make an action's arguments.

What cannot be evaluated is an error that names its place in the procedure, and never the values it met.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from cel import Program
from cel import compile as compile_cel

from domain.errors import ConditionFailed

_NAME = re.compile(r"(?<![.\w'\"])[A-Za-z_]\w*")


def evaluated(expression: str, variables: Mapping[str, Any], where: str) -> Any:  # noqa: ANN401 - CEL yields JSON-like values
    """The value of an expression over `variables`; `where` is its place: "cancel_order, steps[3].when".

    Raises:
        ConditionFailed: it is no CEL, or touches a fact that is absent.
    """
    try:
        program, names = _compiled(expression)
        # Every variable handed over is copied into the evaluator, so only those that the expression names are.
        return program.execute({name: value for name, value in variables.items() if name in names})
    except Exception as error:
        raise ConditionFailed(f"{where} cannot be evaluated ({type(error).__name__}).", where=where) from error


def holds(expression: str, variables: Mapping[str, Any], where: str) -> bool:
    """Whether a condition is true; anything but true or false is an error (ConditionFailed)."""
    answer = evaluated(expression, variables, where)
    if not isinstance(answer, bool):
        raise ConditionFailed(f"{where} is neither true nor false.", where=where)
    return answer


@lru_cache(maxsize=1_024)
def _compiled(expression: str) -> tuple[Program, frozenset[str]]:
    return compile_cel(expression), frozenset(_NAME.findall(expression))
