"""From plain data to domain types, with what pydantic finds told in the words and the lines of the file."""

import re
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from adapters.workspace.problems import FieldPath, Problem, unknown
from adapters.workspace.source import Source

_NO_SPAN = "is no length of time; write it like 3 days, or 12:00:00 for half a day"
#: What pydantic would say in words that no file is written in.
_SAYS = {
    "missing": "is missing",
    "string_type": "must be text; put it in quotes if it holds a colon or looks like a number",
    "time_delta_parsing": _NO_SPAN,
    "time_delta_type": _NO_SPAN,
}

T = TypeVar("T", bound=BaseModel)

#: Validators of the domain say where in their model something is wrong: "steps[3].collect: there is no slot 'x'".
_PLACED = re.compile(r"(?P<field>[a-z_]\w*(?:\.\w+|\[\d+\])*): (?P<text>.+)", re.DOTALL)
_PART = re.compile(r"\[(\d+)\]|\.?(\w+)")


def build(model: type[T], source: Source, **set_here: object) -> T | list[Problem]:
    """Return the model of a source's data, or every problem found; `set_here` are fields the file may not set."""
    if not isinstance(source.value, dict):
        return [source.problem((), "the file must hold fields (`name: value`)")]
    own = [source.problem((name,), "is set by the loader; leave it out") for name in set_here if name in source.value]
    if own:
        return own
    try:
        return model.model_validate({**source.value, **set_here})
    except ValidationError as error:
        names = _field_names(model)
        return [_problem(source, details, names) for details in error.errors(include_url=False, include_input=False)]


def _problem(source: Source, details: ErrorDetails, names: set[str]) -> Problem:
    path: FieldPath = tuple(part for part in details["loc"] if part != "[key]")
    match details["type"]:
        case "extra_forbidden":
            return source.problem(path, unknown("field", str(path[-1]), names))
        case "value_error":
            text = str(details["ctx"]["error"])
            if (placed := _PLACED.fullmatch(text)) and (inner := path + _path_of(placed["field"]))[
                : len(path) + 1
            ] in source.lines:
                return source.problem(inner, placed["text"])
            return source.problem(path, text)
        case kind if kind in _SAYS:
            return source.problem(path, _SAYS[kind])
        case _:
            return source.problem(path, details["msg"][:1].lower() + details["msg"][1:])


def _path_of(field: str) -> FieldPath:
    return tuple(int(number) - 1 if number else name for number, name in _PART.findall(field))


def _field_names(model: type[BaseModel]) -> set[str]:
    schema = model.model_json_schema()
    shapes = [schema, *schema.get("$defs", {}).values()]
    return {name for shape in shapes for name in shape.get("properties", {})}
