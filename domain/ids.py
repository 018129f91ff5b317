"""Identifiers: what each names, and the shapes they may have."""

import hashlib
import secrets
from typing import Annotated

from pydantic import StringConstraints

TenantId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]
#: A customer as the system of record names them, within one tenant.
CustomerId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.@:-]{0,127}$")]
TicketId = Annotated[str, StringConstraints(pattern=r"^T-[0-9A-HJKMNP-TV-Z]{8}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
#: `T-…/a1`: the n-th action proposed on a ticket. One id, one execution.
ActionId = Annotated[str, StringConstraints(pattern=r"^T-[0-9A-HJKMNP-TV-Z]{8}/a[0-9]{1,6}$")]
#: An opaque name of one record of the customer's, valid within one ticket only: `order_4be0c1d2a9`.
Handle = Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,24}_[0-9a-f]{10}$")]
#: A short name chosen by the workspace: an intent, slot, action, reply, queue or rule.
Label = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,62}$")]

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_ticket_id() -> TicketId:
    """Make a random ticket id: 40 bits, readable aloud (Crockford's base 32)."""
    return "T-" + "".join(secrets.choice(_CROCKFORD) for _ in range(8))


def workflow_id(ticket_id: TicketId) -> str:
    """Name the workflow that owns a ticket."""
    return f"ticket:{ticket_id}"


def handle_for(kind: str, ticket_id: TicketId, ref: str) -> Handle:
    """Name a record within a ticket.

    The handle is a digest, so it says nothing about the record, and it is resolved only by looking through what the
    ticket's own customer may see: a guessed or foreign handle names nothing.
    """
    digest = hashlib.sha256(f"{ticket_id}\x00{kind}\x00{ref}".encode()).hexdigest()
    return f"{kind}_{digest[:10]}"
