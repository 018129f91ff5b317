"""Working hours: when a queue is staffed, and what "four hours from now" means there.

All instants are aware datetimes; the wall clock of a time zone only says when a day's hours begin and end. So a day on
which clocks change is as long as it is, and no working minute is counted twice or lost.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from domain.model import Model

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
_DAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"([1-9][0-9]{0,4}) (minute|hour)s?")
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_LEAST_MINUTES = 15
#: Ten years: whoever is closed for longer never comes back.
_MOST_DAYS = 3_660


def _span(value: object) -> object:
    if isinstance(value, str) and (match := _SPAN.fullmatch(value)):
        number = int(match[1])
        return timedelta(hours=number) if match[2] == "hour" else timedelta(minutes=number)
    if isinstance(value, timedelta):
        return value
    raise ValueError("must be a span of working time like '30 minutes' or '4 hours'")


def _clock(value: object) -> object:
    if isinstance(value, time) or (isinstance(value, str) and _CLOCK.fullmatch(value)):
        return value
    raise ValueError('must be a time of day in quotes, like "09:00"')


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # not found, a folder, or no name at all
        raise ValueError(f"there is no time zone '{name}'; write one like 'Europe/Berlin'") from None
    return name


#: "4 hours": time that counts only while somebody works.
WorkingSpan = Annotated[timedelta, BeforeValidator(_span)]
ClockTime = Annotated[time, BeforeValidator(_clock)]
TimeZone = Annotated[str, AfterValidator(_zone)]


class WorkingHours(Model):
    """On which days, from when until when, and on which holidays nobody is there."""

    time_zone: TimeZone
    days: Annotated[tuple[Weekday, ...], Field(min_length=1)]
    opens: ClockTime
    closes: ClockTime
    holidays: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _opens_first(self) -> "WorkingHours":
        minutes = [at.hour * 60 + at.minute for at in (self.opens, self.closes)]
        if minutes[1] - minutes[0] < _LEAST_MINUTES:
            raise ValueError(f"closes: must be at least {_LEAST_MINUTES} minutes later than opens, on the same day")
        if len(set(self.days)) != len(self.days):
            raise ValueError("days: one of them stands there twice")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.time_zone)

    def windows(self, since: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The staffed stretches that end after `since`, in order, in UTC; none after ten years."""
        day = since.astimezone(self.zone).date()
        for number in range(_MOST_DAYS):
            today = day + timedelta(days=number)
            if _DAYS[today.weekday()] not in self.days or today in self.holidays:
                continue
            begins, ends = (
                datetime.combine(today, at, tzinfo=self.zone).astimezone(UTC) for at in (self.opens, self.closes)
            )
            if begins < ends and ends > since:  # an hour that a clock change skips is no working hour
                yield max(begins, since.astimezone(UTC)), ends

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there at that moment."""
        begins, _ = next(self.windows(at), (None, None))
        return begins == at.astimezone(UTC)


def add_working(hours: WorkingHours | None, start: datetime, span: timedelta) -> datetime:
    """The moment (UTC) by which `span` of working time has passed since `start`; without hours every minute counts.

    Raises ValueError for hours that are never kept within ten years.
    """
    if hours is None:
        return start.astimezone(UTC) + span
    left = span
    for begins, ends in hours.windows(start):
        if left <= ends - begins:
            return begins + left
        left -= ends - begins
    raise ValueError("nobody works in the next ten years by these hours")


def working_between(hours: WorkingHours | None, start: datetime, end: datetime) -> timedelta:
    """How much working time lies between two moments; zero where `end` is not after `start`."""
    if end <= start:
        return timedelta(0)
    if hours is None:
        return end - start
    total = timedelta(0)
    for begins, ends in hours.windows(start):
        if begins >= end:
            break
        total += min(ends, end) - begins
    return total
