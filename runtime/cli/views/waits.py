"""The cost of the wait: for whom a ticket waited, and how long, told from its events.

All events of a turn bear the time at which the turn began, so what lies between two turns is the wait.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from runtime.cli.answers import Event

#: What ends a wait for somebody; anything else that happens meanwhile leaves it as it is.
_ENDS = {
    "customer": {"message_received", "closed"},
    "approver": {"approval_decided", "approval_expired", "approval_withdrawn", "closed"},
    "operator": {"operator_replied", "handed_back", "closed"},
    "nobody": {"message_received", "closed"},
}


@dataclass(frozen=True)
class Wait:
    """One wait; `until` is None while it goes on."""

    waiting_for: str
    since: datetime
    until: datetime | None

    def length(self, now: datetime) -> timedelta:
        """How long it took, or has taken up to now."""
        return (self.until or now) - self.since


def waits(events: Sequence[Event]) -> list[Wait]:
    """Every wait of a ticket's life, in order; the reopen window of a solved ticket is none."""
    return [wait for wait in _all_waits(events) if wait.waiting_for in {"customer", "approver", "operator"}]


def _all_waits(events: Sequence[Event]) -> Iterator[Wait]:
    current: Wait | None = None
    party: str | None = None
    for at, turn in groupby(events, key=lambda event: event.at):
        happened = list(turn)
        kinds = {event.kind for event in happened}
        party = _waiting_after(happened) or party
        if current is not None:
            if party == current.waiting_for and not kinds & _ENDS.get(party, set()):
                continue
            yield replace(current, until=at)
        # A decision is recorded by itself, before the turn that acts on it: that is the assistant's move.
        is_followed = kinds <= {"approval_decided"}
        current = None if party is None or is_followed or "closed" in kinds else Wait(party, at, None)
    if current is not None:
        yield current


def _waiting_after(turn: Sequence[Event]) -> str | None:
    named = [event.body.get("waiting_for") for event in turn if event.kind == "status_changed"]
    return str(named[-1]) if named else None
