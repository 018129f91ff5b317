"""History: a ticket's life told in words, or Temporal's own account of it."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.auth import Reader
from api.errors import documented
from api.reading import names_for
from api.routers.common import TicketPath
from api.schemas.events import HistoryLine, HistoryView
from api.services import Shared
from api.strict_json import StrictRoute
from api.telling import tell
from api.workflow_history import read_runs
from domain.ids import workflow_id
from store.events import read_events
from store.tickets import read_ticket

router = APIRouter(prefix="/v1/tickets/{ticket_id}/history", tags=["history"], route_class=StrictRoute)


@router.get(
    "",
    operation_id="read_history",
    summary="Read a ticket's life",
    response_description="The history.",
    responses=documented("not_found", "invalid_input"),
)
async def get_history(
    ticket_id: TicketPath,
    caller: Reader,
    services: Shared,
    raw: Annotated[bool, Query(description="Temporal's own events instead, by type, time and name.")] = False,  # noqa: FBT002
) -> HistoryView:
    """Tell what happened, one line for each event, by code."""
    async with services.pools.operator(caller.tenant) as conn:
        await read_ticket(conn, caller.tenant, ticket_id)
        if not raw:
            events = await read_events(conn, caller.tenant, ticket_id)
            names = await names_for(services, conn, caller.tenant, events)
            lines = [HistoryLine(seq=e.seq, at=e.at, kind=e.kind, text=tell(e, names)) for e in events]
            return HistoryView(ticket_id=ticket_id, lines=tuple(lines))
    runs = await read_runs(services.deps.temporal, ticket_id)
    return HistoryView(ticket_id=ticket_id, workflow_id=workflow_id(ticket_id), runs=runs)
