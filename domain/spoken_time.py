"""A moment to come, in the words a customer would use: "by tomorrow, 11:00"."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

_WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
}
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}
_FORMS = {
    "en": {
        "today": "by {clock} today",
        "tomorrow": "by tomorrow, {clock}",
        "soon": "by {weekday}, {clock}",
        "later": "by {weekday}, {day} {month}, {clock}",
    },
    "de": {
        "today": "heute bis {clock} Uhr",
        "tomorrow": "bis morgen, {clock} Uhr",
        "soon": "bis {weekday}, {clock} Uhr",
        "later": "bis {weekday}, {day}. {month}, {clock} Uhr",
    },
}
#: Promises are made for round times.
_STEP = timedelta(minutes=5)
_WEEK = 7


def rounded_up(moment: datetime) -> datetime:
    """The next full five minutes: what is promised is what is said."""
    rest = (moment - datetime(1970, 1, 1, tzinfo=UTC)) % _STEP
    return moment if not rest else moment + (_STEP - rest)


def by_when(due: datetime, now: datetime, time_zone: str, language: str) -> str:
    """Say by when, on the wall clock of a time zone; English where the language is not known.

    Within the week the weekday is enough; from then on the date is named too, so that no "Monday" is the wrong one.
    """
    locale = language if language in _FORMS else "en"
    there, here = due.astimezone(ZoneInfo(time_zone)), now.astimezone(ZoneInfo(time_zone))
    days = (there.date() - here.date()).days
    form = "today" if days <= 0 else "tomorrow" if days == 1 else "soon" if days < _WEEK else "later"
    return _FORMS[locale][form].format(
        clock=f"{there:%H:%M}",
        weekday=_WEEKDAYS[locale].split()[there.weekday()],
        day=there.day,
        month=_MONTHS[locale].split()[there.month - 1],
    )
