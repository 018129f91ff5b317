"""A customer's live view of one ticket: each new message, and where the ticket stands whenever that changes.

It is rung by the ticket's events and reads only what the customer's own scope shows. The id of a message is its number,
so that a client goes on from `Last-Event-ID`.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from api.services import Services
from api.streams import HEARTBEAT_SECONDS
from api.widget.callers import Guest
from api.widget.showing import read_state, shown
from api.widget.views import StateView
from domain.ids import TenantId
from domain.message import AuthorKind
from domain.model import Model
from domain.ticket import TicketRef
from store.operators import list_members
from store.visits import Said, read_said

#: A stream ends then, and whoever goes on shows their token again: it may have expired.
STREAM_SECONDS = 900


async def visit_frames(services: Services, guest: Guest, ref: TicketRef, after: int) -> AsyncGenerator[bytes, None]:
    """Every message after the given one, then each new one, until the client or the server goes, or time is up.

    Streams are counted for the guest: a visitor who has named an account takes none of its customer's.
    """
    site, ticket_id = services.site(guest.tenant), ref.ticket_id
    until = asyncio.get_running_loop().time() + STREAM_SECONDS
    told: StateView | None = None
    with (
        services.visits.streaming(guest.tenant, guest.customer),
        services.bell.listen(guest.tenant, ticket_id) as ear,
    ):
        while not services.bell.is_stopped and asyncio.get_running_loop().time() < until:
            async with services.pools.customer(guest.tenant, ref.customer_id) as conn:
                said = await read_said(conn, guest.tenant, ticket_id, after=after)
                state = await read_state(conn, guest.tenant, ticket_id, site)
            names = await _names(services, guest.tenant, said)
            for message in said:
                after = message.seq
                yield _frame("message", shown(message, names), after)
            if state != told:
                told = state
                yield _frame("state", state)
            if not await ear.wait(HEARTBEAT_SECONDS):
                yield b": heartbeat\n\n"


async def _names(services: Services, tenant: TenantId, said: Sequence[Said]) -> dict[str, str]:
    """The operators' names; their table is beyond a customer's scope, and nothing else of it is told."""
    if all(message.author is not AuthorKind.operator for message in said):
        return {}
    async with services.pools.operator(tenant) as conn:
        return {member.operator_id: member.name for member in await list_members(conn)}


def _frame(name: str, view: Model, seq: int | None = None) -> bytes:
    identity = f"id: {seq}\n" if seq is not None else ""
    return f"{identity}event: {name}\ndata: {view.model_dump_json()}\n\n".encode()
