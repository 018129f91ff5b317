"""The coverage and precision curve as an SVG image, written by hand; readable in light and dark."""

from collections.abc import Sequence
from math import ceil
from xml.sax.saxutils import escape

from adapters.assistants.embedded.tuning import Point

_WIDTH, _HEIGHT = 640, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 616, 56, 340
#: So many characters of a title fit; the whole of it is the image's label.
_TITLE_CHARS = 58
_STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #333 } .title { font-size: 15px; font-weight: 600 }
  .paper { fill: #fff } .grid { stroke: #ddd } .axis { stroke: #666 } .wanted { stroke: #b45309; stroke-dasharray: 6 4 }
  .curve { fill: none; stroke: #1d4ed8; stroke-width: 2.5 } .dot { fill: #1d4ed8 }
  .told { paint-order: stroke; stroke: #fff; stroke-width: 5px; stroke-linejoin: round }
  @media (prefers-color-scheme: dark) {
    text { fill: #ddd } .paper { fill: #16181d } .grid { stroke: #333842 } .axis { stroke: #999 }
    .wanted { stroke: #fbbf24 } .curve { stroke: #7aa2ff } .dot { fill: #7aa2ff } .told { stroke: #16181d }
  }"""


def draw_curve(title: str, points: Sequence[Point], wanted: float, chosen: int | None) -> str:
    """The image's text: coverage to the right, precision upwards, the wanted precision dashed, the threshold a dot."""
    lowest = min([wanted, *(point.precision for point in points)])
    floor = max(0, ceil(lowest * 10) - 1) / 10  # the tenth below the lowest point

    def x(coverage: float) -> float:
        return round(_LEFT + coverage * (_RIGHT - _LEFT), 1)

    def y(precision: float) -> float:
        return round(_BOTTOM - (precision - floor) / (1 - floor) * (_BOTTOM - _TOP), 1)

    label = escape(title, {'"': "&quot;"})
    middle_x, middle_y = (_LEFT + _RIGHT) / 2, (_TOP + _BOTTOM) / 2
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{label}">',
        f"<style>{_STYLE}\n</style>",
        f'<rect class="paper" width="{_WIDTH}" height="{_HEIGHT}"/>',
        f'<text class="title" x="{_LEFT}" y="28">{escape(_short(title))}</text>',
    ]
    for share in (floor + (1 - floor) * number / 5 for number in range(6)):
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_RIGHT}" y1="{y(share)}" y2="{y(share)}"/>')
        parts.append(_text(_LEFT - 8, y(share) + 4, f"{share:.0%}", "end"))
    parts += [_text(x(tenth / 10), _BOTTOM + 20, f"{tenth * 10}%") for tenth in range(0, 11, 2)]
    line = " ".join(f"{x(point.coverage)},{y(point.precision)}" for point in points)
    parts += [
        f'<path class="axis" fill="none" d="M{_LEFT} {_TOP}V{_BOTTOM}H{_RIGHT}"/>',
        f'<line class="wanted" x1="{_LEFT}" x2="{_RIGHT}" y1="{y(wanted)}" y2="{y(wanted)}"/>',
        f'<polyline class="curve" points="{line}"/>',
        _text(_RIGHT, y(wanted) - 6, f"wanted: {wanted:.0%}", "end", "told"),
        _text(middle_x, _BOTTOM + 44, "coverage: messages of known intents that are answered rightly"),
        f'<g transform="translate(18 {middle_y}) rotate(-90)">{_text(0, 0, "precision: answers that are right")}</g>',
    ]
    if chosen is not None and points:
        at = min(points, key=lambda point: abs(point.threshold - chosen))
        told = f"threshold {chosen / 1000:.2f}: {at.precision:.0%} right, {at.coverage:.0%} covered"
        parts.append(f'<circle class="dot" cx="{x(at.coverage)}" cy="{y(at.precision)}" r="5"/>')
        # The curve falls to the right, so it runs neither below a point on its left nor above one on its right.
        is_right = x(at.coverage) > middle_x
        beside, below, anchor = (-12, 22, "end") if is_right else (12, -8, "start")
        parts.append(_text(x(at.coverage) + beside, y(at.precision) + below, told, anchor, "told"))
    return "\n".join([*parts, "</svg>", ""])


def _text(x: float, y: float, text: str, anchor: str = "middle", kind: str = "label") -> str:
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{escape(text)}</text>'


def _short(title: str) -> str:
    return title if len(title) <= _TITLE_CHARS else f"{title[:_TITLE_CHARS].rstrip()} …"
