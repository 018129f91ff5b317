"""The last turns of a ticket, as far as its events tell them."""

from collections.abc import Mapping, Sequence
from itertools import groupby

from api.schemas.tickets import TurnView
from api.telling import Names, tell
from domain.event import EventKind, TicketEvent

MOST_TURNS = 20
#: Which node of the graph leaves which event; planning leaves none.
_NODE: Mapping[EventKind, str] = {
    "classified": "classify",
    "evidence_found": "retrieve",
    "question_asked": "clarify",
    "confirmation_asked": "clarify",
    "action_judged": "act",
    "action_performed": "act",
    "handed_off": "hand_off",
    "reply_checked": "verify",
}


def turns_of(events: Sequence[TicketEvent], names: Names) -> tuple[TurnView, ...]:
    """Return the last turns, the oldest first; a turn's events are recorded at one time, in one batch."""
    turns = []
    for at, batch in groupby(events, key=lambda event: event.at):
        told = list(batch)
        path = _path(told)
        if path:
            lines = tuple(tell(event, names) for event in told)
            first, last = told[0].seq, told[-1].seq
            turns.append(TurnView(at=at, path=path, first_event=first, last_event=last, lines=lines))
    return tuple(turns[-MOST_TURNS:])


def _path(events: Sequence[TicketEvent]) -> tuple[str, ...]:
    """The nodes passed, each once for as long as it goes on."""
    nodes = (_node(event) for event in events)
    return tuple(node for node, _ in groupby(node for node in nodes if node is not None))


def _node(event: TicketEvent) -> str | None:
    if "handoff_rule" in event.body:  # the rules that send a ticket to a person are judged right after reading it
        return "classify"
    return _NODE.get(event.kind)
