"""What the list of handoffs shows around its tickets: filters with their counts, and the queues with their hours."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import get_args

from console.handoffs_query import VIEWS
from console.views.chip import Chip
from domain.handoff import HandoffReason
from domain.ids import Label
from domain.model import Model
from domain.queue import Queues
from domain.working_hours import Weekday
from store.handoff_desk import QueueCount

_WEEK: Sequence[Weekday] = get_args(Weekday)
_RUN = 3  # days in a row that are worth a "to"
#: Why a ticket was handed off, as a sentence goes on after it; other reasons are their own words.
REASONS: Mapping[str, str] = {
    HandoffReason.asked_for_person: "the customer asked for a person",
    HandoffReason.vip: "a VIP",
    HandoffReason.high_value: "much money is at stake",
    HandoffReason.no_knowledge: "nothing is known about it",
    HandoffReason.knowledge_conflict: "what is known contradicts itself",
    HandoffReason.not_supported: "what it would answer is not supported by what is known",
    HandoffReason.procedure: "its procedure says so",
    HandoffReason.not_proven: "the customer's identity is not proven",
    HandoffReason.forbidden: "policy forbids what was asked",
    HandoffReason.effect_unknown: "whether an action was carried out is not known",
    HandoffReason.action_failed: "an action failed",
    HandoffReason.not_read_back: "an action was carried out and is not to be seen",
    HandoffReason.over_budget: "it took too many attempts",
    HandoffReason.approval_expired: "nobody decided in time",
    HandoffReason.unsafe_reply: "the reply did not pass its checks",
    HandoffReason.policy_error: "a rule of the policy could not be evaluated",
    HandoffReason.repeated_contact: "the customer has written about it again and again",
    HandoffReason.budget_spent: "what the ticket may cost is used up",
    HandoffReason.part_read: "a message is longer than what the assistant reads",
    HandoffReason.promised: "a person was promised to the customer",
    HandoffReason.fault: "a fault of the assistant",
}


class QueueShown(Model):
    """A queue with what it promises; `opens_at` is None while somebody is there, or where no hours are kept."""

    name: Label
    waiting: int
    late: int
    hours: str
    is_open: bool
    opens_at: datetime | None
    promise: timedelta | None
    urgent_promise: timedelta | None


def chips_of(counts: Sequence[QueueCount]) -> tuple[Chip, ...]:
    """The saved filters, then one for each queue in which something waits."""
    awake = [it for it in counts if not it.is_snoozed]
    numbers = {
        "all": sum(it.number for it in awake),
        "breached": sum(it.late for it in awake),
        "soon": sum(it.soon for it in awake),
        "mine": sum(it.mine for it in awake),
        "unassigned": sum(it.nobodys for it in awake),
        "snoozed": sum(it.number for it in counts if it.is_snoozed),
    }
    queues: Counter[str] = Counter()
    for it in awake:
        if it.queue is not None:
            queues[it.queue] += it.number
    return (
        *(Chip(title=view.title, line=view.line, number=numbers[view.name]) for view in VIEWS),
        *(Chip(title=name.replace("_", " "), line=f"queue:{name}", number=n) for name, n in queues.items()),
    )


def queues_of(
    names: Iterable[Label], queues: Queues, counts: Sequence[QueueCount], now: datetime
) -> tuple[QueueShown, ...]:
    """Every queue, by name."""
    return tuple(_queue(name, queues, counts, now) for name in sorted({*names, *queues.queues}))


def _queue(name: Label, queues: Queues, counts: Sequence[QueueCount], now: datetime) -> QueueShown:
    of_it = [it for it in counts if it.queue == name and not it.is_snoozed]
    queue, hours = queues.queue(name), queues.hours_of(name)
    is_open = hours is None or hours.is_open(now)
    said = "day and night"
    if hours is not None:
        said = f"{_days(hours.days)} {hours.opens:%H:%M} to {hours.closes:%H:%M} ({hours.time_zone})"
    return QueueShown(
        name=name,
        waiting=sum(it.number for it in of_it),
        late=sum(it.late for it in of_it),
        hours=said,
        is_open=is_open,
        opens_at=None if is_open or hours is None else next(hours.windows(now), (None, None))[0],
        promise=queue.first_response,
        urgent_promise=queue.response_span(urgent=True),
    )


def _days(days: Sequence[Weekday]) -> str:
    """Say "mon to fri" of days that follow one another, else name each."""
    places = sorted(_WEEK.index(day) for day in days)
    if len(places) >= _RUN and places[-1] - places[0] == len(places) - 1:
        return f"{_WEEK[places[0]]} to {_WEEK[places[-1]]}"
    return ", ".join(_WEEK[place] for place in places)
