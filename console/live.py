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
from console.seat import Seat, Seated, find_seat
from domain.errors import SetrightError
from domain.ids import TicketId

#: A stream ends after that long and is asked for again: sessions also end by themselves. One that is ended, and a role
#: that is changed, end it at once.
LONGEST_SECONDS = 600
router = APIRouter()


@router.get("/live")
async def live(
    request: Request, seat: Seated, services: Shared, ticket: Annotated[TicketId | None, Query()] = None
) -> Response:
    """Stream which tickets of the tenant change, and what is being drafted on the one that is open."""
    drafts_of = ticket if seat.may(Scope.operators) else None
    return stream(_frames(request, services.bell, seat, drafts_of))


async def _frames(request: Request, bell: Bell, seat: Seat, drafts_of: TicketId | None) -> AsyncIterator[bytes]:
    until = time.monotonic() + LONGEST_SECONDS
    with bell.listen(seat.tenant, drafts_of=drafts_of, operator_id=seat.operator_id) as ear:
        yield b"retry: 1000\n\n: listening\n\n"
        while not bell.is_stopped and time.monotonic() < until and not await request.is_disconnected():
            if ear.take_doubt() and not await _still_sits(request, seat):
                yield _frame("unseated", {})
                return
            if not await ear.wait(HEARTBEAT_SECONDS):
                yield b": heartbeat\n\n"
                continue
            for ticket_id in ear.take():
                yield _frame("ticket", {"ticket": ticket_id})
            for draft in ear.take_drafts():
                yield _frame("draft", {"ticket": draft.ticket_id, "at": draft.at, "text": draft.text})


async def _still_sits(request: Request, seat: Seat) -> bool:
    """Whether the session is good and everything about its seat is as it was; otherwise the page asks again."""
    try:
        return await find_seat(request) == seat
    except SetrightError:  # nobody can say: then nothing is told either
        return False


def _frame(event: str, data: dict[str, str | int]) -> bytes:
    return f"event: {event}\ndata: {json.dumps(data)}\n\n".encode()
