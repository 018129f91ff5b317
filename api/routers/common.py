"""What several routers share: ids in paths."""

import base64
import re
from typing import Annotated

from fastapi import Depends, Path
from pydantic import AfterValidator, StringConstraints

from api.schemas.base import TICKET
from domain.errors import NotFound
from domain.ids import ActionId, TicketId

_TICKET_ID = re.compile(r"T-[0-9A-HJKMNP-TV-Z]{8}")
_APPROVAL_ID = re.compile(_TICKET_ID.pattern + r"/a[0-9]{1,6}")


def _ticket_id(ticket_id: Annotated[str, Path(description="The ticket's id.", examples=[TICKET])]) -> TicketId:
    """A malformed id names nothing, like an unknown or a foreign one."""
    if not _TICKET_ID.fullmatch(ticket_id):
        raise NotFound("There is no such ticket.")
    return ticket_id


def _approval_id(
    approval_id: Annotated[str, Path(description="The approval's id, with its slash.", examples=[f"{TICKET}/a1"])],
) -> ActionId:
    if not _APPROVAL_ID.fullmatch(approval_id):
        raise NotFound("There is no such approval.")
    return approval_id


def _cursor(text: str) -> str:
    """What a cursor hides is printable ASCII; all else would reach the database."""
    try:
        hidden = base64.urlsafe_b64decode(text).decode("ascii")
    except ValueError:
        hidden = ""
    if not hidden.isprintable() or not hidden:
        raise ValueError("This is no cursor of ours; leave it out to start again.")
    return text


Cursor = Annotated[str, StringConstraints(max_length=200), AfterValidator(_cursor)]
TicketPath = Annotated[TicketId, Depends(_ticket_id)]
ApprovalPath = Annotated[ActionId, Depends(_approval_id)]
#: A version of the policy or of a procedure.
VersionPath = Annotated[int, Path(ge=0, le=2**31 - 1, description="A version's number; 0 is the workspace's file.")]
