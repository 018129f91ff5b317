"""Labels, times and lengths as people read them."""

from datetime import UTC, datetime, timedelta

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def plain(label: str) -> str:
    """A label without its underscores."""
    return label.replace("_", " ")


def span(length: timedelta) -> str:
    """How long something took, in the two units that matter: `0.8 s`, `3 min`, `2 h 5 min`, `3 days`."""
    seconds = max(length.total_seconds(), 0.0)
    if seconds < 10:  # noqa: PLR2004 - below ten seconds tenths still say something
        return f"{seconds:.1f} s"
    if seconds < _MINUTE:
        return f"{seconds:.0f} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE:.0f} min"
    if seconds < _DAY:
        minutes = seconds % _HOUR // _MINUTE
        return f"{seconds // _HOUR:.0f} h" + (f" {minutes:.0f} min" if minutes else "")
    days, hours = seconds // _DAY, seconds % _DAY // _HOUR
    return f"{days:.0f} day{'s' if days != 1 else ''}" + (f" {hours:.0f} h" if days == 1 and hours else "")


def ago(at: datetime, now: datetime | None = None) -> str:
    """How long ago something was, or how far ahead it is."""
    away = (now or datetime.now(UTC)) - at
    if away < timedelta(0):
        return f"in {span(-away)}"
    return "just now" if away < timedelta(seconds=5) else f"{span(away)} ago"


def clock(at: datetime) -> str:
    """The local time of day, with the day where it is not today's."""
    here = at.astimezone()
    today = datetime.now(UTC).astimezone().date()
    return f"{here:%H:%M:%S}" if here.date() == today else f"{here:%-d %b %H:%M}"


def short(key: str) -> str:
    """Enough of a digest to recognise it by."""
    return key[:10]
