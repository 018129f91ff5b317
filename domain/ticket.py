"""A ticket: the unit of work with a life, its statuses and the legal moves between them."""

from enum import StrEnum
from typing import Literal

from domain.errors import Conflict
from domain.ids import CustomerId, TenantId, TicketId
from domain.model import Model


class TicketStatus(StrEnum):
    """Zendesk's six: pending waits for the customer, on_hold for somebody else; solved can reopen, closed cannot."""

    new = "new"
    open = "open"
    pending = "pending"
    on_hold = "on_hold"
    solved = "solved"
    closed = "closed"


class WaitingFor(StrEnum):
    """Whose move it is."""

    assistant = "assistant"
    customer = "customer"
    approver = "approver"
    operator = "operator"
    nobody = "nobody"


class IdentityLevel(StrEnum):
    """How well we know that the writer is the customer; private data and writes need `proven`."""

    anonymous = "anonymous"
    claimed = "claimed"
    proven = "proven"


Channel = Literal["api", "web", "email"]

_S = TicketStatus
#: Every legal move. A move to the same status is no move and always legal, except out of `closed`, which has no moves.
TRANSITIONS: dict[TicketStatus, frozenset[TicketStatus]] = {
    _S.new: frozenset({_S.open, _S.pending, _S.on_hold, _S.solved, _S.closed}),
    _S.open: frozenset({_S.pending, _S.on_hold, _S.solved, _S.closed}),
    _S.pending: frozenset({_S.open, _S.on_hold, _S.solved, _S.closed}),
    _S.on_hold: frozenset({_S.open, _S.pending, _S.solved, _S.closed}),
    _S.solved: frozenset({_S.open, _S.pending, _S.on_hold, _S.closed}),
    _S.closed: frozenset(),
}


def check_transition(old: TicketStatus, new: TicketStatus) -> None:
    """Raise Conflict if a ticket may not move from `old` to `new`."""
    if old == new and old is not TicketStatus.closed:
        return
    if new not in TRANSITIONS[old]:
        raise Conflict(f"A ticket that is {old} cannot become {new}.")


class TicketRef(Model):
    """Who a ticket belongs to, bound when it was opened; nothing later, least of all a model, can change it."""

    tenant: TenantId
    ticket_id: TicketId
    customer_id: CustomerId
    channel: Channel
    identity: IdentityLevel
