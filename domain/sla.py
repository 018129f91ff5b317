"""The clock of a ticket that people have: what was promised, what still runs, and what happens when time is up.

Pure functions. The clock travels in the workflow's state and is a projection on the ticket; the calendar that it is set
by is the policy file's, so only activities set it, and the workflow merely waits for its moments.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from domain.ids import Label
from domain.model import Model
from domain.queue import Promise, Queues
from domain.spoken_time import rounded_up
from domain.working_hours import add_working, working_between

Target = Literal["first_response", "resolution"]
#: A warning comes when a quarter of the time is left.
WARN_AFTER = 0.75


class SlaTarget(Model):
    """One promise; while it is the customer's turn it stands still, with the working time that is left."""

    kind: Target
    due_at: datetime | None
    warn_at: datetime | None = None  # None: warned already, or standing still
    left: timedelta | None = None  # working time; only of one that stands still


class SlaClock(Model):
    """What runs for a ticket in one queue."""

    queue: Label
    urgent: bool = False
    targets: tuple[SlaTarget, ...] = ()
    is_taken: bool = False  # somebody works on it: nothing more is said to the customer by itself
    broken: int = 0  # promises that were not kept
    next_queue: Label | None = None  # who can promise anew when the first answer is late; None: nobody, so none does

    @property
    def due_at(self) -> datetime | None:
        """The next moment at which a promise would be broken."""
        return min((target.due_at for target in self.targets if target.due_at is not None), default=None)

    def target(self, kind: Target) -> SlaTarget | None:
        """A running promise by its kind."""
        return next((target for target in self.targets if target.kind == kind), None)

    def without(self, kind: Target) -> "SlaClock":
        """The clock without one promise."""
        return self.model_copy(update={"targets": tuple(it for it in self.targets if it.kind != kind)})


class SlaMoment(Model):
    """The next thing that the clock does."""

    what: Literal["sla_warning", "sla_breached"]
    target: Target
    at: datetime


def next_moment(clock: SlaClock | None) -> SlaMoment | None:
    """When to warn or to call a promise broken; None while nothing runs."""
    moments = [
        SlaMoment(what="sla_warning" if target.warn_at is not None else "sla_breached", target=target.kind, at=at)
        for target in (clock.targets if clock is not None else ())
        if (at := target.warn_at or target.due_at) is not None
    ]
    return min(moments, key=lambda moment: moment.at, default=None)


def warned(clock: SlaClock, kind: Target) -> SlaClock:
    """The clock after a warning: it is given once."""
    targets = (it.model_copy(update={"warn_at": None}) if it.kind == kind else it for it in clock.targets)
    return clock.model_copy(update={"targets": tuple(targets)})


def promise(queues: Queues, queue: Label, now: datetime, *, urgent: bool, rule: Label | None = None) -> Promise:
    """What may be promised for a ticket that goes to a queue now."""
    span = queues.queue(queue).response_span(urgent=urgent)
    due = None if span is None else rounded_up(add_working(queues.hours_of(queue), now, span))
    return Promise(queue=queue, urgent=urgent, rule=rule, due_at=due)


def begin(queues: Queues, given: Promise, now: datetime) -> SlaClock:
    """The clock of a ticket that was handed off with this promise."""
    hours = queues.hours_of(given.queue)
    targets: list[SlaTarget] = []
    if given.due_at is not None:
        targets.append(_running("first_response", queues, given.queue, now, given.due_at))
    if (resolution := queues.queue(given.queue).resolution) is not None:
        targets.append(_running("resolution", queues, given.queue, now, add_working(hours, now, resolution)))
    return SlaClock(
        queue=given.queue, urgent=given.urgent, targets=tuple(targets), next_queue=_next(queues, given.queue, broken=0)
    )


def begin_again(queues: Queues, queue: Label, now: datetime, *, urgent: bool) -> SlaClock:
    """The clock of a ticket that came back to its people: nothing new was promised, and it is due all the same."""
    clock = begin(queues, promise(queues, queue, now, urgent=urgent), now)
    return clock.model_copy(update={"is_taken": True})


def after(clock: SlaClock | None, kinds: Iterable[str], queues: Queues, now: datetime) -> SlaClock | None:
    """The clock after what happened on the ticket, by the kinds of the events in their order."""
    for kind in kinds:
        if clock is None:
            return None
        match kind:
            case "handoff_accepted":
                clock = clock.model_copy(update={"is_taken": True})
            case "operator_replied":
                answered = clock.without("first_response").model_copy(update={"is_taken": True})
                clock = _stand_still(answered, queues, now)
            case "message_received" | "reopened":
                clock = _go_on(clock, queues, now)
            case "resolved" | "closed" | "handed_back":
                return None
            case _:
                pass
    return clock


def breached(clock: SlaClock, kind: Target, queues: Queues, now: datetime, told: Promise | None) -> SlaClock:
    """The clock after a broken promise: the ticket is urgent, and with the next queue where there is one.

    A new promise runs if one was told to the customer; if none was, nothing of that kind runs any more.
    """
    clock = clock.without(kind)
    broken = clock.broken + 1
    queue = told.queue if told is not None else queues.queue(clock.queue).escalate_to or clock.queue
    targets = clock.targets
    if told is not None and told.due_at is not None:
        targets = (_running("first_response", queues, queue, now, told.due_at), *targets)
    changes = {"queue": queue, "urgent": True, "broken": broken, "targets": targets}
    return clock.model_copy(update={**changes, "next_queue": _next(queues, queue, broken=broken)})


def may_promise(clock: SlaClock) -> bool:
    """Whether the customer is told when an answer is late: not by the assistant once a person has the ticket."""
    return not clock.is_taken and clock.next_queue is not None


def _next(queues: Queues, queue: Label, *, broken: int) -> Label | None:
    """The next queue promises anew; the last one does so once. Escalation goes in no circle, so promises end."""
    following = queues.queue(queue).escalate_to or (queue if not broken else None)
    if following is None or queues.queue(following).response_span(urgent=True) is None:
        return None
    return following


def _running(kind: Target, queues: Queues, queue: Label, now: datetime, due_at: datetime) -> SlaTarget:
    hours = queues.hours_of(queue)
    span = working_between(hours, now, due_at)
    return SlaTarget(kind=kind, due_at=due_at, warn_at=add_working(hours, now, span * WARN_AFTER))


def _stand_still(clock: SlaClock, queues: Queues, now: datetime) -> SlaClock:
    """It is the customer's turn: what is left stays left."""
    hours = queues.hours_of(clock.queue)
    still = (
        SlaTarget(kind=it.kind, due_at=None, left=working_between(hours, now, it.due_at))
        if it.due_at is not None
        else it
        for it in clock.targets
    )
    return clock.model_copy(update={"targets": tuple(still)})


def _go_on(clock: SlaClock, queues: Queues, now: datetime) -> SlaClock:
    hours = queues.hours_of(clock.queue)
    going = (
        _running(it.kind, queues, clock.queue, now, add_working(hours, now, it.left))
        if it.due_at is None and it.left is not None
        else it
        for it in clock.targets
    )
    return clock.model_copy(update={"targets": tuple(going)})
