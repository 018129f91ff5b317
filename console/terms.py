"""Lines of filters as they live in addresses: `role:support expires:1h charger`.

A line is read strictly: a filter that does not exist is told, never silently dropped, for then more would be shown than
was asked for.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from difflib import get_close_matches

from domain.errors import InvalidInput

MOST_CHARS = 200
_AGE = re.compile(r"^(\d{1,4})(m|h|d|w)$")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_TERM = re.compile(r"^([a-z_]+):(.+)$")
_LABEL = re.compile(r"^[a-z][a-z0-9_]{0,62}$")


def read_terms(line: str, keys: Sequence[str]) -> tuple[list[tuple[str, str]], str | None]:
    """The filters of a line with their values, and the words that are no filter; None where there are none.

    Raises:
        InvalidInput: somebody meant a filter that does not exist; the text says which one is near.
    """
    if len(line) > MOST_CHARS:
        raise InvalidInput(f"A filter has at most {MOST_CHARS} characters.")
    terms: list[tuple[str, str]] = []
    words: list[str] = []
    for term in line.split():
        match = _TERM.match(term)
        if match is not None and match[1] in keys:
            terms.append((match[1], match[2]))
        elif match is not None and (near := get_close_matches(match[1], keys, n=1, cutoff=0.75)):
            raise InvalidInput(f"There is no filter “{match[1][:40]}:”. Did you mean “{near[0]}:”?")
        else:  # "http:" in a text that is searched for is no filter
            words.append(term)
    return terms, " ".join(words) or None


def read_is(value: str, known: Mapping[str, Mapping[str, object]]) -> Mapping[str, object]:
    """What `is:value` stands for; raises InvalidInput with what there is."""
    if value not in known:
        raise InvalidInput(f"There is no “is:{value[:40]}”. There are: {', '.join(known)}.")
    return known[value]


def read_label(key: str, value: str) -> str:
    """A name as our files spell it; raises InvalidInput."""
    if not _LABEL.match(value.lower()):
        raise InvalidInput(f"“{key}:” wants a name of letters, digits and “_”, as in “intent:refund_request”.")
    return value.lower()


def read_age(value: str) -> timedelta:
    """A length of time, as in `30m` or `2d`; raises InvalidInput."""
    match = _AGE.match(value)
    if match is None:
        raise InvalidInput("An age is a number and m, h, d or w: “older:30m”, “newer:2d”.")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})
