"""What keeps open pages up to date: a stream that tells which tickets changed; pages fetch the words themselves.

So a tab costs one waiting connection, and rows are read in the scope of whoever looks at them.
"""

import json
import time
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.auth import Scope
from api.bell import Bell
from api.services import Shared
from api.streams import HEARTBEAT_SECONDS, stream
from console.seat import Seated
from domain.ids import TenantId, TicketId

#: A stream ends after that long and is asked for again, by somebody who is still signed in or not at all.
LONGEST_SECONDS = 600
router = APIRouter()


@router.get("/live")
async def live(
    request: Request, seat: Seated, services: Shared, ticket: Annotated[TicketId | None, Query()] = None
) -> Response:
    """Stream which tickets of the tenant change, and what is being drafted on the one that is open."""
    drafts_of = ticket if seat.may(Scope.operators) else None
    return stream(_frames(request, services.bell, seat.tenant, drafts_of))


async def _frames(request: Request, bell: Bell, tenant: TenantId, drafts_of: TicketId | None) -> AsyncIterator[bytes]:
    until = time.monotonic() + LONGEST_SECONDS
    with bell.listen(tenant, drafts_of=drafts_of) as ear:
        yield b"retry: 1000\n\n: listening\n\n"
        while not bell.is_stopped and time.monotonic() < until and not await request.is_disconnected():
            if not await ear.wait(HEARTBEAT_SECONDS):
                yield b": heartbeat\n\n"
                continue
            for ticket_id in ear.take():
                yield _frame("ticket", {"ticket": ticket_id})
            for draft in ear.take_drafts():
                yield _frame("draft", {"ticket": draft.ticket_id, "at": draft.at, "text": draft.text})


def _frame(event: str, data: dict[str, str | int]) -> bytes:
    return f"event: {event}\ndata: {json.dumps(data)}\n\n".encode()
