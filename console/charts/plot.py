"""What every chart with two axes has: its box, grid lines with round labels, places below, the numbers as a table.

A chart that leads somewhere is a group of links, not an image: whoever hears it would be told of none of the links.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count

from markupsafe import Markup

from console.charts.axis import ticks
from console.charts.element import element
from domain.unit import UnitName, say

WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 58, 8, 10, 26
_MOST_LABELS = 8


@dataclass(frozen=True, slots=True)
class Plot:
    """The area between the axes; `places` along the bottom, values from 0 to `most`."""

    places: Sequence[str]
    unit: UnitName
    most: float

    @property
    def marks(self) -> tuple[float, ...]:
        """The values at which there is a grid line."""
        return ticks(self.most, self.unit)

    @property
    def band(self) -> float:
        """How wide one place is."""
        return (WIDTH - LEFT - RIGHT) / max(len(self.places), 1)

    def x(self, place: int) -> float:
        """The left edge of a place."""
        return LEFT + place * self.band

    def y(self, value: float) -> float:
        """How far down a value stands."""
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / self.marks[-1])

    def axes(self) -> Markup:
        """Grid lines, their labels, and as many places as can be read."""
        lines = (
            element(
                "line", class_="grid" if mark else "axis", x1=LEFT, x2=WIDTH - RIGHT, y1=self.y(mark), y2=self.y(mark)
            )
            for mark in self.marks
        )
        values = (
            element("text", say(mark, self.unit), class_="tick", x=LEFT - 6, y=self.y(mark) + 4, text_anchor="end")
            for mark in self.marks
        )
        every = -(-len(self.places) // _MOST_LABELS) or 1
        places = (
            element("text", place, class_="tick", x=self.x(number) + self.band / 2, y=HEIGHT - 8, text_anchor="middle")
            for number, place in zip(count(0, every), self.places[::every], strict=False)
        )
        return element("g", *lines, *values, *places, aria_hidden="true")

    def draw(self, title: str, *marks: Markup, has_links: bool) -> Markup:
        """The drawing."""
        return element(
            "svg",
            self.axes(),
            *marks,
            viewBox=f"0 0 {WIDTH} {HEIGHT}",
            role="group" if has_links else "img",
            aria_label=title,
        )


def framed(
    title: str, drawing: Markup, table: Markup, legend: Iterable[tuple[int, str]] = (), *, has_links: bool
) -> Markup:
    """A drawing with what its colours mean, and its numbers behind a fold."""
    keys = [
        element("li", element("span", class_=f"key s{number}", aria_hidden="true"), text) for number, text in legend
    ]
    told = element("ul", *keys, class_="legend") if keys else ""
    # On a narrow screen a drawing scrolls: by its links, or by the focus of its own that it has without any.
    focus = {} if has_links else {"tabindex": "0", "role": "region", "aria_label": f"{title}, to scroll"}
    box = element("div", drawing, class_="drawing", **focus)
    fold = element("details", element("summary", "The numbers"), table, class_="numbers")
    return element("div", told, box, fold, class_="chart")


def table(title: str, heads: Sequence[str], rows: Iterable[tuple[str, Sequence[str]]]) -> Markup:
    """The same numbers for whoever does not see the drawing."""
    head = element("tr", *(element("th", text, scope="col") for text in heads))
    body = (
        element("tr", element("th", place, scope="row"), *(element("td", cell) for cell in cells))
        for place, cells in rows
    )
    return element("table", element("caption", title), element("thead", head), element("tbody", *body), class_="small")
