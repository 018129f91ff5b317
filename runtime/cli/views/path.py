"""The way of a turn through the graph: its seven nodes in order, the taken ones lit."""

from collections import Counter
from collections.abc import Sequence

from rich.text import Text

from runtime.cli.answers import Event

#: The nodes in the order in which a turn can meet them; only act leads back, to plan.
NODES = ("classify", "clarify", "retrieve", "plan", "act", "hand_off", "verify")
_TAKEN, _PASSED_BY = "●", "○"


def paths(events: Sequence[Event]) -> list[list[str]]:
    """The path of each turn, in order, as the turn itself noted it."""
    return [[str(node) for node in _noted(event)] for event in events if event.kind == "turn_finished"]


def _noted(event: Event) -> Sequence[object]:
    path = event.body.get("path")
    return path if isinstance(path, list) else ()


def lit_path(path: Sequence[str]) -> Text:
    """Draw the graph in one line; how often a node was taken stands behind it where that is more than once."""
    times = Counter(path)
    drawn = Text()
    for node in NODES:
        if drawn:
            drawn.append(" ")
        if times[node]:
            again = f" x{times[node]}" if times[node] > 1 else ""
            drawn.append(f"{_TAKEN} {node}{again}", "node.on")
        else:
            drawn.append(f"{_PASSED_BY} {node}", "node.off")
    return drawn
