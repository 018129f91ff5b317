"""Figures with their units: "thirty days" and "30 days" are one duration, "$1.5k" and "USD 1,500.00" one amount.

`domain.figures` asks whether a figure occurs; here two are compared, so units count and number words are figures too.
"""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import NamedTuple

from adapters.contradictions import forms
from domain.conflict import ConflictKind


class Quantity(NamedTuple):
    """One figure: what it measures, and its value: "54" of "USD", "720" of "h", "03-01" of "day", "12" of nothing.

    `unit` is a currency, "h" (hours), "bd" (business days), "day" of a calendar, "time", "weekday", "%", or "".
    """

    kind: ConflictKind
    unit: str
    value: str


_Reader = Callable[[re.Match[str]], Iterator[Quantity]]
_TAG = re.compile(r"\bq(?:amount|duration|date|number)(\d+)\b")
_MONTH = 730  # hours
_ALMOST = Decimal("0.045")  # a month is 30 days, and 730 hours
_WEEKENDS = Decimal("1.4")


def plain(text: str) -> str:
    """`text` in lower case with every number written in figures: "thirty (30)" is "30", "1,500" is "1500"."""
    text = forms.MAY.sub("mmay", text).casefold().replace("\u00a0", " ").replace("\u2011", "-")
    text = forms.GROUPED.sub(lambda match: re.sub(r"\D", "", match[0]), text)
    text = forms.SPELLED.sub(_figure, text.replace("twice", "2 times").replace("fortnight", "14 days"))
    text = forms.SCALED.sub(lambda match: _short(Decimal(match[1]) * forms.SCALES[match[2]]), text)
    return forms.DOUBLED.sub(r"\1", text)


def take_quantities(text: str) -> tuple[str, tuple[Quantity, ...]]:
    """Return a `plain` text with a tag in place of each figure, and the figures in their order."""
    found: list[list[Quantity]] = []

    def replaced(pattern: re.Pattern[str], read: _Reader, text: str) -> str:
        def tag(match: re.Match[str]) -> str:
            quantities = list(read(match))
            if not quantities:
                return match[0]
            found.append(quantities)
            return f" q{quantities[0].kind.value}{len(found)} "

        return pattern.sub(tag, text)

    text = forms.ROUND_THE_CLOCK.sub(" roundtheclock ", text)
    for pattern, read in _READERS:
        text = replaced(pattern, read, text)
    order = [int(match[1]) - 1 for match in _TAG.finditer(text)]
    return _TAG.sub(_without_number, text), tuple(quantity for place in order for quantity in found[place])


def differ(one: Quantity, other: Quantity) -> bool:
    """Whether two figures of a kind cannot mean the same: another unit alone is no difference."""
    if one == other:
        return False
    if one.kind is ConflictKind.duration:
        a, b = Decimal(one.value), Decimal(other.value)
        if one.unit == other.unit:
            has_months = a % _MONTH == 0 or b % _MONTH == 0
            return abs(a - b) > (_ALMOST * max(a, b) if has_months else 0)
        work, calendar = (a, b) if one.unit == "bd" else (b, a)
        return not work <= calendar <= work * _WEEKENDS + 48
    if one.kind is ConflictKind.date and one.unit == other.unit == "day":  # a day without its year is a day of any year
        shorter, longer = sorted((one.value, other.value), key=len)
        return not longer.endswith(shorter) and not longer.startswith(shorter)
    return one.unit == other.unit


def _figure(match: re.Match[str]) -> str:
    total, part, words = 0, 0, re.split(r"[ -]", match[0])
    if words == ["one"]:  # "the one you bought"
        return "1"
    for word in words:
        if word in forms.SCALES:
            part = (part or 1) * forms.SCALES[word]
            if forms.SCALES[word] > 100:  # noqa: PLR2004 - hundreds are multiplied again: two hundred thousand
                total, part = total + part, 0
        else:
            part += forms.ONES.get(word, forms.TENS.get(word, 0))
    return str(total + part)


def _short(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _amounts(match: re.Match[str]) -> Iterator[Quantity]:
    name = (match["name"] or "").rstrip("s")
    currency = forms.SYMBOLS.get(match["sign"] or match["after"] or "") or forms.CURRENCIES.get(match["code"] or name)
    if currency:
        yield Quantity(ConflictKind.amount, currency, _short(Decimal(match["a"] or match["b"] or match["c"])))


def _durations(match: re.Match[str]) -> Iterator[Quantity]:
    unit = match["unit"].removesuffix("s")
    hours = forms.HOURS[forms.SHORT_UNITS.get(unit, unit)]
    for number in (match["low"], match["high"]):
        if number:
            value = (Decimal(1) if number.startswith("a") else Decimal(number)) * hours
            yield Quantity(ConflictKind.duration, "bd" if match["business"] else "h", _short(round(value, 4)))


def _percentages(match: re.Match[str]) -> Iterator[Quantity]:
    yield Quantity(ConflictKind.number, "%", _short(Decimal(match[1])))


def _times(match: re.Match[str]) -> Iterator[Quantity]:
    hour = int(match["hour"] or match["h"])
    if match["half"]:
        hour = hour % 12 + (12 if match["half"] == "p" else 0)
    yield Quantity(ConflictKind.date, "time", f"{hour:02d}:{match['minute'] or match['m'] or '00'}")


def _dates(match: re.Match[str]) -> Iterator[Quantity]:
    if match["iso"]:
        value = match["iso"]
    elif match["us"]:
        month, day, year = match["us"].split("/")
        value = f"{year}-{int(month):02d}-{int(day):02d}"
    elif match["only_month"]:
        value = f"{match['only_year']}-{forms.MONTHS[match['only_month']]:02d}"
    else:
        month, day = match["month"] or match["month_first"], match["day"] or match["day_after"]
        value = f"{forms.MONTHS[month]:02d}-{int(day):02d}"
        year = match["year"] or match["year_after"]
        value = f"{year}-{value}" if year else value
    yield Quantity(ConflictKind.date, "day", value)


def _weekdays(match: re.Match[str]) -> Iterator[Quantity]:
    yield Quantity(ConflictKind.date, "weekday", match[1])


def _counts(match: re.Match[str]) -> Iterator[Quantity]:
    yield Quantity(ConflictKind.number, "", _short(Decimal(match[1])))


def _without_number(match: re.Match[str]) -> str:
    return match[0].rstrip("0123456789")


_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (forms.DATE, _dates),
    (forms.TIME, _times),
    (forms.WEEKDAY, _weekdays),
    (forms.DURATION, _durations),
    (forms.PERCENT_RANGE, _percentages),
    (forms.PERCENT, _percentages),
    (forms.AMOUNT, _amounts),
    (forms.COUNT, _counts),
)
