"""The path of a turn through the graph, and how long it was in each node, read from Temporal's own history.

The graph reads no clock, so its events tell the path and no times. What a node waits for is activities, and of those
Temporal knows when they were scheduled and when they ended; so a node's time is the time of its activities.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup

from api.schemas.events import WorkflowRunView
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
        times = times_of(runs, turns, number - 1)
    turn = turns[number - 1]
    return TurnPath(number, turn, draw(turn.path, times), times, len(turns), is_chosen=wanted is not None)


def times_of(runs: Iterable[WorkflowRunView], turns: Sequence[TurnView], place: int) -> dict[str, timedelta]:
    """How long the turn at `place` was in each of its nodes: the sum of its activities; empty where none is known.

    An activity belongs to the last turn that had begun when it ended.
    """
    turn, until = turns[place], turns[place + 1].at if place + 1 < len(turns) else None
    spent: dict[str, timedelta] = {}
    for event in (event for run in runs for event in run.events):
        if event.milliseconds is None or event.at < turn.at or (until is not None and event.at >= until):
            continue
        node = turn.path[0] if event.name == "gather_context" else NODE_OF.get(event.name or "")
        if node in turn.path:
            spent[node] = spent.get(node, timedelta()) + timedelta(milliseconds=event.milliseconds)
    return spent
