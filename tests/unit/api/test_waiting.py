"""When a message counts as answered."""

from datetime import UTC, datetime

import pytest
from pydantic import JsonValue

from api.waiting import is_answered
from domain.event import EventKind, TicketEvent
from domain.ticket import WaitingFor


def life(*events: EventKind | tuple[EventKind, int]) -> list[TicketEvent]:
    """Events by kind; a message's with its number."""
    found = []
    for place, event in enumerate(events, 1):
        kind, seq = event if isinstance(event, tuple) else (event, None)
        body: dict[str, JsonValue] = {"seq": seq} if seq is not None else {}
        found.append(TicketEvent(seq=place, kind=kind, at=datetime(2026, 11, 23, tzinfo=UTC), body=body))
    return found


@pytest.mark.parametrize(
    ("events", "waiting_for", "expected"),
    [
        (life(), WaitingFor.assistant, False),
        (life(("message_received", 1)), WaitingFor.customer, False),
        (life(("message_received", 1), "classified", "reply_sent"), WaitingFor.customer, True),
        (life(("message_received", 1), "handed_off"), WaitingFor.operator, True),
        (life(("message_received", 1), "approval_requested", "reply_sent"), WaitingFor.approver, True),
        (life(("message_received", 1), "resolved"), WaitingFor.nobody, True),
        (life(("message_received", 1), "closed"), WaitingFor.nobody, True),
        # Said before it, not after it.
        (life(("message_received", 2), "reply_sent"), WaitingFor.customer, False),
        (life("reply_sent", ("message_received", 1)), WaitingFor.customer, False),
        # Dropped as stale; answered by the turn after.
        (life(("message_received", 1), "reply_dropped"), WaitingFor.customer, False),
        (
            life(("message_received", 1), "reply_dropped", ("message_received", 2), "reply_sent"),
            WaitingFor.customer,
            True,
        ),
        # A person has the ticket: it is noted, and nobody promises when they write.
        (life("handoff_accepted", ("message_received", 1)), WaitingFor.operator, True),
        (life("handoff_accepted"), WaitingFor.operator, False),
    ],
)
def test_when_a_message_is_answered(events: list[TicketEvent], waiting_for: WaitingFor, *, expected: bool) -> None:
    """A message is answered by what comes after its being read, in words or in deeds."""
    assert is_answered(events, 1, waiting_for) is expected
