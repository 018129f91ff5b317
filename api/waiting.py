"""Waiting for the answer to a message: `?wait=` watches a ticket's events and reads what was said.

The workflow is not asked: its handlers return receipts, and an answer is there when it is committed.
"""

import asyncio
from collections.abc import Sequence

from api.services import Services
from domain.event import EventKind, TicketEvent
from domain.ids import TenantId, TicketId
from domain.message import AuthorKind, Message
from domain.model import Model
from domain.ticket import WaitingFor
from store.events import read_events
from store.messages import read_messages
from store.tickets import TicketRow, read_ticket

MAX_WAIT_SECONDS = 60
#: How often to look without having heard anything: the connection that listens may have been lost.
_LOOK_AGAIN_SECONDS = 5.0
#: What ends a turn for whoever wrote: words, or somebody else's move.
_ANSWERS: frozenset[EventKind] = frozenset(
    {"reply_sent", "approval_requested", "handed_off", "operator_replied", "resolved", "closed"}
)


class Answered(Model):
    """The ticket after the turn that read the message, and what was said since."""

    ticket: TicketRow
    answers: tuple[Message, ...]


def is_answered(events: Sequence[TicketEvent], seq: int, waiting_for: WaitingFor) -> bool:
    """Whether a turn that has read message `seq` came to an end.

    A turn records the messages it has read before what it says, in one batch; a draft that was dropped as stale leaves
    no answer. What a person has is only noted, and nobody promises when they write.
    """
    read_at = next((e.seq for e in events if e.kind == "message_received" and e.body.get("seq") == seq), None)
    if read_at is None:
        return False
    return waiting_for is WaitingFor.operator or any(e.seq > read_at and e.kind in _ANSWERS for e in events)


async def await_answer(
    services: Services, tenant: TenantId, ticket_id: TicketId, seq: int, seconds: int
) -> Answered | None:
    """Return the answer to message `seq` as soon as it is there, or None when the time is up."""
    clock = asyncio.get_running_loop()
    until = clock.time() + seconds
    with services.bell.listen(tenant, ticket_id) as ear:
        while (found := await _look(services, tenant, ticket_id, seq)) is None:
            left = until - clock.time()
            if left <= 0 or services.bell.is_stopped:
                return None
            await ear.wait(min(left, _LOOK_AGAIN_SECONDS))
    return found


async def _look(services: Services, tenant: TenantId, ticket_id: TicketId, seq: int) -> Answered | None:
    async with services.pools.operator(tenant) as conn:
        ticket = await read_ticket(conn, tenant, ticket_id)
        events = await read_events(conn, tenant, ticket_id)
        if not is_answered(events, seq, ticket.waiting_for):
            return None
        said = await read_messages(conn, tenant, ticket_id, after=seq)
    return Answered(ticket=ticket, answers=tuple(m for m in said if m.author is not AuthorKind.customer))
