"""The filters of what waits for approval, as one line that lives in the address: `role:support expires:1h is:mine`."""

from datetime import datetime

from console.inbox_query import View
from console.terms import read_age, read_is, read_label, read_terms
from store.approval_desk import WaitingFilter

_IS: dict[str, dict[str, object]] = {"mine": {"for_me": True}, "snoozed": {"snoozed": True}}
#: The filters that there are.
KEYS = ("is", "role", "action", "expires")

VIEWS = (
    View(name="all", title="All that waits", line=""),
    View(name="mine", title="Mine to decide", line="is:mine"),
    View(name="soon", title="Expiring", line="expires:1h"),
    View(name="snoozed", title="Snoozed", line="is:snoozed"),
)


def read_line(line: str, now: datetime) -> WaitingFilter:
    """Read a line of filters; raises InvalidInput for a filter, or a value of one, that does not exist."""
    terms, words = read_terms(line, KEYS)
    read: dict[str, object] = {"words": words}
    for key, value in terms:
        match key:
            case "is":
                read |= read_is(value, _IS)
            case "expires":
                read["expires_before"] = now + read_age(value)
            case _:
                read[key] = read_label(key, value)
    return WaitingFilter.model_validate(read)
