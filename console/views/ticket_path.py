"""The path of a turn through the graph, and how long it was in each node, read from Temporal's own history.

The graph reads no clock, so its events tell the path and no times. What a node waits for is activities, and of those
Temporal knows when they were scheduled and when they ended; so a node's time is the time of its activities.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup

from api.schemas.events import WorkflowEventView, WorkflowRunView
from api.schemas.tickets import TurnView
from api.services import Services
from api.workflow_history import read_runs
from console.charts.graph import draw, told
from console.views.ticket_rows import TicketRows
from domain.errors import Unavailable

#: Which node asks for which activity; `gather_context` is the business of the node that a turn enters at.
NODE_OF: Mapping[str, str] = {
    "understand_messages": "classify",
    "triage_ticket": "classify",
    "search_knowledge": "retrieve",
    "plan_step": "plan",
    "judge_action": "act",
    "perform_action": "act",
    "draft_reply": "verify",
    "check_reply": "verify",
}


@dataclass(frozen=True, slots=True)
class TurnPath:
    """One turn's path as it is shown; `number` counts the turns that are told, from 1."""

    number: int
    turn: TurnView | None
    drawing: Markup
    times: Mapping[str, timedelta]
    count: int
    is_chosen: bool = False

    @property
    def whole_told(self) -> str:
        """The time of all its nodes together."""
        return told(sum(self.times.values(), timedelta()))


async def path_of(services: Services, rows: TicketRows, wanted: int | None, *, is_timed: bool = True) -> TurnPath:
    """The path of the wanted turn, or of the last; without times where they are not asked for or Temporal is away."""
    turns = rows.detail.turns
    if not turns:
        return TurnPath(0, None, draw(()), {}, 0)
    number = min(wanted or len(turns), len(turns))
    times: Mapping[str, timedelta] = {}
    if is_timed:
        try:
            runs = await read_runs(services.deps.temporal, rows.detail.ticket.ticket_id)
        except Unavailable:
            runs = ()
        times = times_of(runs, turns[number - 1])
    turn = turns[number - 1]
    return TurnPath(number, turn, draw(turn.path, times), times, len(turns), is_chosen=wanted is not None)


def times_of(runs: Iterable[WorkflowRunView], turn: TurnView) -> dict[str, timedelta]:
    """How long a turn was in each of its nodes: the sum of its activities; empty where none is known."""
    spent: dict[str, timedelta] = {}
    for event in activities_of(runs, turn):
        node = turn.path[0] if event.name == "gather_context" else NODE_OF.get(event.name or "")
        if node in turn.path and event.milliseconds is not None:
            spent[node] = spent.get(node, timedelta()) + timedelta(milliseconds=event.milliseconds)
    return spent


def activities_of(runs: Iterable[WorkflowRunView], turn: TurnView) -> Iterator[WorkflowEventView]:
    """The ends of a turn's activities, its recording as the last: what comes after that was no part of it."""
    for event in (event for run in runs for event in run.events):
        if event.at >= turn.at and event.milliseconds is not None:
            yield event
            if event.name == "record_turn":
                return
