"""Forgetting a customer: their tickets are closed through their workflows first, and only then are the words erased.

An open ticket would go on without its words; an effect under way would be left to a workflow that has ended. So what
cannot be closed is named, and nothing is erased.
"""

import asyncio
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from api.nudge import Nudger
from domain.errors import Conflict, TicketClosed, Unavailable
from domain.ids import CustomerId, TenantId
from domain.ticket import TicketStatus
from store.erasure import Erasure, Standing, erase_words, read_standing
from store.pools import Pools
from store.tickets import read_ticket
from workflows.state import CloseAsked

#: How long a ticket may take to finish the turn it is in and close.
CLOSING = timedelta(seconds=15)
_LOOK_SECONDS = 0.1


async def forget(
    pools: Pools,
    nudger: Nudger,
    tenant: TenantId,
    customer_id: CustomerId,
    *,
    asked_by: str,
    clock: Callable[[], datetime],
) -> Erasure:
    """Close a customer's tickets and erase their words; once more erases what has come since.

    Raises:
        NotFound: there is no ticket of such a customer.
        Conflict: an action of theirs is under way or waits for approval; nothing was erased.
        Unavailable: a ticket did not close in time; ask again.
    """
    async with pools.operator(tenant) as conn:
        found = await read_standing(conn, tenant, customer_id)
    alive = [ticket for ticket in found if ticket.status is not TicketStatus.closed]
    _refuse_unsettled(found, alive)
    for ticket in alive:
        await _close(pools, nudger, tenant, ticket, asked_by)
    deadline = clock() + CLOSING
    while alive:
        async with pools.operator(tenant) as conn:
            found = await read_standing(conn, tenant, customer_id)
        alive = [ticket for ticket in found if ticket.status is not TicketStatus.closed]
        if alive and clock() > deadline:
            raise Unavailable(f"{_named(alive)} did not close in time; nothing was erased. Ask again.")
        await asyncio.sleep(_LOOK_SECONDS if alive else 0)
    async with pools.operator(tenant) as conn:
        return await erase_words(conn, tenant, customer_id, asked_by=asked_by, at=clock())


async def _close(pools: Pools, nudger: Nudger, tenant: TenantId, ticket: Standing, asked_by: str) -> None:
    async with pools.operator(tenant) as conn:
        row = await read_ticket(conn, tenant, ticket.ticket_id)
    try:
        await nudger.close(row.ref, CloseAsked(by=asked_by), f"forget:{secrets.token_hex(8)}")
    except TicketClosed:
        return


def _refuse_unsettled(found: Sequence[Standing], alive: Sequence[Standing]) -> None:
    acting = [ticket for ticket in found if ticket.is_acting]
    if acting:
        raise Conflict(f"An action is under way on {_named(acting)}; nothing was erased. Ask again when it is settled.")
    waiting = [ticket for ticket in alive if ticket.awaits_approval]
    if waiting:
        raise Conflict(f"An approval is open on {_named(waiting)}; nothing was erased. Decide it first.")


def _named(tickets: Sequence[Standing]) -> str:
    return ", ".join(ticket.ticket_id for ticket in tickets)
