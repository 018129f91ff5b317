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
    for at, turn in groupby(events, key=lambda event: event.at):
        kinds = list(turn)
        party = _waiting_after(kinds) or (current.waiting_for if current else None)
        if current is not None:
            is_ended = party != current.waiting_for or any(e.kind in _ENDS.get(current.waiting_for, ()) for e in kinds)
            if not is_ended:
                continue
            yield replace(current, until=at)
        is_over = any(event.kind == "closed" for event in kinds)
        current = None if party is None or is_over else Wait(party, at, None)
    if current is not None:
        yield current


def _waiting_after(turn: Sequence[Event]) -> str | None:
    named = [event.body.get("waiting_for") for event in turn if event.kind == "status_changed"]
    return str(named[-1]) if named else None
