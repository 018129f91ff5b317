"""Numbers as people say them, and axes whose ticks are round in the same unit."""

import math
from collections.abc import Sequence
from typing import Literal, get_args

UnitName = Literal["count", "share", "seconds", "microdollars"]
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_SPANS = ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min"), (1, "s"))
#: Steps of a clock that people count in; above them 1-2-5 days.
_CLOCK = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200)
_MOST_TICKS = 5
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


def ticks(most: float, unit: UnitName) -> tuple[float, ...]:
    """Round places from 0 up to the first at or above `most`; two at least, six at most."""
    if unit not in get_args(UnitName):
        raise ValueError("no such unit")
    if unit == "share":
        return (0.0, 0.25, 0.5, 0.75, 1.0)
    step = _step(max(most, 1e-9), unit)
    return tuple(step * number for number in range(max(math.ceil(most / step - 1e-9), 1) + 1))


def _step(most: float, unit: UnitName) -> float:
    least = most / _MOST_TICKS
    if unit == "count":
        return max(_round_up(least), 1.0)
    if unit == "seconds":
        clock: Sequence[int] = [step for step in _CLOCK if step >= least]
        return float(clock[0]) if clock else _DAY * max(_round_up(least / _DAY), 1.0)
    return _round_up(least)


def _round_up(least: float) -> float:
    """The first of 1, 2, 5 times a power of ten that is no smaller."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))


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
