"""The turn graph as a drawing: fixed places, the path of one turn on it, and the time spent in each node where known.

Places are set by hand, which a graph of seven nodes allows; a node that has no place here is
drawn in a last column, so that a newer program's graph still shows whole.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import pairwise

from markupsafe import Markup

#: Where nodes stand: column and row.
PLACES: Mapping[str, tuple[int, int]] = {
    "classify": (0, 1),
    "clarify": (1, 0),
    "retrieve": (1, 1),
    "plan": (2, 1),
    "act": (3, 1),
    "hand_off": (2, 2),
    "verify": (3, 0),
}
#: Which node may follow which; `tests/unit/console/test_graph.py` holds it against docs/turn-graph.mmd.
EDGES: tuple[tuple[str, str], ...] = (
    ("act", "clarify"),
    ("act", "hand_off"),
    ("act", "plan"),
    ("act", "verify"),
    ("clarify", "hand_off"),
    ("clarify", "verify"),
    ("classify", "clarify"),
    ("classify", "hand_off"),
    ("classify", "retrieve"),
    ("classify", "verify"),
    ("hand_off", "verify"),
    ("plan", "act"),
    ("plan", "clarify"),
    ("plan", "hand_off"),
    ("plan", "verify"),
    ("retrieve", "plan"),
    ("verify", "hand_off"),
)
_WIDTH, _HEIGHT, _COLUMN, _ROW, _MARGIN = 92, 40, 116, 84, 8
NOT_RECORDED = "time not recorded"


def draw(path: Sequence[str], times: Mapping[str, timedelta] | None = None) -> Markup:
    """Draw the graph with the path of a turn; the last node of the path is the one where it ended.

    `times` is how long the turn was in each node, added up over its visits; a node that is not in it was not measured.
    """
    spent = times or {}
    places = dict(PLACES)
    for node in dict.fromkeys(path):
        if node not in places:
            places[node] = (4, sum(column == 4 for column, _ in places.values()))  # noqa: PLR2004 - the last column
    columns, rows = (max(place[axis] for place in places.values()) + 1 for axis in (0, 1))
    width, height = columns * _COLUMN - (_COLUMN - _WIDTH) + 2 * _MARGIN, rows * _ROW - (_ROW - _HEIGHT) + 2 * _MARGIN
    taken = dict.fromkeys(pairwise(path))
    edges = dict.fromkeys((*EDGES, *taken))
    lines = [_edge(places[start], places[end], is_taken=False) for start, end in edges if (start, end) not in taken]
    lines += [_edge(places[start], places[end], is_taken=True) for start, end in taken if start != end]
    nodes = [_node(node, place, path, spent) for node, place in places.items()]
    return Markup(
        '<svg class="graph" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        'aria-label="{label}"><defs><marker id="graph-head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto-start-reverse"><path d="M0 0 8 4 0 8z" fill="context-stroke"/></marker></defs>'
        "{lines}{nodes}</svg>"
    ).format(
        width=width, height=height, label=label_of(path), lines=Markup("").join(lines), nodes=Markup("").join(nodes)
    )


def label_of(path: Sequence[str]) -> str:
    """The drawing in words, for who cannot see it."""
    if not path:
        return "The turn graph; no turn has run yet."
    return f"The turn went {', '.join(_name(node) for node in path)}; it ended in {_name(path[-1])}."


def told(length: timedelta) -> str:
    """A time spent in a node: "12 ms", "3.4 s", "2 min"."""
    seconds = length.total_seconds()
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 90 else f"{seconds / 60:.0f} min"  # noqa: PLR2004 - beyond, minutes read better


def _node(node: str, place: tuple[int, int], path: Sequence[str], spent: Mapping[str, timedelta]) -> Markup:
    x, y = _corner(place)
    visits = path.count(node) if isinstance(path, list | tuple) else list(path).count(node)
    kind = "current" if path and node == path[-1] else "done" if visits else "idle"
    time = told(spent[node]) if node in spent else NOT_RECORDED if visits else ""
    order = ", ".join(str(number) for number, passed in enumerate(path, 1) if passed == node)
    title = f"{_name(node)}: step {order} of {len(path)}; {time}" if visits else f"{_name(node)}: not in this turn"
    small = Markup('<text class="muted" x="{x}" y="{y}" text-anchor="middle">{text}</text>').format(
        x=x + _WIDTH // 2, y=y + 32, text=time if node in spent else f"step {order}"
    )
    return Markup(
        '<g class="node {kind}"><title>{title}</title><rect x="{x}" y="{y}" width="{w}" height="{h}" rx="7"/>'
        '<text x="{cx}" y="{cy}" text-anchor="middle">{name}</text>{small}</g>'
    ).format(
        kind=kind, title=title, x=x, y=y, w=_WIDTH, h=_HEIGHT, cx=x + _WIDTH // 2, cy=y + (17 if visits else 24),
        name=_name(node), small=small if visits else Markup(""),
    )  # fmt: skip


def _edge(start: tuple[int, int], end: tuple[int, int], *, is_taken: bool) -> Markup:
    """A line from border to border, bent a little so that there and back are two lines."""
    (x1, y1), (x2, y2) = _centre(start), _centre(end)
    x1, y1, x2, y2 = *_border(x1, y1, x2, y2), *_border(x2, y2, x1, y1)
    bend = 0.12
    mid_x, mid_y = (x1 + x2) / 2 - (y2 - y1) * bend, (y1 + y2) / 2 + (x2 - x1) * bend
    return Markup(
        '<path class="edge{taken}" d="M{x1:.0f} {y1:.0f}Q{mx:.0f} {my:.0f} {x2:.0f} {y2:.0f}" fill="none"{mark}/>'
    ).format(
        taken=" taken" if is_taken else "", x1=x1, y1=y1, mx=mid_x, my=mid_y, x2=x2, y2=y2,
        mark=Markup(' marker-end="url(#graph-head)"') if is_taken else Markup(""),
    )  # fmt: skip


def _border(x: float, y: float, to_x: float, to_y: float) -> tuple[float, float]:
    """Where the line from a node's centre towards another leaves its box."""
    run, rise = to_x - x, to_y - y
    if not run and not rise:
        return x, y
    scale = min(
        _WIDTH / 2 / abs(run) if run else float("inf"),
        _HEIGHT / 2 / abs(rise) if rise else float("inf"),
    )
    return x + run * scale, y + rise * scale


def _corner(place: tuple[int, int]) -> tuple[int, int]:
    return place[0] * _COLUMN + _MARGIN, place[1] * _ROW + _MARGIN


def _centre(place: tuple[int, int]) -> tuple[float, float]:
    x, y = _corner(place)
    return x + _WIDTH / 2, y + _HEIGHT / 2


def _name(node: str) -> str:
    return node.replace("_", " ")
