"""The way of a turn through the graph, told from its events: its seven nodes in order, the taken ones lit."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from rich.text import Text

from runtime.cli.answers import Event

#: The nodes in the order in which a turn can meet them; only act leads back, to plan.
NODES = ("classify", "clarify", "retrieve", "plan", "act", "hand_off", "verify")
_LEFT_BY = {
    "classified": "classify",
    "evidence_found": "retrieve",
    "question_asked": "clarify",
    "handed_off": "hand_off",
    "reply_checked": "verify",
}
_TAKEN, _PASSED_BY = "●", "○"


def paths(events: Sequence[Event]) -> list[list[str]]:
    """The path of each turn, in order; all events of a turn bear the same time."""
    turns = [walked(list(turn)) for _, turn in groupby(events, key=lambda event: event.at)]
    return [path for path in turns if path]


def walked(turn: Sequence[Event]) -> list[str]:
    """The nodes of one turn, as often as they were entered.

    `plan` leaves no event of its own: it follows retrieve, and it lies between act and whatever comes next, unless act
    itself ended the matter with a question, an approval to wait for, or an effect that nobody can show.
    """
    path: list[str] = []
    last_act: Event | None = None
    for event, node in _steps(turn):
        came_from = path[-1] if path else None
        is_redraft = node == came_from == "verify"
        if came_from == "act" and last_act is not None and (node == "act" or _goes_on_planning(last_act, node)):
            path.append("plan")
        if not is_redraft:
            path.append(node)
        if node == "retrieve":
            path.append("plan")
        last_act = event if node == "act" else last_act
    return path


def _steps(turn: Sequence[Event]) -> Iterator[tuple[Event, str]]:
    """Each event that a node left, with what was performed standing for the judgment before it."""
    judged: Event | None = None
    for event in turn:
        if event.kind == "action_judged" and "verdict" in event.body:
            if judged is not None:
                yield judged, "act"
            judged = event
        elif event.kind == "action_performed":
            yield event, "act"
            judged = None
        elif event.kind in _LEFT_BY:
            if judged is not None:
                yield judged, "act"
                judged = None
            yield event, _LEFT_BY[event.kind]
    if judged is not None:
        yield judged, "act"


def _goes_on_planning(act: Event, node: str) -> bool:
    if act.kind == "action_judged":
        return act.body.get("verdict") == "forbid"
    is_shown = act.body.get("status") != "unknown" and (
        act.body.get("status") != "succeeded" or bool(act.body.get("read_back"))
    )
    return is_shown or node != "hand_off"


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
