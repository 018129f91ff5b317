"""The last turns of a ticket, as far as its events tell them."""

from collections.abc import Sequence
from itertools import groupby

from api.schemas.tickets import SignalView, TurnView
from api.telling import Names, tell
from domain.event import TicketEvent
from domain.intent import SignalSpan
from domain.message import Message

MOST_TURNS = 20


def turns_of(events: Sequence[TicketEvent], names: Names, messages: Sequence[Message] = ()) -> tuple[TurnView, ...]:
    """Return the last turns, the oldest first; a turn's events are recorded at one time, in one batch.

    The words behind its signals are read from the messages: events hold their places only.
    """
    turns = []
    for at, batch in groupby(events, key=lambda event: event.at):
        told = list(batch)
        path = _path(told)
        if path:
            lines = tuple(tell(event, names) for event in told)
            first, last = told[0].seq, told[-1].seq
            signals = SignalView.read([span for event in told for span in _spans(event)], messages)
            turns.append(TurnView(at=at, path=path, first_event=first, last_event=last, lines=lines, signals=signals))
    return tuple(turns[-MOST_TURNS:])


def _spans(event: TicketEvent) -> list[SignalSpan]:
    """The places of the words behind the signals of a classification."""
    spans = event.body.get("signal_spans", []) if event.kind == "classified" else []
    return [SignalSpan.model_validate(span) for span in spans] if isinstance(spans, list) else []


def _path(events: Sequence[TicketEvent]) -> tuple[str, ...]:
    """The nodes that the turn passed, in order; none for a batch that no turn made."""
    finished = next((event for event in events if event.kind == "turn_finished"), None)
    path = finished.body.get("path") if finished is not None else None
    return tuple(str(node) for node in path) if isinstance(path, list) else ()
