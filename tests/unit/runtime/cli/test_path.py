"""The path of a turn, told from its events."""

import pytest

from graphs.turn import build_turn_graph
from runtime.cli.views.path import NODES, lit_path, paths, walked
from tests.unit.runtime.cli.events import life

Happened = list[tuple[str, dict[str, object]]]

CLASSIFIED = ("classified", dict[str, object]())
FOUND = ("evidence_found", dict[str, object]())
CHECKED = ("reply_checked", dict[str, object]())
HANDED_OFF = ("handed_off", dict[str, object]())


def judged(verdict: str) -> tuple[str, dict[str, object]]:
    """Policy has spoken."""
    return "action_judged", {"action_id": "T-00000000/a1", "verdict": verdict}


def performed(status: str = "succeeded", *, read_back: bool = True) -> tuple[str, dict[str, object]]:
    """An action was tried."""
    return "action_performed", {"action_id": "T-00000000/a1", "status": status, "read_back": read_back}


def asked(what: str) -> tuple[str, dict[str, object]]:
    """A question was asked."""
    return "question_asked", {"asks": what}


#: What each kind of turn records, in the order in which it records it, and the nodes it went through.
TURNS: dict[str, tuple[Happened, list[str]]] = {
    "a read, then a write, then the answer": (
        [CLASSIFIED, FOUND, judged("allow"), performed(), judged("allow"), performed(), CHECKED],
        ["classify", "retrieve", "plan", "act", "plan", "act", "plan", "verify"],
    ),
    "an answer from the knowledge base": ([CLASSIFIED, FOUND, CHECKED], ["classify", "retrieve", "plan", "verify"]),
    "an unclear message": ([CLASSIFIED, asked("intent"), CHECKED], ["classify", "clarify", "verify"]),
    "a missing slot": (
        [CLASSIFIED, FOUND, asked("slot"), CHECKED],
        ["classify", "retrieve", "plan", "clarify", "verify"],
    ),
    "a confirmation": (
        [CLASSIFIED, FOUND, judged("allow"), asked("confirmation"), CHECKED],
        ["classify", "retrieve", "plan", "act", "clarify", "verify"],
    ),
    "an approval is needed": (
        [CLASSIFIED, FOUND, judged("needs_approval"), CHECKED],
        ["classify", "retrieve", "plan", "act", "verify"],
    ),
    "an approval has come": ([judged("needs_approval"), performed(), CHECKED], ["act", "plan", "verify"]),
    "policy forbids it": (
        [CLASSIFIED, FOUND, judged("forbid"), CHECKED],
        ["classify", "retrieve", "plan", "act", "plan", "verify"],
    ),
    "an effect that cannot be shown": (
        [CLASSIFIED, FOUND, judged("allow"), performed("unknown", read_back=False), HANDED_OFF, CHECKED],
        ["classify", "retrieve", "plan", "act", "hand_off", "verify"],
    ),
    "a refusal, after which the procedure hands off": (
        [CLASSIFIED, FOUND, judged("allow"), performed("failed", read_back=False), HANDED_OFF, CHECKED],
        ["classify", "retrieve", "plan", "act", "plan", "hand_off", "verify"],
    ),
    "a handoff rule": (
        [CLASSIFIED, ("action_judged", {"handoff_rule": "vip"}), HANDED_OFF, CHECKED],
        ["classify", "hand_off", "verify"],
    ),
    "a redraft is no second turn": ([CLASSIFIED, FOUND, CHECKED, CHECKED], ["classify", "retrieve", "plan", "verify"]),
    "a move of an operator": ([("operator_replied", {"by": "op"})], []),
}


@pytest.mark.parametrize("name", TURNS)
def test_each_kind_of_turn_is_told_node_by_node(name: str) -> None:
    """`plan` records nothing, and is told all the same."""
    happened, path = TURNS[name]
    assert walked(life((0, happened))) == path


@pytest.mark.parametrize("name", TURNS)
def test_every_path_is_one_that_the_graph_has(name: str) -> None:
    """A path is a walk along the edges of the real turn graph, from its start to its end."""
    edges = {(edge.source, edge.target) for edge in build_turn_graph().get_graph().edges}
    path = walked(life((0, TURNS[name][0])))
    if path:
        steps = list(zip(["__start__", *path], [*path, "__end__"], strict=True))
        assert [step for step in steps if step not in edges] == []


def test_the_nodes_are_those_of_the_graph() -> None:
    """A node that the graph gains must be drawn too."""
    assert set(NODES) == set(build_turn_graph().get_graph().nodes) - {"__start__", "__end__"}


def test_turns_are_told_apart_by_their_time() -> None:
    """All events of a turn bear the time at which it began."""
    first, second = [CLASSIFIED, asked("intent"), CHECKED], [CLASSIFIED, FOUND, CHECKED]
    assert paths(life((0, first), (1, [("rated", {})]), (2, second))) == [
        ["classify", "clarify", "verify"],
        ["classify", "retrieve", "plan", "verify"],
    ]


def test_the_drawing_shows_what_was_taken_without_colour() -> None:
    """A full dot for a taken node, an empty one for the others, and how often where it was more than once."""
    drawn = lit_path(["classify", "retrieve", "plan", "act", "plan", "verify"]).plain
    assert drawn == "● classify ○ clarify ● retrieve ● plan x2 ● act ○ hand_off ● verify"
