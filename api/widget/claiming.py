"""A visitor says whose account is theirs: they go on in a new ticket of that account, which knows them as `claimed`.

The ticket they came from stays the visit's own and is not touched: whose a ticket is never changes. The new one asks
for a proof like every ticket whose writer is not proven, and a name that nobody has is a customer whom the records do
not know: everything happens but the letter.
"""

import hmac

from api import intake
from api.errors import Refused
from api.idempotency import Once
from api.identity import can_be_proven
from api.schemas.messages import Receipt
from api.services import Services
from api.widget.callers import Guest
from api.widget.views import ClaimBody
from domain.errors import NotFound
from domain.ids import CustomerId
from store.tickets import TicketRow, read_ticket


def digest(services: Services, guest: Guest, body: ClaimBody) -> str:
    """What stands for a name where the name itself must not be kept; the same for the same name."""
    words = f"claim\x00{guest.tenant}\x00{_plain(body)}".encode()
    return hmac.digest(services.deps.visitor_key, words, "sha256").hex()[:32]


async def claim(services: Services, guest: Guest, once: Once, ticket: TicketRow, body: ClaimBody) -> Receipt:
    """Open the account's ticket with what the visitor wants of it.

    Raises:
        Refused: whoever asks is signed in, or nobody can be proven here.
        Unavailable: the tenant's records do not answer; nothing was opened.
    """
    find = services.deps.find_account
    if not guest.principal.is_visitor:
        raise Refused("conflict", "You are signed in; there is no account to name.")
    if find is None or not can_be_proven(services, ticket.ref):
        raise Refused("conflict", "Nobody can be proven here; sign in, or ask for a person.")
    origin = await _origin(services, guest, ticket)
    customer: CustomerId = await find(origin.ref, _plain(body)) or f"unknown:{digest(services, guest, body)}"
    return await intake.open_claimed(services, once, origin, customer, body.text)


async def _origin(services: Services, guest: Guest, ticket: TicketRow) -> TicketRow:
    """The visit's own ticket: whoever named the wrong account names another from there."""
    if not guest.is_claiming(ticket):
        return ticket
    if ticket.follow_up_of is None:
        raise NotFound("There is no such ticket.")
    async with services.pools.customer(guest.tenant, guest.customer) as conn:
        return await read_ticket(conn, guest.tenant, ticket.follow_up_of)


def _plain(body: ClaimBody) -> str:
    """An order's number without the sign that people put before it; case says nothing in either."""
    return body.account.removeprefix("#").strip().lower()
