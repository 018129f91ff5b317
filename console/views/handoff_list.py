"""What the list of handoffs shows around its tickets: filters with their counts, and the queues with their hours."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import get_args

from console.handoffs_query import VIEWS
from console.views.chip import Chip
from domain.ids import Label
from domain.model import Model
from domain.queue import Queues
from domain.working_hours import Weekday
from store.handoff_desk import QueueCount

_WEEK: Sequence[Weekday] = get_args(Weekday)
_RUN = 3  # days in a row that are worth a "to"


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
