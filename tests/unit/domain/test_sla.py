"""The clock of a ticket: what runs, what stands still, and that every promise is broken at most once."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.queue import Queue, Queues
from domain.sla import SlaClock, after, begin, breached, may_promise, next_moment, promise, warned
from domain.working_hours import WorkingHours, working_between
from tests.support.effects import NOW

DESK = WorkingHours.model_validate(
    {"time_zone": "Europe/Berlin", "days": ["mon", "tue", "wed", "thu", "fri"], "opens": "09:00", "closes": "17:00"}
)
HOUR = timedelta(hours=1)
QUEUES = Queues(
    hours={"desk": DESK},
    queues={
        "first": Queue(hours="desk", first_response=4 * HOUR, resolution=16 * HOUR, escalate_to="second"),
        "second": Queue(hours="desk", first_response=2 * HOUR, urgent_first_response=HOUR, escalate_to="last"),
        "last": Queue(first_response=8 * HOUR),
        "silent": Queue(),
    },
)


def begun(queue: str = "first") -> SlaClock:
    """A ticket that was just handed off."""
    return begin(QUEUES, promise(QUEUES, queue, NOW, urgent=False), NOW)


def test_a_queue_without_promises_has_a_clock_at_which_nothing_is_due() -> None:
    """Nothing is promised that nobody has said."""
    assert promise(QUEUES, "silent", NOW, urgent=False).due_at is None
    assert next_moment(begun("silent")) is None
    assert next_moment(None) is None


def test_first_a_warning_then_the_breach_and_each_once() -> None:
    """The warning comes with a quarter of the working time left."""
    clock = begun()
    moment = next_moment(clock)
    assert moment is not None
    assert (moment.what, moment.target, moment.at) == ("sla_warning", "first_response", NOW + 3 * HOUR)
    moment = next_moment(warned(clock, "first_response"))
    assert moment is not None
    assert (moment.what, moment.at) == ("sla_breached", NOW + 4 * HOUR)


def test_an_answer_ends_the_first_promise_and_stops_the_other_until_the_customer_writes() -> None:
    """While it is the customer's turn no working time passes."""
    answered = after(begun(), ("operator_replied",), QUEUES, NOW + 2 * HOUR)
    assert answered is not None
    assert next_moment(answered) is None
    (left,) = answered.targets
    assert (left.kind, left.left) == ("resolution", 14 * HOUR)
    days_later = NOW + timedelta(days=3)
    again = after(answered, ("message_received",), QUEUES, days_later)
    assert again is not None
    assert again.due_at is not None
    assert working_between(DESK, days_later, again.due_at) == 14 * HOUR


def test_a_ticket_that_is_over_or_given_back_has_no_clock() -> None:
    """Its people have nothing left to keep."""
    for kind in ("resolved", "closed", "handed_back"):
        assert after(begun(), (kind,), QUEUES, NOW) is None


def test_a_person_who_has_the_ticket_speaks_for_themselves() -> None:
    """Nothing is promised in their name."""
    taken = after(begun(), ("handoff_accepted",), QUEUES, NOW)
    assert taken is not None
    assert may_promise(begun())
    assert not may_promise(taken)


@given(st.sampled_from(("first", "second", "last", "silent")), st.integers(0, 6).map(lambda days: timedelta(days=days)))
@settings(max_examples=40, deadline=None)
def test_promises_end(queue: str, later: timedelta) -> None:
    """Nobody ever answering: each queue promises, the last one once again, and then the assistant promises no more."""
    clock: SlaClock = begin(QUEUES, promise(QUEUES, queue, NOW + later, urgent=False), NOW + later)
    seen: list[datetime] = []
    for _ in range(40):
        moment = next_moment(clock)
        if moment is None:
            break
        if moment.what == "sla_warning":
            clock = warned(clock, moment.target)
            continue
        told = None
        if moment.target == "first_response" and may_promise(clock):
            told = promise(QUEUES, clock.next_queue or "", moment.at, urgent=True)
            assert told.due_at is not None
            assert told.due_at > moment.at
        clock = breached(clock, moment.target, QUEUES, moment.at, told)
        seen.append(moment.at)
        assert clock.urgent
    else:
        raise AssertionError("the clock never comes to rest")
    assert len(seen) <= 5
    assert seen == sorted(seen)
