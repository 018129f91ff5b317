"""Axes whose ticks are round in the unit that is drawn: 1-2-5, or the steps of a clock."""

import math

from domain.unit import UnitName

_DAY = 86_400
#: Steps of a clock that people count in; above them 1-2-5 days.
_CLOCK = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200)
_MOST_TICKS = 5


def ticks(most: float, unit: UnitName) -> tuple[float, ...]:
    """Round places from 0 up to the first at or above `most`; two at least, six at most."""
    if unit == "share":
        return (0.0, 0.25, 0.5, 0.75, 1.0)
    step = _step(max(most, 1e-9), unit)
    return tuple(step * number for number in range(max(math.ceil(most / step - 1e-9), 1) + 1))


def _step(most: float, unit: UnitName) -> float:
    least = most / _MOST_TICKS
    if unit == "count":
        return max(_round_up(least), 1.0)
    if unit == "seconds":
        clock = next((step for step in _CLOCK if step >= least), None)
        return float(clock) if clock else _DAY * max(_round_up(least / _DAY), 1.0)
    return _round_up(least)


def _round_up(least: float) -> float:
    """The first of 1, 2, 5 times a power of ten that is no smaller."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))
