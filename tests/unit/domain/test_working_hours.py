"""Working hours: what "four hours from now" means over nights, weekends, holidays and clock changes."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.queue import Queue
from domain.spoken_time import by_when, rounded_up
from domain.working_hours import Weekday, WorkingHours, add_working, working_between

BERLIN = WorkingHours(
    time_zone="Europe/Berlin",
    days=("mon", "tue", "wed", "thu", "fri"),
    opens=time(9),
    closes=time(17),
    holidays=(date(2026, 12, 25),),
)
DAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
moments = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - made aware
spans = st.integers(1, 60 * 30).map(lambda minutes: timedelta(minutes=minutes))


@st.composite
def hours(draw: st.DrawFn) -> WorkingHours:
    """Any hours, in zones whose clocks change at other times, or by half an hour, or not at all."""
    opens, closes = draw(st.times(max_value=time(18))), draw(st.times(min_value=time(19)))
    return WorkingHours(
        time_zone=draw(st.sampled_from(("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo"))),
        days=tuple(draw(st.lists(st.sampled_from(DAYS), min_size=1, unique=True))),
        opens=opens.replace(second=0, microsecond=0),
        closes=closes.replace(second=0, microsecond=0),
        holidays=tuple(draw(st.lists(st.dates(date(2026, 1, 1), date(2028, 1, 1)), max_size=3))),
    )


@given(hours=hours(), start=moments, span=spans)
@settings(max_examples=120, deadline=None)
def test_exactly_the_span_is_worked_until_it_is_due(hours: WorkingHours, start: datetime, span: timedelta) -> None:
    """Whatever clocks do: between start and due lies the span, not a minute more or less, and due is within hours."""
    due = add_working(hours, start, span)
    assert due > start
    assert working_between(hours, start, due) == span
    assert hours.is_open(due - timedelta(microseconds=1))


@given(hours=hours(), start=moments, spans=st.tuples(spans, spans))
@settings(max_examples=80, deadline=None)
def test_spans_add_up_and_later_starts_are_due_no_earlier(
    hours: WorkingHours, start: datetime, spans: tuple[timedelta, timedelta]
) -> None:
    """Two spans one after another are their sum; a warning after a part of the time never comes after the end."""
    first, second = spans
    assert add_working(hours, add_working(hours, start, first), second) == add_working(hours, start, first + second)
    assert add_working(hours, start, first) <= add_working(hours, start + second, first)


@pytest.mark.parametrize(
    ("start", "span", "due"),
    [
        ("2026-12-04T15:00+01:00", 4, "2026-12-07T11:00+01:00"),  # Friday afternoon: Monday
        ("2026-12-24T16:00+01:00", 2, "2026-12-28T10:00+01:00"),  # over a holiday and a weekend
        ("2026-12-05T12:00+01:00", 8, "2026-12-07T17:00+01:00"),  # on a Saturday: until closing time, not the next day
        ("2027-03-26T16:00+01:00", 2, "2027-03-29T10:00+02:00"),  # clocks go forward in that weekend's night
        ("2027-10-29T16:00+02:00", 2, "2027-11-01T10:00+01:00"),  # … and back
    ],
)
def test_what_is_due_when(start: str, span: int, due: str) -> None:
    """Nights, weekends, holidays and clock changes as people count them."""
    found = add_working(BERLIN, datetime.fromisoformat(start), timedelta(hours=span))
    assert found == datetime.fromisoformat(due)


def test_a_night_shift_on_the_night_of_a_clock_change_is_as_long_as_it_is() -> None:
    """From midnight to four there are three hours in March, and five in October."""
    night = BERLIN.model_copy(update={"days": DAYS, "opens": time(0), "closes": time(4), "holidays": ()})
    for day, worked in ((date(2027, 3, 28), 3), (date(2027, 10, 31), 5)):
        begins = datetime.combine(day, time(0), tzinfo=night.zone)
        assert working_between(night, begins, begins.astimezone(UTC) + timedelta(hours=12)) == timedelta(hours=worked)


@pytest.mark.parametrize(
    ("due", "language", "says"),
    [
        ("2026-12-04T15:30+01:00", "en", "by 15:30 today"),
        ("2026-12-05T11:00+01:00", "en", "by tomorrow, 11:00"),
        ("2026-12-07T11:00+01:00", "en", "by Monday, 11:00"),
        ("2026-12-14T11:00+01:00", "en", "by Monday, 14 December, 11:00"),
        ("2026-12-05T11:00+01:00", "de", "bis morgen, 11:00 Uhr"),
        ("2026-12-07T11:00+01:00", "fr", "by Monday, 11:00"),
    ],
)
def test_a_promise_in_the_customers_words(due: str, language: str, says: str) -> None:
    """Today, tomorrow, a weekday; beyond a week the date too."""
    now = datetime.fromisoformat("2026-12-04T12:00+01:00")
    assert by_when(datetime.fromisoformat(due), now, "Europe/Berlin", language) == says


@given(moments)
def test_a_promise_is_for_a_round_time_and_never_earlier(moment: datetime) -> None:
    """What is said is what is kept."""
    rounded = rounded_up(moment)
    assert timedelta(0) <= rounded - moment < timedelta(minutes=5)
    assert (rounded.minute % 5, rounded.second, rounded.microsecond) == (0, 0, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Europe/Atlantis"},
        {"opens": "9"},
        {"opens": 540},
        {"closes": "08:00"},
        {"days": []},
        {"days": ["mon", "mon"]},
        {"days": ["Monday"]},
    ],
)
def test_hours_that_cannot_be_meant_are_refused(wrong: dict[str, object]) -> None:
    """Each with an error of its own."""
    with pytest.raises(ValidationError):
        WorkingHours.model_validate(BERLIN.model_dump() | wrong)


@pytest.mark.parametrize("span", ["4", "4h", "0 hours", "-1 hour", "2 days", 4])
def test_a_span_of_working_time_has_a_unit(span: object) -> None:
    """A day of work is not a day, so days are not taken."""
    with pytest.raises(ValidationError, match="30 minutes"):
        Queue.model_validate({"first_response": span})
