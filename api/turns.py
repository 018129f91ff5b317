"""The last turns of a ticket, as far as its events tell them."""

from collections.abc import Sequence
from itertools import groupby

from api.schemas.tickets import TurnView
from api.telling import Names, tell
from domain.event import TicketEvent

MOST_TURNS = 20


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
    """The nodes that the turn passed, in order; none for a batch that no turn made."""
    finished = next((event for event in events if event.kind == "turn_finished"), None)
    path = finished.body.get("path") if finished is not None else None
    return tuple(str(node) for node in path) if isinstance(path, list) else ()
