"""Spans of time as people type them: `30m`, `4h`, `2d`."""

import re
from datetime import timedelta

from domain.errors import InvalidInput

_SPAN = re.compile(r"([1-9][0-9]{0,3})([mhd])", re.ASCII)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}


def parse_span(text: str) -> timedelta:
    """Read a span; raises InvalidInput for anything that is not plainly one."""
    match = _SPAN.fullmatch(text.strip())
    if match is None:
        raise InvalidInput(f"{text!r} is no span of time; write it like 30m, 4h or 2d.")
    return int(match[1]) * _UNITS[match[2]]
