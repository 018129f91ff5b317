"""Events for the tests of what is made of them."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

from runtime.cli.answers import Event

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def life(*turns: tuple[int, Sequence[tuple[str, Mapping[str, object]]]]) -> list[Event]:
    """A ticket's events: for each turn its minute and what happened in it, as kind and body."""
    number = count(1)
    return [
        Event.model_validate({"seq": next(number), "kind": kind, "at": START + timedelta(minutes=minute), "body": body})
        for minute, happened in turns
        for kind, body in happened
    ]
