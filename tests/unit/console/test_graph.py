"""The drawing of the turn graph: complete, labelled, and honest about times."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from api.schemas.events import WorkflowEventView, WorkflowRunView
from api.schemas.tickets import TurnView
from console.charts.graph import EDGES, PLACES, draw
from console.views.ticket_path import times_of

AT = datetime(2026, 11, 28, 12, tzinfo=UTC)


def test_it_has_the_nodes_and_edges_of_the_graph() -> None:
    """The places set by hand are those of docs/turn-graph.mmd."""
    drawn = Path("docs/turn-graph.mmd").read_text(encoding="utf-8")
    edges = set(re.findall(r"^\t(\w+) -+\.?-*> (\w+);", drawn, re.MULTILINE))
    inner = {(start, end) for start, end in edges if not start.startswith("__") and not end.startswith("__")}
    assert {edge for edge in inner if edge[0] != edge[1]} == set(EDGES)
    assert {node for edge in inner for node in edge} == set(PLACES)


def test_the_path_is_marked_and_said() -> None:
    """Where it went, where it ended, how long where that is known, and that it is not where it is not."""
    svg = str(draw(["classify", "plan", "act", "plan", "verify"], {"act": timedelta(milliseconds=552)}))
    assert 'aria-label="The turn went classify, plan, act, plan, verify; it ended in verify."' in svg
    assert svg.count('class="node done"') == 3
    assert re.search(r'class="node current"><title>verify: step 5 of 5; time not recorded</title>', svg)
    assert "<title>act: step 3 of 5; 552 ms</title>" in svg
    assert "<title>plan: step 2, 4 of 5; time not recorded</title>" in svg
    assert "<title>clarify: not in this turn</title>" in svg
    assert svg.count('class="edge taken"') == 4


def test_an_unknown_node_is_drawn_in_a_last_column_and_escaped() -> None:
    """A newer program's graph shows whole, and a name is never markup."""
    svg = str(draw(["classify", "<b>think</b>", "translate"]))
    xs = {title: int(x) for title, x in re.findall(r'<title>([^:]*):[^<]*</title><rect x="(\d+)"', svg)}
    assert xs["&lt;b&gt;think&lt;/b&gt;"] == xs["translate"] > max(xs["act"], xs["verify"])
    assert "<b>" not in svg


def test_no_turn_is_said_too() -> None:
    """Before the first turn there is a graph and no path."""
    assert "no turn has run yet" in draw(())


def test_times_are_of_the_turn_that_had_begun() -> None:
    """Each activity counts for its node, from the turn's begin until its recording; what comes after, for none."""

    def event(seconds: float, name: str, milliseconds: int | None) -> WorkflowEventView:
        at = AT + timedelta(seconds=seconds)
        return WorkflowEventView(id=1, at=at, type="X", name=name, summary=None, milliseconds=milliseconds)

    def turn(seconds: float, *path: str) -> TurnView:
        return TurnView(at=AT + timedelta(seconds=seconds), path=path, first_event=1, last_event=2, lines=())

    turns = (turn(0, "classify", "verify"), turn(10, "act", "verify"))
    events = (
        event(1, "gather_context", 40),
        event(2, "understand_messages", 5),
        event(3, "draft_reply", None),
        event(4, "draft_reply", 70),
        event(5, "record_turn", 9),
        event(6, "draft_reply", 900),  # a suggestion: made after the turn, and no part of it
        event(11, "gather_context", 30),
        event(12, "perform_action", 500),
    )
    runs = (WorkflowRunView(run_id="r", events=events),)
    told = [{node: it.total_seconds() * 1000 for node, it in times_of(runs, one).items()} for one in turns]
    assert told == [{"classify": 45, "verify": 70}, {"act": 530}]
    assert times_of((), turns[0]) == {}
