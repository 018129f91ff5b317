"""Bars, stacked: how many, of which kinds, day by day."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from console.charts.element import element, linked
from console.charts.plot import Plot, framed, table
from domain.unit import UnitName, say

#: Colours that can still be told apart; what is behind the last goes together.
MOST_COLOURS = 6
_SPACE = 0.28  # of a bar's place


@dataclass(frozen=True, slots=True)
class Slice:
    """A piece of one bar: what it is of, how much, and where its tickets are listed."""

    label: str
    value: float
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Stack:
    """One bar."""

    place: str
    slices: tuple[Slice, ...]


def bar_chart(title: str, stacks: Sequence[Stack], unit: UnitName = "count") -> Markup:
    """Draw bars; each piece is a link to what is behind it. Labels are coloured by how much there is of them in all."""
    labels = _labels(stacks)
    plot = Plot([it.place for it in stacks], unit, max((sum(s.value for s in it.slices) for it in stacks), default=0))
    pieces = [piece for number, stack in enumerate(stacks) for piece in _pieces(plot, number, stack, labels)]
    has_links = any(piece.href for stack in stacks for piece in stack.slices)
    rows = (
        (it.place, [say(sum(s.value for s in it.slices if s.label == label), unit) for label in labels])
        for it in stacks
    )
    legend = [(_colour(number), label) for number, label in enumerate(labels, 1)] if len(labels) > 1 else []
    return framed(plot.draw(title, *pieces, has_links=has_links), table(title, ["", *labels], rows), legend)


def _labels(stacks: Sequence[Stack]) -> list[str]:
    sums: dict[str, float] = {}
    for stack in stacks:
        for piece in stack.slices:
            sums[piece.label] = sums.get(piece.label, 0) + piece.value
    return sorted(sums, key=lambda label: (-sums[label], label))


def _colour(number: int) -> int:
    return min(number, MOST_COLOURS)


def _pieces(plot: Plot, number: int, stack: Stack, labels: Sequence[str]) -> list[Markup]:
    drawn, below = [], 0.0
    for piece in sorted(stack.slices, key=lambda piece: labels.index(piece.label)):
        if not piece.value:
            continue
        top = plot.y(below + piece.value)
        mark = element(
            "rect",
            class_=f"bar s{_colour(labels.index(piece.label) + 1)}",
            x=plot.x(number) + plot.band * _SPACE / 2,
            y=top,
            width=plot.band * (1 - _SPACE),
            height=plot.y(below) - top,
        )
        drawn.append(linked(piece.href, f"{stack.place}: {say(piece.value, plot.unit)} {piece.label}", mark))
        below += piece.value
    return drawn
