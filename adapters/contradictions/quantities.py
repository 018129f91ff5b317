"""Figures with their units: "thirty days" and "30 days" are one duration, "$1.5k" and "USD 1,500.00" one amount.

`domain.figures` asks whether a figure occurs; here two are compared, so units count and number words are figures too.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from domain.conflict import ConflictKind


class Quantity(NamedTuple):
    """One figure: what it measures, and its value: "USD 54", "720h", "5bd", "03-01", "12"."""

    kind: ConflictKind
    unit: (
        str  # a currency, "h" (hours), "bd" (business days), "day" of a calendar, "time", "%", or "" for a plain count
    )
    value: str


_ONES = {word: number for number, word in enumerate(
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"])}  # fmt: skip
_TENS = {word: 10 * number for number, word in enumerate(
    ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)}  # fmt: skip
_SCALES = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "k": 1_000, "m": 1_000_000}
_WORD = "|".join(sorted((*_ONES, *_TENS), key=len, reverse=True))
_SPELLED = re.compile(rf"\b(?:{_WORD}|hundred|thousand)(?:[ -](?:and )?(?:{_WORD}|hundred|thousand|million))*\b")
_DOUBLED = re.compile(r"\b(\d+) ?\(\1\)")  # thirty (30) days
_N = r"\d+(?:\.\d+)?"
_GROUPED = re.compile(r"\d{1,3}(?:[,'\u2019]\d{3})+(?!\d)")
_SCALED = re.compile(rf"(?<![\w.])({_N}) ?(k|m|thousand|million)\b")
_RANGE = r"(?: ?(?:-|\u2013|to|or|and) ?)"
_SYMBOLS = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
_NAMES = {"dollar": "USD", "buck": "USD", "usd": "USD", "us$": "USD", "euro": "EUR", "eur": "EUR", "pound": "GBP", "gbp": "GBP",
          "yen": "JPY", "jpy": "JPY", "franc": "CHF", "chf": "CHF"}  # fmt: skip
_CURRENCY = "dollars?|bucks?|usd|euros?|eur|pounds?|gbp|yen|jpy|francs?|chf"
_AMOUNT = re.compile(
    rf"(?:us)?(?P<sign>[€$£¥]) ?(?P<a>{_N})(?: ?(?:{_CURRENCY})\b)?|\b(?P<code>usd|eur|gbp|jpy|chf) ?(?P<b>{_N})|(?<![\w.])(?P<c>{_N}) ?(?:(?P<after>[€$£¥])|us (?=dollar)|)(?P<name>(?:{_CURRENCY})\b)?"
)
_HOURS = {"second": Decimal(1) / 3600, "minute": Decimal(1) / 60, "hour": Decimal(1), "day": Decimal(24), "night": Decimal(24),
          "week": Decimal(168), "month": Decimal(730), "quarter": Decimal(2190), "year": Decimal(8760)}  # fmt: skip
_UNIT = r"seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|nights?|weeks?|months?|quarters?|years?|yrs?"
_SHORT = {"sec": "second", "min": "minute", "hr": "hour", "yr": "year"}
_DURATION = re.compile(
    rf"(?<![\w.$€£])(?P<low>{_N}|an?(?= (?:hour|day|week|fortnight|month|year|full|whole)))(?:{_RANGE}(?P<high>{_N}))?[ -]?(?:full |whole |consecutive |calendar )?"
    rf"(?P<business>(?:business|working|bank|banking)[ -])?(?P<unit>{_UNIT})\b(?![ -]olds?\b)"
)
_PERCENT = re.compile(rf"(?<![\w.])({_N})(?: ?%|[ -]?per ?cent\b)")
_PERCENT_RANGE = re.compile(rf"(?<![\w.])({_N}){_RANGE}(?={_N} ?(?:%|per ?cent))")
_TIME = re.compile(
    r"\b(?P<hour>\d{1,2})(?::(?P<minute>\d{2}))? ?(?P<half>[ap])\.?m\b\.?|\b(?P<h>[01]?\d|2[0-3]):(?P<m>[0-5]\d)\b"
)
_MAY = re.compile(r"\bMay(?= \d)|(?<=\d )May\b|(?<=\d of )May\b|(?<=\dth )May\b")  # the month, not the verb
_MONTH_NAMES = [
    "january",
    "february",
    "march",
    "april",
    "mmay",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = {name[:length]: number for number, name in enumerate(_MONTH_NAMES, 1) for length in (3, 4, len(name))}
_M = "|".join(sorted(_MONTH, key=len, reverse=True))
_DATE = re.compile(
    rf"\b(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})\b|\b(?P<us>\d{{1,2}}/\d{{1,2}}/\d{{4}})\b"
    rf"|\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<month>{_M})\b\.?,?(?: (?P<year>\d{{4}}))?"
    rf"|\b(?P<month_first>{_M})\.? (?P<day_after>\d{{1,2}})(?:st|nd|rd|th)?\b,?(?: (?P<year_after>\d{{4}})\b)?"
    rf"|\b(?P<only_month>{_M}) (?P<only_year>(?:19|20)\d{{2}})\b"
)
_WEEKDAY = re.compile(r"\b(mon|tues|wednes|thurs|fri|satur|sun)days?\b")
_ORDINAL = re.compile(r"\b\d+(?:st|nd|rd|th)\b")
_ROUND_THE_CLOCK = re.compile(r"\b24 ?/ ?7\b|\b24x7\b")
_ID = re.compile(r"\b(?=[\w-]*\d)(?=[\w-]*[a-z_])\w[\w-]*\w\b")
_COUNT = re.compile(rf"(?<![\w.-])({_N})(x\b)?(?![\w]|\.\d)")
_TAG = re.compile(r"\bq(?:amount|duration|date|number)(\d+)\b")
_ALMOST = Decimal("0.045")  # a month is 30 days, and 730 hours
_WEEKENDS = Decimal("1.4")


def plain(text: str) -> str:
    """`text` in lower case with every number written in figures: "thirty (30)" is "30", "1,500" is "1500"."""
    text = _MAY.sub("mmay", text).casefold().replace("\u00a0", " ").replace("\u2011", "-")
    text = _GROUPED.sub(lambda match: re.sub(r"\D", "", match[0]), text)
    text = _SPELLED.sub(_figure, text.replace("twice", "2 times").replace("fortnight", "14 days"))
    text = _SCALED.sub(lambda match: _short(Decimal(match[1]) * _SCALES[match[2]]), text)
    return _DOUBLED.sub(r"\1", text)


def take_quantities(text: str) -> tuple[str, tuple[Quantity, ...]]:
    """Return a `plain` text with a tag in place of each figure, and the figures in their order."""
    found: list[list[Quantity]] = []

    def replaced(pattern: re.Pattern[str], read: "_Reader", text: str) -> str:
        def tag(match: re.Match[str]) -> str:
            quantities = list(read(match))
            if not quantities:
                return match[0]
            found.append(quantities)
            return f" q{quantities[0].kind.value}{len(found)} "

        return pattern.sub(tag, text)

    text = _ROUND_THE_CLOCK.sub(" roundtheclock ", text)
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
            return abs(a - b) > _ALMOST * max(a, b) or (
                a != b and a % 24 == 0 and b % 24 == 0 and not _has_months(a, b)
            )
        work, calendar = (a, b) if one.unit == "bd" else (b, a)
        return not work <= calendar <= work * _WEEKENDS + 48
    if one.kind is ConflictKind.date and one.unit == other.unit == "day":  # a day without its year is a day of any year
        shorter, longer = sorted((one.value, other.value), key=len)
        return not longer.endswith(shorter) and not longer.startswith(shorter)
    return one.unit == other.unit


def _has_months(one: Decimal, other: Decimal) -> bool:
    return one % 730 == 0 or other % 730 == 0


def _figure(match: re.Match[str]) -> str:
    total, part, words = 0, 0, re.split(r"[ -]", match[0])
    if words == ["one"]:  # "the one you bought"
        return "1"
    for word in words:
        if word in _SCALES:
            part = (part or 1) * _SCALES[word]
            if _SCALES[word] > 100:  # noqa: PLR2004 - hundreds are multiplied again: two hundred thousand
                total, part = total + part, 0
        else:
            part += _ONES.get(word, _TENS.get(word, 0))
    return str(total + part)


def _short(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _amounts(match: re.Match[str]) -> Iterator[Quantity]:
    name = (match["name"] or "").rstrip("s")
    currency = _SYMBOLS.get(match["sign"] or match["after"] or "") or _NAMES.get(match["code"] or name)
    if currency:
        yield Quantity(ConflictKind.amount, currency, _short(Decimal(match["a"] or match["b"] or match["c"])))


def _durations(match: re.Match[str]) -> Iterator[Quantity]:
    unit = match["unit"].removesuffix("s")
    hours = _HOURS[_SHORT.get(unit, unit)]
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
        value = f"{match['only_year']}-{_MONTH[match['only_month']]:02d}"
    else:
        value = f"{_MONTH[match['month'] or match['month_first']]:02d}-{int(match['day'] or match['day_after']):02d}"
        year = match["year"] or match["year_after"]
        value = f"{year}-{value}" if year else value
    yield Quantity(ConflictKind.date, "day", value)


def _weekdays(match: re.Match[str]) -> Iterator[Quantity]:
    yield Quantity(ConflictKind.date, "weekday", match[1])


def _counts(match: re.Match[str]) -> Iterator[Quantity]:
    yield Quantity(ConflictKind.number, "", _short(Decimal(match[1])))


def _without_number(match: re.Match[str]) -> str:
    return match[0].rstrip("0123456789")


from collections.abc import Callable  # noqa: E402

_Reader = Callable[[re.Match[str]], Iterator[Quantity]]
_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_DATE, _dates), (_TIME, _times), (_WEEKDAY, _weekdays), (_DURATION, _durations), (_PERCENT_RANGE, _percentages),
    (_PERCENT, _percentages), (_AMOUNT, _amounts), (_COUNT, _counts),
)  # fmt: skip
