"""The path of a ticket's turns, from its events."""

from datetime import UTC, datetime, timedelta

from api.telling import Names
from api.turns import MOST_TURNS, turns_of
from domain.event import EventKind, TicketEvent

START = datetime(2026, 11, 23, 9, tzinfo=UTC)


def batch(first: int, minute: int, *kinds: EventKind) -> list[TicketEvent]:
    """Events recorded at one time."""
    at = START + timedelta(minutes=minute)
    return [TicketEvent(seq=seq, kind=kind, at=at) for seq, kind in enumerate(kinds, first)]


def test_a_turn_is_a_batch_with_a_path() -> None:
    """Events of one time are one turn, each node is named once for as long as it goes on, and moves are no turns."""
    events = [
        *batch(1, 0, "message_received", "classified", "action_judged", "action_performed", "reply_checked"),
        *batch(6, 1, "handoff_accepted", "status_changed"),
        *batch(8, 2, "message_received", "classified", "evidence_found", "question_asked"),
    ]

    turns = turns_of(events, Names())

    assert [turn.path for turn in turns] == [("classify", "act", "verify"), ("classify", "retrieve", "clarify")]
    assert [(turn.first_event, turn.last_event) for turn in turns] == [(1, 5), (8, 11)]
    assert turns[0].lines[0] == "The customer wrote (message None)."


def test_a_handoff_rule_is_judged_in_reading() -> None:
    """A rule that sends the ticket to a person is no action: it belongs to the first node."""
    events = batch(1, 0, "classified", "action_judged", "handed_off")
    events[1] = events[1].model_copy(update={"body": {"handoff_rule": "vip_first"}})

    (turn,) = turns_of(events, Names())

    assert turn.path == ("classify", "hand_off")


def test_the_last_turns_are_kept() -> None:
    """Of a long life the last turns are shown."""
    events = [event for minute in range(50) for event in batch(minute + 1, minute, "classified")]

    turns = turns_of(events, Names())

    assert len(turns) == MOST_TURNS
    assert turns[-1].last_event == 50
