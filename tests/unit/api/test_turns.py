"""The path of a ticket's turns, from its events."""

from datetime import UTC, datetime, timedelta

from api.telling import Names
from api.turns import MOST_TURNS, turns_of
from domain.event import EventKind, TicketEvent
from domain.message import ERASED, AuthorKind, Message

START = datetime(2026, 11, 23, 9, tzinfo=UTC)


def batch(first: int, minute: int, *kinds: EventKind, path: tuple[str, ...] = ()) -> list[TicketEvent]:
    """Events recorded at one time; with a path, the turn that recorded them says so last."""
    at = START + timedelta(minutes=minute)
    events = [TicketEvent(seq=seq, kind=kind, at=at) for seq, kind in enumerate(kinds, first)]
    if path:
        events.append(TicketEvent(seq=first + len(kinds), kind="turn_finished", at=at, body={"path": [*path]}))
    return events


def test_a_turn_is_a_batch_with_a_path() -> None:
    """Events of one time are one turn, which names its nodes itself; moves are no turns."""
    events = [
        *batch(1, 0, "message_received", "classified", "reply_checked", path=("classify", "plan", "act", "verify")),
        *batch(5, 1, "handoff_accepted", "status_changed"),
        *batch(7, 2, "message_received", "classified", path=("classify", "clarify", "verify")),
    ]

    turns = turns_of(events, Names())

    assert [turn.path for turn in turns] == [
        ("classify", "plan", "act", "verify"),
        ("classify", "clarify", "verify"),
    ]
    assert [(turn.first_event, turn.last_event) for turn in turns] == [(1, 4), (7, 9)]
    assert turns[0].lines[0] == "The customer wrote (message None)."


def test_the_last_turns_are_kept() -> None:
    """Of a long life the last turns are shown."""
    events = [
        event for minute in range(50) for event in batch(2 * minute + 1, minute, "classified", path=("classify",))
    ]

    turns = turns_of(events, Names())

    assert len(turns) == MOST_TURNS
    assert turns[-1].last_event == 100


def test_a_turn_shows_the_words_behind_its_signals_while_they_are_there() -> None:
    """Events hold places; the words are the message's, and gone with it."""
    classified, finished = batch(1, 0, "classified", path=("classify",))
    place = {"signal": "angry", "seq": 1, "start": 5, "end": 18}
    events = [classified.model_copy(update={"body": {"signals": ["angry"], "signal_spans": [place]}}), finished]
    message = Message(seq=1, author=AuthorKind.customer, text="This is ridiculous!", at=START)

    [turn] = turns_of(events, Names(), [message])
    [erased] = turns_of(events, Names(), [message.model_copy(update={"text": ERASED})])

    assert [(shown.signal, shown.words) for shown in turn.signals] == [("angry", "is ridiculous")]
    assert erased.signals == ()
