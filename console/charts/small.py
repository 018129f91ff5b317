"""Drawings of one line's height: a share with its interval, and the course of a number without its axes."""

from collections.abc import Sequence

from markupsafe import Markup

from console.charts.element import element
from domain.unit import say

_WIDTH, _HEIGHT, _INSET = 160, 18, 2


def ratio(title: str, value: float, low: float, high: float) -> Markup:
    """Draw a share from 0 to 1 on a track, with the interval in which it truly lies."""
    says = f"{title}: {say(value, 'share')}, between {say(low, 'share')} and {say(high, 'share')}"
    middle = _HEIGHT / 2
    return element(
        "svg",
        element("title", says),
        element("rect", class_="track", x=0, y=middle - 3, width=_WIDTH, height=6, rx=3),
        element("rect", class_="interval", x=_WIDTH * low, y=middle - 3, width=_WIDTH * (high - low), height=6),
        element("rect", class_="mark", x=min(_WIDTH * value, _WIDTH - 3.0), y=1, width=3, height=_HEIGHT - 2, rx=1),
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        class_="ratio",
        role="img",
        aria_label=says,
    )


def sparkline(title: str, values: Sequence[float | None]) -> Markup:
    """Draw how a number went; a gap where it is not known, a dot at the last known."""
    known = [(number, value) for number, value in enumerate(values) if value is not None]
    most = max((value for _, value in known), default=0) or 1
    across = (_WIDTH - 2 * _INSET) / max(len(values) - 1, 1)

    def place(number: int, value: float) -> tuple[float, float]:
        return _INSET + number * across, _INSET + (_HEIGHT - 2 * _INSET) * (1 - value / most)

    path, before = "", None
    for number, value in known:
        x, y = place(number, value)
        path += f"{'L' if before == number - 1 else 'M'}{x:.1f} {y:.1f}"
        before = number
    marks = [element("path", class_="line", d=path)] if path else []
    if known:
        x, y = place(*known[-1])
        marks.append(element("circle", class_="dot", cx=x, cy=y, r=2))
    return element(
        "svg",
        element("title", title),
        *marks,
        viewBox=f"0 0 {_WIDTH} {_HEIGHT}",
        class_="sparkline",
        role="img",
        aria_label=title,
    )
