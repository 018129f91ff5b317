"""What a run came to, in the few numbers that matter, and whether it proves anything."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from domain.model import Model
from runtime.verify.violation import InvariantId, Violation

_LOST = frozenset(
    {
        "message_lost",
        "message_missing",
        "message_unread",
        "decision_lost",
        "decision_unheard",
        "reply_lost",
        "row_without_effect",
        "effect_not_recorded",
        "effect_missing_in_history",
        "ticket_without_workflow",
    }
)
_DUPLICATED = frozenset(
    {
        "effect_twice",
        "more_than_was_paid",
        "message_twice",
        "message_read_twice",
        "taken_twice",
        "reply_twice",
        "reply_recorded_twice",
        "effect_recorded_twice",
        "several_workflows",
    }
)


class ChaosReport(Model):
    """One run; `void` says why it proves nothing, if it does not."""

    seed: int
    tickets: int
    lost: int
    duplicated: int
    stuck: int  # tickets and actions that something still waits for
    attempts_over_one: int
    resolved: int
    effects: int
    crash_points_hit: int
    crash_points_total: int
    faults: Mapping[str, int]
    seconds: float
    seconds_to_rest: float  # from the last fault until nothing was left to do
    requests: Mapping[str, int]  # by the status or the error that a try got
    plays: Mapping[str, int]
    unfinished: int  # plays that did not get where they should
    continued_as_new: int
    replayed: int
    by_invariant: Mapping[InvariantId, int]
    violations: tuple[Violation, ...]
    not_done: tuple[str, ...] = ()  # faults that this machine does not allow
    notes: tuple[str, ...] = ()
    void: str | None = None
    figures: Mapping[str, float] = {}  # of runs that measure something besides

    @property
    def is_proof(self) -> bool:
        """Whether every invariant held in a run that put them to the test."""
        return not self.violations and self.void is None


class Counted(NamedTuple):
    """Violations summed up."""

    lost: int
    duplicated: int
    stuck: int


def count(violations: tuple[Violation, ...]) -> Counted:
    """Sum the violations up as lost, duplicated and stuck."""
    what = Counter(violation.what for violation in violations)
    return Counted(
        lost=sum(what[name] for name in _LOST),
        duplicated=sum(what[name] for name in _DUPLICATED),
        stuck=len({violation.ids for violation in violations if violation.invariant == "I6"}),
    )
