"""Masking every string of a value: records, answers and facts, whatever their shape."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, TypeVar, cast

from pydantic import BaseModel

from adapters.assistants.redaction.mask import Mask

T = TypeVar("T")


def hidden(value: T, mask: Mask) -> T:
    """Return the value with each string in it masked; handles, labels and numbers have nothing to hide."""
    return cast("T", _hidden(value, mask))


def _hidden(value: Any, mask: Mask) -> Any:  # noqa: ANN401, PLR0911 - anything a brief holds; one return a kind
    match value:
        case Enum():
            return value
        case str():
            return mask.hide(value).text
        case BaseModel():
            shown = {name: _hidden(getattr(value, name), mask) for name in type(value).model_fields}
            return value.model_copy(update=shown)
        case Mapping():
            return {name: _hidden(item, mask) for name, item in value.items()}
        case tuple() | list() | frozenset():
            return type(value)(_hidden(item, mask) for item in value)
        case _ if is_dataclass(value) and not isinstance(value, type):
            shown = {part.name: _hidden(getattr(value, part.name), mask) for part in fields(value) if part.init}
            return replace(value, **shown)
        case _:
            return value
