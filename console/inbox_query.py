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
#: Whoever asks what there is to do has put some of it off; whoever searches finds that, too.
_AWAKE = {"is_snoozed": False}
_IS: dict[str, dict[str, object]] = {
    **{status.value: {"statuses": (status,)} for status in TicketStatus},
    "unsolved": {"statuses": _UNSOLVED, **_AWAKE},
    "waiting": {"waiting_for": (WaitingFor.operator, WaitingFor.approver), **_AWAKE},
    "approval": {"waiting_for": (WaitingFor.approver,), **_AWAKE},
    "urgent": {"is_urgent": True, **_AWAKE},
    "mine": {"assigned_to": "me", **_AWAKE},
    "unassigned": {"assigned_to": "", **_AWAKE},
    "breached": {"is_breached": True, "statuses": _UNSOLVED, **_AWAKE},
    "reopened": {"is_reopened": True},
    "snoozed": {"is_snoozed": True},
}
_FIELDS = ("intent", "queue", "customer", "assigned", "channel")
#: The filters that there are.
KEYS = ("is", *_FIELDS, "older", "newer", "sla", "sort")


class View(Model):
    """A saved filter: a name for a line that everybody uses."""

    name: Label
    title: str
    line: str


VIEWS = (
    View(name="waiting", title="Waiting for us", line="is:waiting sort:oldest"),
    View(name="mine", title="Mine", line="is:mine is:unsolved"),
    View(name="unassigned", title="Unassigned", line="is:unassigned is:waiting sort:oldest"),
    View(name="breached", title="Late", line="is:breached sort:oldest"),
    View(name="snoozed", title="Snoozed", line="is:snoozed"),
    View(name="unsolved", title="Unsolved", line="is:unsolved"),
    View(name="solved", title="Solved", line="is:solved"),
    View(name="all", title="All", line=""),
)


def read_line(line: str, *, me: str, now: datetime) -> InboxFilter:
    """Read a line of filters; what is no filter is searched for as words.

    Raises:
        InvalidInput: a filter or a value of one that does not exist; the text says which, and what there is.
    """
    terms, words = read_terms(line, KEYS)
    read: dict[str, object] = {"words": words}
    for key, value in terms:
        read |= _read_term(key, value, now)
    if ("is", "snoozed") in terms:
        read["is_snoozed"] = True
    if read.get("assigned_to") == "me":
        read["assigned_to"] = me
    return InboxFilter.model_validate(read)


def _read_term(key: str, value: str, now: datetime) -> Mapping[str, object]:
    match key:
        case "is":
            return read_is(value, _IS)
        case "assigned":
            return {"assigned_to": "", **_AWAKE} if value == "none" else {"assigned_to": value}
        case "customer":
            return {"customer_id": value}
        case "older" | "newer" | "sla":
            age = read_age(value)
            meant: dict[str, Mapping[str, object]] = {
                "older": {"updated_before": now - age},
                "newer": {"updated_after": now - age},
                "sla": {"due_before": now + age, **_AWAKE},
            }
            return meant[key]
        case "sort" if value in {"oldest", "newest"}:
            return {"oldest_first": value == "oldest"}
        case "sort":
            raise InvalidInput("There is “sort:oldest” and “sort:newest”.")
        case _:
            return {key: read_label(key, value)}
