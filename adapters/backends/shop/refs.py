"""The back end's own references, and how a handle leads back to one.

A ref is what the customer knows (an order's or invoice's number, a SKU) or the customer's id; where there can be
several of a kind below it, an ordinal follows: `10042/2`. A handle is a digest of ticket, kind and ref, so it
cannot be read, but the few refs it may stand for can be tried. That keeps `prepare` free of I/O, and the ref is
right or there is none.
"""

from domain.errors import ActionRefused
from domain.ids import Handle, TicketId, handle_for

#: More of one kind below one order, invoice or customer than any has.
MOST = 500


def nth(parent: str, n: int) -> str:
    """The ref of the n-th record (from 1) of a kind below `parent`."""
    return f"{parent}/{n}"


def parent_of(ref: str) -> str:
    """The ref of the record that `ref` hangs on."""
    return ref.rpartition("/")[0]


def former(ref: str) -> str:
    """The ref of an address as it was before its last change."""
    return f"{ref}/former"


def ref_behind(handle: Handle, kind: str, ticket_id: TicketId, parent: str) -> str:
    """The ref below `parent` that `handle` was made of in this ticket.

    Raises:
        ActionRefused: there is none ("unknown_record").
    """
    for n in range(1, MOST + 1):
        if handle_for(kind, ticket_id, nth(parent, n)) == handle:
            return nth(parent, n)
    raise unknown_record()


def unknown_record() -> ActionRefused:
    """The one answer for a handle that names nothing here, whether it is guessed, foreign or stale."""
    return ActionRefused("There is no such record.", code="unknown_record")
