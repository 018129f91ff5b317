"""Numbers a customer writes: of orders and invoices, and amounts of money."""

import re
from collections.abc import Iterable
from decimal import Decimal

from domain.money import EXPONENTS, MAX_MINOR_UNITS, Money

_AFTER_WORD = re.compile(
    r"\border(?:s|\s+(?:number|no|nr|num|id))?\b\.?\s*(?:is|was|:|=)?\s*(?:(?:#|no\.?|nr\.?)\s*)?"
    r"([A-Z]{0,3}-?\d[\d-]{2,14}(?:(?:\s*(?:,|and|&|or)\s*)#?[A-Z]{0,3}-?\d[\d-]{2,14})*)\b",
    re.IGNORECASE,
)
_HASHED = re.compile(r"#\s?([A-Z]{0,3}-?\d[\d-]{2,14})\b", re.IGNORECASE)
#: "Where is 10049": what one says of nothing but an order. A street's number or a postcode never follows such words.
_AFTER_VERB = re.compile(
    r"\b(?:where(?:['\u2019]s|\s+is|s)|status\s+of|under|cancel|track|return|find)\s+(?:number\s+|no\.?\s*|nr\.?\s*)?"
    r"([A-Z]{0,3}-?\d{5,14})\b(?![.,]\d)",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?<![\w.,€$£])([A-Z]{0,3}-?\d{4,14})\b(?![.,]\d)", re.IGNORECASE)
#: What stands before a number that is of something else.
_NOT_ORDERS = re.compile(
    r"(?:tracking|invoice|item|product|ticket|refund|parcel|card|ending|ends)\W+(?:\w+\W+){0,2}$", re.IGNORECASE
)
_PART = re.compile(r"[A-Z]{0,3}-?\d[\d-]{2,14}", re.IGNORECASE)

_CURRENCY = {
    "€": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "$": "USD", "usd": "USD", "dollar": "USD",
    "dollars": "USD", "bucks": "USD", "£": "GBP", "gbp": "GBP", "pounds": "GBP", "chf": "CHF", "francs": "CHF",
}  # fmt: skip
_VALUE = r"\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(
    rf"(?<![\w-])(?P<before>[€$£]|\b(?:EUR|USD|GBP|CHF))\s?(?P<a>{_VALUE})(?![\w])"
    rf"|(?<![\w.,-])(?P<b>{_VALUE})\s?(?P<after>[€$£]|(?:euros?|eur|dollars?|usd|bucks|pounds|gbp|francs|chf)\b)",
    re.IGNORECASE,
)


def bare_number(number: str) -> str:
    """An order's number as it is compared: without #, spaces and hyphens, in capitals."""
    return re.sub(r"[#\s-]", "", number).upper()


def numbers_said(text: str, *, bare: bool = False) -> tuple[str, ...]:
    """Every number that is spoken of as an order's, comparable, in order; with `bare` any longer number counts."""
    found: dict[int, str] = {}
    for match in _HASHED.finditer(text):
        if not _NOT_ORDERS.search(text[: match.start()]):
            found[match.start(1)] = bare_number(match[1])
    for match in _AFTER_VERB.finditer(text):
        found[match.start(1)] = bare_number(match[1])
    for match in _AFTER_WORD.finditer(text):
        for part in _PART.finditer(match[1]):
            found[match.start(1) + part.start()] = bare_number(part[0])
    if bare:
        for match in _BARE.finditer(text):
            if not _NOT_ORDERS.search(text[: match.start()]):
                found[match.start(1)] = bare_number(match[1])
    return tuple(dict.fromkeys(found[at] for at in sorted(found)))


def known_number(said: str, known: Iterable[str]) -> str | None:
    """Which of the customer's numbers was meant: the same, or the only one with the same digits ("forgot the W")."""
    known = tuple(known)
    for number in known:
        if bare_number(number) == said:
            return number
    if not said.isdigit():
        return None
    same_digits = [number for number in known if re.sub(r"\D", "", number) == said]
    return same_digits[0] if len(same_digits) == 1 else None


def amounts_said(text: str) -> tuple[Money, ...]:
    """Every amount of money with its currency, in order, each once; an amount that is no money is left out."""
    found: list[Money] = []
    for match in _AMOUNT.finditer(text):
        currency = _CURRENCY[(match["before"] or match["after"]).casefold()]
        minor = _minor_units(match["a"] or match["b"], currency)
        if minor is not None and Money(amount=minor, currency=currency) not in found:
            found.append(Money(amount=minor, currency=currency))
    return tuple(found)


def _minor_units(written: str, currency: str) -> int | None:
    decimals = re.search(r"[.,](\d{1,2})$", written)
    whole = written[: decimals.start()] if decimals else written
    value = Decimal(re.sub(r"[.,' ]", "", whole) + (f".{decimals[1]}" if decimals else ""))
    minor = value.scaleb(EXPONENTS[currency])
    return int(minor) if minor == minor.to_integral_value() and 0 < minor <= MAX_MINOR_UNITS else None
