"""The inbox's filters, as one line that lives in the address: `is:waiting intent:refund older:1h charger`."""

from collections.abc import Mapping
from datetime import datetime

from console.terms import read_age, read_is, read_label, read_terms
from domain.errors import InvalidInput
from domain.ids import Label
from domain.model import Model
from domain.ticket import TicketStatus, WaitingFor
from store.desk import InboxFilter

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
_KEYS = ("is", *_FIELDS, "older", "newer", "sort")


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
    terms, words = read_terms(line, _KEYS)
    read: dict[str, object] = {"words": words}
    for key, value in terms:
        read |= _read_term(key, value, now)
    if read.get("assigned_to") == "me":
        read["assigned_to"] = me
    return InboxFilter.model_validate(read)


def _read_term(key: str, value: str, now: datetime) -> Mapping[str, object]:
    match key:
        case "is":
            return read_is(value, _IS)
        case "assigned":
            return {"assigned_to": "" if value == "none" else value}
        case "customer":
            return {"customer_id": value}
        case "older" | "newer":
            return {"updated_before" if key == "older" else "updated_after": now - read_age(value)}
        case "sort" if value in {"oldest", "newest"}:
            return {"oldest_first": value == "oldest"}
        case "sort":
            raise InvalidInput("There is “sort:oldest” and “sort:newest”.")
        case _:
            return {key: read_label(key, value)}
