"""Figures in text: amounts, dates, ids and plain numbers, brought to one form so that two texts can be compared.

"€54.00" and "54 EUR" are one amount, "3 December 2026" and "2026-12-03" one day, "#W2378156" and "W2378156" one id.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal, NamedTuple


class Figure(NamedTuple):
    """One figure of a text, in its comparable form."""

    kind: Literal["amount", "date", "id", "number"]
    value: str


_SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
_CODES = "EUR|USD|GBP|CHF|SEK|JPY|KWD"
_NUMBER = r"\d{1,3}(?:[,'\u2019]\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?"
_AMOUNT = re.compile(
    rf"(?P<symbol>[€$£¥])\s?(?P<a>{_NUMBER})|(?P<code>\b(?:{_CODES}))\s?(?P<b>{_NUMBER})"
    rf"|(?P<c>{_NUMBER})\s?(?:(?P<symbol_after>[€$£¥])|(?P<code_after>(?:{_CODES})\b))"
)
_MONTHS = (
    ("january", "jan", "januar"), ("february", "feb", "februar"), ("march", "mar", "märz"), ("april", "apr"),
    ("may", "mai"), ("june", "jun", "juni"), ("july", "jul", "juli"), ("august", "aug"),
    ("september", "sep", "sept"), ("october", "oct", "oktober"), ("november", "nov"),
    ("december", "dec", "dezember"),
)  # fmt: skip
_MONTH_NUMBER = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_MONTH = "|".join(sorted(_MONTH_NUMBER, key=len, reverse=True))
_DATE = re.compile(
    r"(?P<iso>\b\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:\d{2}[\d:.+Z-]*)?"
    rf"|\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s(?:of\s)?(?P<month>{_MONTH})\.?,?(?:\s(?P<year>\d{{4}}))?\b"
    rf"|\b(?P<month_first>{_MONTH})\.?\s(?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?\b,?(?:\s(?P<year_after>\d{{4}})\b)?",
    re.IGNORECASE,
)
_ID = re.compile(r"#\s?\w[\w-]*|\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])\w[\w-]*\w\b|\b\d{5,}\b")
_PLAIN = re.compile(_NUMBER)


def figures_in(text: str) -> set[Figure]:
    """Every figure of `text`; a day without its year also stands for the same day of any year's full date."""
    return set(_figures(text))


def without_figures(text: str) -> str:
    """`text` with its figures taken out, words alone."""
    for pattern in (_DATE, _AMOUNT, _ID, _PLAIN):
        text = pattern.sub(" ", text)
    return text


def _figures(text: str) -> Iterator[Figure]:
    for match in _DATE.finditer(text):
        yield from _dates(match)
    rest = _DATE.sub(" ", text)
    for match in _AMOUNT.finditer(rest):
        currency = _SYMBOLS.get(match["symbol"] or match["symbol_after"] or "")
        currency = currency or match["code"] or match["code_after"]
        number = _plain(match["a"] or match["b"] or match["c"])
        yield Figure("amount", f"{currency} {number}")
    rest = _AMOUNT.sub(" ", rest)
    for match in _ID.finditer(rest):
        name = match[0].lstrip("# ").upper()
        if any(character.isdigit() for character in name):
            yield Figure("id", name)
    for match in _PLAIN.finditer(_ID.sub(" ", rest)):
        yield Figure("number", _plain(match[0]))


def _dates(match: re.Match[str]) -> Iterator[Figure]:
    if match["iso"]:
        day = match["iso"]
        yield Figure("date", day)
        yield Figure("date", day[4:])
        return
    month = _MONTH_NUMBER[(match["month"] or match["month_first"]).casefold()]
    number = int(match["day"] or match["day_after"])
    year = match["year"] or match["year_after"]
    short = f"-{month:02d}-{number:02d}"
    if year is not None:
        yield Figure("date", f"{year}{short}")
    yield Figure("date", short)


def _plain(number: str) -> str:
    """One form for a number: no thousands separators, a point for decimals, no trailing zeros."""
    if re.fullmatch(r"\d{1,3}([,'\u2019]\d{3})+(\.\d+)?", number):
        bare = re.sub(r"[,'\u2019]", "", number)
    else:
        bare = number.replace(",", ".")
    value = Decimal(bare)
    return f"{value.normalize():f}"
