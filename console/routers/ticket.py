"""A ticket's page: conversation, what waits for approval, the reply, and what is known; files and evidence of it."""

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.routers.common import TicketPath
from api.services import Shared
from console.routers.inbox import Line
from console.seat import Seated
from console.ticket_visit import Visit
from console.told import forget, said_before
from store.messages import read_attachment
from store.ticket_page import read_passage
from store.tickets import read_ticket

router = APIRouter()
_Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get("/tickets/{ticket_id}")
async def get_ticket(
    request: Request,
    ticket_id: TicketPath,
    seat: Seated,
    services: Shared,
    q: Line = None,
    turn: Annotated[int | None, Query(ge=1, le=10_000, description="Whose path through the graph is drawn.")] = None,
    do: Annotated[str | None, Query(max_length=40, description="The dialog that is open.")] = None,
) -> Response:
    """Show a ticket beside the inbox."""
    told = said_before(request)
    response = await Visit(request, seat, services, ticket_id, q).show(turn=turn, opened=do, told=told)
    if told is not None:
        forget(response)
    return response


@router.get("/tickets/{ticket_id}/evidence/{passage_id}")
async def get_evidence(
    request: Request, ticket_id: TicketPath, passage_id: _Number, seat: Seated, services: Shared, q: Line = None
) -> Response:
    """Show a passage that a reply of this ticket rests on, as it was then, and how it stands now."""
    async with services.pools.operator(seat.tenant) as conn:
        passage = await read_passage(conn, seat.tenant, ticket_id, passage_id, services.deps.clock())
    return await Visit(request, seat, services, ticket_id, q).show(passage=passage)


@router.get("/tickets/{ticket_id}/messages/{seq}/files/{number}")
async def get_file(ticket_id: TicketPath, seq: _Number, number: _Number, seat: Seated, services: Shared) -> Response:
    """Download a file of a message: never shown in the browser, whatever it says it is."""
    async with services.pools.operator(seat.tenant) as conn:
        await read_ticket(conn, seat.tenant, ticket_id)
        file = await read_attachment(conn, seat.tenant, ticket_id, seq, number)
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "._- ") else "_" for c in file.info.name)
    headers = {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(file.info.name, safe='')}",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return Response(file.content, media_type="application/octet-stream", headers=headers)
