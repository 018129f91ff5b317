"""Stripe's form encoding: `metadata[key]=value&expand[]=customer` becomes a nested dict."""

import re
from typing import Any
from urllib.parse import parse_qsl

_NAME = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")


class BadForm(ValueError):
    """The text is not what a form may hold."""


def decoded(text: str) -> dict[str, Any]:
    """Decode a query string or form body; raises BadForm."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text)):
        match = _NAME.match(name)
        if match is None:
            raise BadForm(name)
        first, inner = match[1], re.findall(r"\[([^\[\]]*)\]", match[2])
        match inner:
            case []:
                found[first] = value
            case [key] if key and not key.isdigit():
                found.setdefault(first, {})[key] = value
            case [_]:  # `expand[]` and `expand[0]`
                found.setdefault(first, []).append(value)
            case _:
                raise BadForm(name)
    return found
