"""What a run knows by name: faults, kinds of tickets and crash points."""

from collections.abc import Mapping, Sequence

from domain.errors import InvalidInput
from domain.points import POINTS
from runtime.chaos.disk import FILL_DISK
from runtime.chaos.faults import FAULTS
from runtime.chaos.plays import KINDS


def names() -> Mapping[str, Sequence[str]]:
    """Everything, by sort."""
    return {"faults": [*FAULTS, FILL_DISK], "tickets": list(KINDS), "crash_points": list(POINTS)}


def chosen(sort: str, asked: Sequence[str]) -> tuple[str, ...]:
    """Return those asked for, or all of the sort; raises InvalidInput for one that there is not."""
    known = names()[sort]
    if unknown := [name for name in asked if name not in known]:
        raise InvalidInput(f"There is no {unknown[0]!r} among the {sort.replace('_', ' ')}: {', '.join(known)}.")
    return tuple(asked or known)
