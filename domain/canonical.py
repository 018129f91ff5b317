"""Canonical JSON and its digest: what an approval is bound to and what the audit chain is made of.

Keys sorted, no spaces, UTF-8, no floats. It is the part of RFC 8785 that values without floats need.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any

from pydantic import BaseModel


def canonical(value: object) -> bytes:
    """Return the one byte string that stands for `value`; raises TypeError for floats and unknown types."""
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def sha256_of(value: object) -> str:
    """Return the SHA-256 of the canonical form of `value`, in hex."""
    return hashlib.sha256(canonical(value)).hexdigest()


def canonical_time(value: datetime) -> str:
    """Return the one text that stands for a moment: UTC, to the microsecond."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _plain(value: object) -> Any:  # noqa: ANN401, PLR0911 - what json.dumps takes has no narrower type; one return a kind
    match value:
        case BaseModel():
            return _plain(value.model_dump())
        case Enum():
            return value.value
        case None | bool() | int() | str():
            return value
        case datetime():
            return canonical_time(value)
        case date():
            return value.isoformat()
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case Sequence() if not isinstance(value, bytes):
            return [_plain(item) for item in value]
        case _:
            raise TypeError(f"{type(value).__name__} has no canonical form")
