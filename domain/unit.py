"""Numbers as people say them, with their unit: counts, shares, lengths of time, money."""

import math
from typing import Literal

from domain.figure import FigureKind

UnitName = Literal["count", "share", "seconds", "microdollars"]
#: What the numbers of a figure are in.
UNIT_OF: dict[FigureKind, UnitName] = {
    "count": "count",
    "rate": "share",
    "duration": "seconds",
    "cost": "microdollars",
}
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_SPANS = ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min"), (1, "s"))
_MICRO = 1_000_000
_TEN_SECONDS, _FEW_PERCENT, _CENT = 10, 0.095, 0.01


def say(value: float, unit: UnitName) -> str:
    """The number with its unit: "1,204", "12 %", "2 d 3 h", "$0.0012"."""
    match unit:
        case "count":
            return f"{value:,.0f}"
        case "share":
            few = 0 < value < _FEW_PERCENT
            return f"{100 * value:.1f} %" if few else f"{100 * value:.0f} %"
        case "seconds":
            return _span(value)
        case "microdollars":
            return _dollars(value / _MICRO)


def _span(seconds: float) -> str:
    """A length of time in its two largest units."""
    if 0 < seconds < _TEN_SECONDS:
        return f"{seconds:.1f}".removesuffix(".0") + " s"
    rest, parts = round(seconds), list[str]()
    for size, unit in _SPANS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {unit}")
        elif parts:
            break
        if len(parts) > 1:
            break
    return " ".join(parts) or "0 s"


def _dollars(amount: float) -> str:
    if amount == 0 or amount >= 1:
        return f"${amount:,.2f}".removesuffix(".00")
    # Model calls cost fractions of a cent: two digits that mean something.
    digits = 2 if amount >= _CENT else 1 - math.floor(math.log10(amount))
    return f"${amount:.{digits}f}"
