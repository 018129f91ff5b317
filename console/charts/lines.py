"""A line with the band it lies in: a share and how sure it is, or a median and how long the slowest tenth took."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from console.charts.element import element, linked
from console.charts.plot import Plot, framed, table
from domain.unit import UnitName, say


@dataclass(frozen=True, slots=True)
class Point:
    """One place: its value and the band's ends, None where nothing is known; `says` is the tooltip."""

    place: str
    value: float | None
    low: float | None = None
    high: float | None = None
    says: str = ""
    href: str | None = None


def line_chart(
    title: str, points: Sequence[Point], unit: UnitName, *, names: tuple[str, str, str] = ("value", "from", "to")
) -> Markup:
    """Draw a line; where nothing is known it is broken, never drawn through. `names` heads the columns of numbers."""
    ends = [end for point in points for end in (point.value, point.high) if end is not None]
    plot = Plot([point.place for point in points], unit, max(ends, default=0))
    marks = [*_band(plot, points), *_line(plot, points), *(_dot(plot, *it) for it in enumerate(points))]
    rows = (
        (it.place, [say(end, unit) if end is not None else "none" for end in (it.value, it.low, it.high)])
        for it in points
    )
    has_links = any(point.href for point in points if point.value is not None)
    return framed(plot.draw(title, *marks, has_links=has_links), table(title, ["", *names], rows))


def _runs(known: Sequence[bool]) -> Iterator[list[int]]:
    """The stretches of places at which something is known."""
    for is_known, group in groupby(range(len(known)), key=known.__getitem__):
        if is_known:
            yield list(group)


def _middle(plot: Plot, number: int) -> float:
    return plot.x(number) + plot.band / 2


def _band(plot: Plot, points: Sequence[Point]) -> Iterator[Markup]:
    for run in _runs([it.low is not None and it.high is not None for it in points]):
        # A single place has a band too, as wide as a dot is seen.
        reach = 3 if len(run) == 1 else 0
        above = [(_middle(plot, n) + side * reach, points[n].high or 0.0) for n in run for side in _sides(run)]
        below = [(_middle(plot, n) + side * reach, points[n].low or 0.0) for n in run for side in _sides(run)]
        corners = " ".join(f"{x:.1f},{plot.y(value):.1f}" for x, value in (*above, *reversed(below)))
        yield element("polygon", class_="band", points=corners)


def _sides(run: list[int]) -> tuple[int, ...]:
    return (-1, 1) if len(run) == 1 else (0,)


def _line(plot: Plot, points: Sequence[Point]) -> Iterator[Markup]:
    for run in _runs([it.value is not None for it in points]):
        corners = " ".join(f"{_middle(plot, n):.1f},{plot.y(points[n].value or 0.0):.1f}" for n in run)
        yield element("polyline", class_="line", points=corners)


def _dot(plot: Plot, number: int, point: Point) -> Markup:
    if point.value is None:
        return Markup("")
    says = f"{point.place}: {point.says or say(point.value, plot.unit)}"
    dot = element("circle", class_="dot", cx=_middle(plot, number), cy=plot.y(point.value), r=4)
    return linked(point.href, says, dot)
