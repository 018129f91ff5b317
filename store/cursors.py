"""Where a page of tickets ended: a time and an id, in a form that nobody takes for either."""

import base64
import binascii
from datetime import datetime

from domain.errors import InvalidInput
from domain.ids import TicketId


def write_cursor(at: datetime, ticket_id: TicketId) -> str:
    """The cursor of a page whose last ticket this is."""
    return base64.urlsafe_b64encode(f"{at.isoformat()} {ticket_id}".encode()).decode()


def read_cursor(cursor: str, *, given_by: str) -> tuple[datetime, TicketId]:
    """Return time and id of a cursor; raises InvalidInput for one that `given_by` cannot have given."""
    try:
        at, ticket_id = base64.urlsafe_b64decode(cursor.encode()).decode().split(" ")
        return datetime.fromisoformat(at), ticket_id
    except (binascii.Error, ValueError):
        raise InvalidInput(f"The cursor is not one that {given_by} gave; leave it out to start again.") from None
