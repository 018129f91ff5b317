"""Days and weeks as a tenant's people count them: in their own time zone, from one midnight to the next."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, model_validator

from domain.model import Model

Step = Literal["day", "week"]
#: More bars than this are read by nobody; ask for weeks.
MOST_DAYS = 400


def _known(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise ValueError("no such time zone; write it as in Europe/Berlin") from None
    return name


#: A name of the IANA database.
TimeZone = Annotated[str, AfterValidator(_known)]


class Bucket(Model):
    """One day or week, as far as it lies in the period: from `begins_at` until just before `ends_at`."""

    starts_on: date
    begins_at: datetime
    ends_at: datetime


class Period(Model):
    """From the beginning of the first day until the end of the last, in steps; weeks begin on Monday."""

    first: date
    last: date
    step: Step = "day"
    time_zone: TimeZone = "UTC"

    @model_validator(mode="after")
    def _is_orderly(self) -> "Period":
        if self.last < self.first:
            raise ValueError("the last day comes before the first")
        if (self.last - self.first).days >= MOST_DAYS:
            raise ValueError(f"more than {MOST_DAYS} days; ask for a shorter period")
        if not date(2000, 1, 1) <= self.first <= self.last <= date(2200, 1, 1):
            raise ValueError("a day between the years 2000 and 2200 is needed")
        return self

    @property
    def begins_at(self) -> datetime:
        """The first moment of the period."""
        return self._midnight(self.first)

    @property
    def ends_at(self) -> datetime:
        """The first moment after the period."""
        return self._midnight(self.last + timedelta(days=1))

    def buckets(self) -> tuple[Bucket, ...]:
        """The days or weeks in order; they follow one another without a gap, through changes of the clock too."""
        starts = (*self._starts(), self.last + timedelta(days=1))
        return tuple(
            Bucket(starts_on=day, begins_at=self._midnight(day), ends_at=self._midnight(after))
            for day, after in pairwise(starts)
        )

    def _starts(self) -> Iterator[date]:
        yield self.first
        for days in range(1, (self.last - self.first).days + 1):
            day = self.first + timedelta(days=days)
            if self.step == "day" or day.weekday() == 0:
                yield day

    def _midnight(self, day: date) -> datetime:
        # Where clocks are put forward at midnight, the moment at which they are: the day begins at one o'clock.
        return datetime.combine(day, time(), ZoneInfo(self.time_zone)).astimezone(UTC)
