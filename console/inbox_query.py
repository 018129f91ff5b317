"""The inbox's filters, as one line that lives in the address: `is:waiting intent:refund older:1h charger`.

A line is read strictly: a filter that does not exist is told, never silently dropped, for then more would be shown than
was asked for.
"""

import re
from datetime import datetime, timedelta
from difflib import get_close_matches

from domain.errors import InvalidInput
from domain.ids import Label
from domain.model import Model
from domain.ticket import TicketStatus, WaitingFor
from store.desk import InboxFilter

MOST_CHARS = 200
_S = TicketStatus
_UNSOLVED = (_S.new, _S.open, _S.pending, _S.on_hold)
_IS: dict[str, dict[str, object]] = {
    **{status.value: {"statuses": (status,)} for status in TicketStatus},
    "unsolved": {"statuses": _UNSOLVED},
    "waiting": {"waiting_for": (WaitingFor.operator, WaitingFor.approver)},
    "approval": {"waiting_for": (WaitingFor.approver,)},
    "urgent": {"is_urgent": True},
    "mine": {"assigned_to": "me"},
    "unassigned": {"assigned_to": ""},
    "reopened": {"is_reopened": True},
}
_FIELDS = ("intent", "queue", "customer", "assigned", "channel")
_AGES = ("older", "newer")
_KEYS = ("is", *_FIELDS, *_AGES, "sort")
_AGE = re.compile(r"^(\d{1,4})(m|h|d|w)$")
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_TERM = re.compile(r"^([a-z_]+):(.+)$")
_LABEL = re.compile(r"^[a-z][a-z0-9_]{0,62}$")


class View(Model):
    """A saved filter: a name for a line that everybody uses."""

    name: Label
    title: str
    line: str


VIEWS = (
    View(name="waiting", title="Waiting for us", line="is:waiting sort:oldest"),
    View(name="mine", title="Mine", line="is:mine is:unsolved"),
    View(name="unassigned", title="Unassigned", line="is:unassigned is:waiting sort:oldest"),
    View(name="unsolved", title="Unsolved", line="is:unsolved"),
    View(name="solved", title="Solved", line="is:solved"),
    View(name="all", title="All", line=""),
)


def read_line(line: str, *, me: str, now: datetime) -> InboxFilter:
    """Read a line of filters; what is no filter is searched for as words.

    Raises:
        InvalidInput: a filter or a value of one that does not exist; the text says which, and what there is.
    """
    if len(line) > MOST_CHARS:
        raise InvalidInput(f"A filter has at most {MOST_CHARS} characters.")
    read: dict[str, object] = {}
    found: list[str] = []
    for term in line.split():
        match = _TERM.match(term)
        if match is None or (match[1] not in _KEYS and not _is_meant(match[1])):
            found.append(term)
            continue
        read |= _read_term(match[1], match[2], now)
    if read.get("assigned_to") == "me":
        read["assigned_to"] = me
    return InboxFilter.model_validate({**read, "words": " ".join(found) or None})


def _is_meant(key: str) -> bool:
    """Whether somebody meant a filter: "http:" in a text that is searched for is none."""
    return bool(get_close_matches(key, _KEYS, n=1, cutoff=0.75))


def _read_term(key: str, value: str, now: datetime) -> dict[str, object]:
    match key:
        case "is" if value in _IS:
            return _IS[value]
        case "is":
            raise InvalidInput(f"There is no “is:{value[:40]}”. There are: {', '.join(_IS)}.")
        case "assigned":
            return {"assigned_to": "" if value == "none" else value}
        case "customer":
            return {"customer_id": value}
        case _ if key in _FIELDS and _LABEL.match(value.lower()):
            return {key: value.lower()}
        case _ if key in _FIELDS:
            raise InvalidInput(f"“{key}:” wants a name of letters, digits and “_”, as in “intent:refund_request”.")
        case _ if key in _AGES:
            return {"updated_before" if key == "older" else "updated_after": now - _age(value)}
        case "sort" if value in {"oldest", "newest"}:
            return {"oldest_first": value == "oldest"}
        case "sort":
            raise InvalidInput("There is “sort:oldest” and “sort:newest”.")
        case _:
            near = get_close_matches(key, _KEYS, n=1, cutoff=0.75)
            raise InvalidInput(f"There is no filter “{key[:40]}:”. Did you mean “{near[0]}:”?")


def _age(value: str) -> timedelta:
    match = _AGE.match(value)
    if match is None:
        raise InvalidInput("An age is a number and m, h, d or w: “older:30m”, “newer:2d”.")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})
