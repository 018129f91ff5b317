"""The filters of tickets that wait for a person, as one line in the address: `queue:billing is:breached sla:1h`."""

from datetime import datetime

from console.inbox_query import View
from console.terms import read_age, read_is, read_label, read_terms
from store.handoff_desk import HandoffFilter

_IS: dict[str, dict[str, object]] = {
    "breached": {"is_late": True},
    "mine": {"assigned_to": "me"},
    "unassigned": {"assigned_to": ""},
    "urgent": {"is_urgent": True},
    "snoozed": {"is_snoozed": True},
}
#: The filters that there are.
KEYS = ("is", "queue", "sla")

VIEWS = (
    View(name="all", title="All that wait", line=""),
    View(name="breached", title="Late", line="is:breached"),
    View(name="soon", title="Due within 1 h", line="sla:1h"),
    View(name="mine", title="Mine", line="is:mine"),
    View(name="unassigned", title="Nobody's", line="is:unassigned"),
    View(name="snoozed", title="Snoozed", line="is:snoozed"),
)


def read_line(line: str, *, me: str, now: datetime) -> HandoffFilter:
    """Read a line of filters; raises InvalidInput for a filter, or a value of one, that does not exist.

    What this person has put off is left out unless it is asked for, or words are searched.
    """
    terms, words = read_terms(line, KEYS)
    read: dict[str, object] = {"words": words, "is_snoozed": None if words else False}
    for key, value in terms:
        match key:
            case "is":
                read |= read_is(value, _IS)
            case "queue":
                read["queue"] = read_label(key, value)
            case _:
                read["due_before"] = now + read_age(value)
    if read.get("assigned_to") == "me":
        read["assigned_to"] = me
    return HandoffFilter.model_validate(read)
