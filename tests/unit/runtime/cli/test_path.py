"""The path of a turn, as the turn noted it, and its drawing."""

from graphs.turn import build_turn_graph
from runtime.cli.views.path import NODES, lit_path, paths
from tests.unit.runtime.cli.events import life


def finished(*path: str) -> list[tuple[str, dict[str, object]]]:
    """A turn that went this way."""
    return [("classified", {}), ("turn_finished", {"trigger": "message", "path": [*path]})]


def test_each_turn_has_its_path_and_moves_have_none() -> None:
    """What people do between turns is no turn."""
    told = life((0, finished("classify", "verify")), (1, [("rated", {})]), (2, finished("act", "plan", "verify")))
    assert paths(told) == [["classify", "verify"], ["act", "plan", "verify"]]


def test_the_nodes_are_those_of_the_graph() -> None:
    """A node that the graph gains must be drawn too."""
    assert set(NODES) == set(build_turn_graph().get_graph().nodes) - {"__start__", "__end__"}


def test_taken_nodes_are_lit_and_counted() -> None:
    """All seven nodes are shown; those that were taken are lit, with how often."""
    drawn = lit_path(["classify", "retrieve", "plan", "act", "plan", "verify"]).plain
    assert drawn == "● classify ○ clarify ● retrieve ● plan x2 ● act ○ hand_off ● verify"
