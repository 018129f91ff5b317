"""Server-sent events: a ticket's events, or a tenant's, as they are committed.

A stream is fed from Postgres, never from a workflow. It holds no connection while it waits, and reads in its caller's
own scope; after a break a client goes on from `Last-Event-ID`.
"""

from collections.abc import AsyncIterator

from starlette.responses import StreamingResponse

from api.bell import Bell
from api.schemas.events import EventView
from domain.ids import TenantId, TicketId
from store.events import read_events
from store.listen import DraftNotice
from store.pools import Pools

HEARTBEAT_SECONDS = 15.0
_HEARTBEAT = b": heartbeat\n\n"


def stream(frames: AsyncIterator[bytes]) -> StreamingResponse:
    """Answer with a stream of frames; no proxy may hold it back."""
    return StreamingResponse(frames, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def ticket_frames(
    pools: Pools, bell: Bell, tenant: TenantId, ticket_id: TicketId, after: int, *, with_drafts: bool = False
) -> AsyncIterator[bytes]:
    """Every event of a ticket after the given one, then each new one, until the client or the server goes.

    `with_drafts` adds what is being written, before any check: for operators, who may see it, and never for customers.
    """
    with bell.listen(tenant, ticket_id) as ear:
        while not bell.is_stopped:
            async with pools.operator(tenant) as conn:
                events = await read_events(conn, tenant, ticket_id, after=after)
            for event in events:
                yield frame(EventView.of(ticket_id, event), with_id=True)
                after = event.seq
            for draft in ear.take_drafts() if with_drafts else ():
                yield draft_frame(draft)
            if not await ear.wait(HEARTBEAT_SECONDS):
                yield _HEARTBEAT


async def tenant_frames(pools: Pools, bell: Bell, tenant: TenantId) -> AsyncIterator[bytes]:
    """Each new event of a tenant; there is no going back, so a client reads its lists after (re)connecting."""
    sent: dict[TicketId, int] = {}
    with bell.listen(tenant) as ear:
        yield b": listening\n\n"
        while not bell.is_stopped:
            if not await ear.wait(HEARTBEAT_SECONDS):
                yield _HEARTBEAT
            for ticket_id, first in ear.take().items():
                after = max(first - 1, sent.get(ticket_id, 0))
                async with pools.operator(tenant) as conn:
                    events = await read_events(conn, tenant, ticket_id, after=after)
                for event in events:
                    yield frame(EventView.of(ticket_id, event), with_id=False)
                    sent[ticket_id] = event.seq


def draft_frame(draft: DraftNotice) -> bytes:
    """More words of a draft on the wire; without an id, for there is no going back to them."""
    shown = draft.model_dump_json(exclude={"tenant"})
    return f"event: draft_delta\ndata: {shown}\n\n".encode()


def frame(event: EventView, *, with_id: bool) -> bytes:
    """One event on the wire."""
    identity = f"id: {event.seq}\n" if with_id else ""
    return f"{identity}event: {event.kind}\ndata: {event.model_dump_json()}\n\n".encode()
