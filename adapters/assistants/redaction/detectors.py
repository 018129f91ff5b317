"""Finding personal data in text: what has a form of its own, and what is known of the customer.

A number is only taken for something if it passes that thing's own check, so that order and tracking numbers, dates and
amounts are left alone. A name without a cue is found only where it is known.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from itertools import chain

from adapters.assistants.redaction.forms import CARD, DATE, FORMS

_SHORTEST_KNOWN = 3  # characters; initials are in every other word
_SHORTEST_NUMBER = 12  # characters of a card or account number
_PHONE_DIGITS = range(7, 16)  # ITU-T E.164: fifteen at most; seven without an area
_NINE = 9


@dataclass(frozen=True, slots=True)
class Found:
    """Characters `start` to `end` are personal data of a kind."""

    start: int
    end: int
    kind: str


def find(text: str, known: Iterable[tuple[str, str]] = ()) -> list[Found]:
    """Return what is personal, in order, overlaps joined; `known` is (kind, words) of this customer."""
    return joined(chain(_by_form(text), _by_knowledge(text, known)))


def joined(stretches: Iterable[Found]) -> list[Found]:
    """Return stretches in order, those that overlap as one of the kind that began first."""
    kept: list[Found] = []
    for found in sorted(stretches, key=lambda it: (it.start, -it.end)):
        if kept and found.start < kept[-1].end:
            last = kept.pop()
            kept.append(Found(last.start, max(last.end, found.end), last.kind))
        else:
            kept.append(found)
    return kept


def is_luhn(digits: str) -> bool:
    """Whether the last digit checks the others (ISO/IEC 7812-1, annex B: every second digit from the right doubled)."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(number - _NINE if number > _NINE else number for number in doubled) % 10 == 0


def is_iban(text: str) -> bool:
    """Whether the check digits hold (ISO 13616-1, ISO/IEC 7064 MOD 97-10: the first four signs last, letters 10-35)."""
    plain = text.replace(" ", "").upper()
    return int("".join(str(int(sign, 36)) for sign in plain[4:] + plain[:4])) % 97 == 1


def _by_form(text: str) -> Iterator[Found]:
    for kind, form in FORMS:
        group = "it" if "it" in form.groupindex else 0
        for match in form.finditer(text):
            start, end = match.span(group)
            check = _CHECKS.get(kind)
            if kind in {"card", "iban"} and check is not None:
                end = _longest(text, start, end, check)
            elif check is not None and not check(text[start:end]):
                continue
            if start < end:
                yield Found(start, end, kind)


def _by_knowledge(text: str, known: Iterable[tuple[str, str]]) -> Iterator[Found]:
    for kind, words in known:
        if len(words) >= _SHORTEST_KNOWN:
            for match in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE):
                yield Found(match.start(), match.end(), kind)


def _longest(text: str, start: int, end: int, check: Callable[[str], bool]) -> int:
    """Where the longest number ends that passes its check: other groups may follow it ("… 1111 12/27")."""
    for stop in range(end, start + _SHORTEST_NUMBER, -1):
        if text[stop - 1].isalnum() and not text[stop : stop + 1].isalnum() and check(text[start:stop]):
            return stop
    return start


def _digits(text: str) -> str:
    """The digits alone, of whichever script, as ASCII."""
    return "".join(str(int(sign)) for sign in text if sign.isdecimal())


def _is_card(text: str) -> bool:
    digits = _digits(text)
    return CARD.fullmatch(digits) is not None and is_luhn(digits)


def _is_iban(text: str) -> bool:
    return text.isascii() and is_iban(text)


def _is_phone(text: str) -> bool:
    return len(_digits(text)) in _PHONE_DIGITS and DATE.fullmatch(text) is None


def _is_ip(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return text.strip(":") != ""


_CHECKS: dict[str, Callable[[str], bool]] = {"card": _is_card, "iban": _is_iban, "phone": _is_phone, "ip": _is_ip}
