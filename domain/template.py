"""Reply templates: the team's sentences with `{path.to.value}` placeholders, filled from facts.

Only dotted look-up in mappings: no attributes, no indexes, no format specifications, no logic, so that a template can
neither compute nor reach anything but the facts it was given. How a value reads is decided by its shape, in one place.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from pydantic import ValidationError

from domain.errors import ReplyInvalid
from domain.model import Model
from domain.money import Money

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)\}")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?")

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}
_DAY = {"en": "{day} {month} {year}", "de": "{day}. {month} {year}"}
_AND = {"en": "and", "de": "und"}


def placeholders(template: str) -> frozenset[str]:
    """The paths a template names; raises ReplyInvalid for a brace that belongs to no placeholder."""
    if re.search(r"[{}]", _PLACEHOLDER.sub("", template)):
        raise ReplyInvalid("A brace is not part of a placeholder; write {path.to.value} in lower case, without spaces.")
    return frozenset(_PLACEHOLDER.findall(template))


def render(template: str, facts: Mapping[str, Any], language: str = "en") -> str:
    """Fill a template from `facts`.

    Raises:
        ReplyInvalid: a placeholder names nothing, or something that has no one way to be written; the text names the
            placeholder and never a value.
    """
    placeholders(template)
    return _PLACEHOLDER.sub(lambda match: _filled(match[1], facts, language), template)


def show(value: object, language: str = "en") -> str:
    """Write one value as a customer reads it: €54.00, 3 December 2026, "a, b and c", "Wireless Headphones (black)".

    Raises:
        TypeError: there is no one way to write it.
    """
    if isinstance(value, Model):
        value = value.model_dump()
    match value:
        case str():
            return _show_text(value, language)
        case int() if not isinstance(value, bool):
            return str(value)
        case date():
            return _show_date(value, language)
        case Mapping():
            return _show_record(value, language)
        case list() | tuple():
            return _listed([show(item, language) for item in value], language)
        case _:
            raise TypeError(f"{type(value).__name__} cannot be written")


def _filled(path: str, facts: Mapping[str, Any], language: str) -> str:
    value: object = facts
    for name in path.split("."):
        if not isinstance(value, Mapping) or name not in value:
            raise ReplyInvalid(f"The reply names {{{path}}}, and there is no such fact.", placeholder=path)
        value = value[name]
    try:
        return show(value, language)
    except (TypeError, ValidationError):
        raise ReplyInvalid(f"The reply names {{{path}}}, which cannot be written.", placeholder=path) from None


def _show_text(text: str, language: str) -> str:
    """Facts carry dates as ISO strings: a string that is wholly one reads as the date."""
    if not _ISO_DATE.fullmatch(text):
        return text
    try:
        return _show_date(date.fromisoformat(text[:10]), language)
    except ValueError:
        return text


def _show_date(day: date, language: str) -> str:
    locale = language if language in _MONTHS else "en"
    return _DAY[locale].format(day=day.day, month=_MONTHS[locale].split()[day.month - 1], year=day.year)


def _listed(items: list[str], language: str) -> str:
    if not items:
        raise TypeError("an empty list cannot be written")
    *first, last = items
    return f"{', '.join(first)} {_AND.get(language, 'and')} {last}" if first else last


def _show_record(record: Mapping[str, Any], language: str) -> str:
    for keys, write in _SHAPES:
        if keys <= record.keys():
            return write(record, language)
    raise TypeError("a record of unknown shape cannot be written")


def _show_line(line: Mapping[str, Any], _: str) -> str:
    options = ", ".join(str(option) for option in line["options"].values())
    return f"{line['title']} ({options})" if options else str(line["title"])


def _show_address(address: Mapping[str, Any], _: str) -> str:
    town = f"{address['postcode']} {address['city']}".strip()
    parts = (address["line1"], address.get("line2"), town, address.get("region"), address.get("country"))
    return ", ".join(str(part) for part in parts if part)


def _show_pair(pair: Mapping[str, Any], language: str) -> str:
    return f"{show(pair['line'], language)} → {show(pair['variant'], language)}"


def _field(name: str) -> Callable[[Mapping[str, Any], str], str]:
    return lambda record, language: show(record[name], language)


#: What each shape of record reads as; the first whose keys are all there wins, so the more particular stand first.
_SHAPES: tuple[tuple[frozenset[str], Callable[[Mapping[str, Any], str], str]], ...] = (
    (frozenset({"line", "variant"}), _show_pair),
    (frozenset({"line1", "city", "postcode"}), _show_address),
    (frozenset({"title", "options"}), _show_line),
    (frozenset({"number", "placed_at"}), _field("number")),  # an order, as the customer knows it
    (frozenset({"number", "period_start"}), _field("number")),  # an invoice
    (frozenset({"plan", "interval"}), _field("plan")),  # a subscription
    (frozenset({"carrier", "tracking_number"}), lambda it, _: f"{it['carrier']} {it['tracking_number']}"),
    (frozenset({"kind", "label", "status"}), _field("label")),  # a payment method
    (frozenset({"sku", "options"}), lambda it, _: ", ".join(str(option) for option in it["options"].values())),
    (frozenset({"method_label", "amount"}), _field("amount")),  # a payment or refund
    (frozenset({"amount", "currency"}), lambda it, _: str(Money(amount=it["amount"], currency=it["currency"]))),
)
