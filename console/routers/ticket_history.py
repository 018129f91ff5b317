"""A ticket's history: its life in words, step by step; Temporal's own events; and all of it to download."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.routers.common import TicketPath
from api.schemas.events import EventListView, EventView, HistoryLine, HistoryView, WorkflowRunView
from api.services import Services, Shared
from api.telling import tell
from api.workflow_history import read_runs
from console.pages import page
from console.seat import Seated
from console.views.history import length_of, steps_of
from console.views.ticket_rows import read_rows
from domain.errors import Unavailable
from domain.ids import TicketId, workflow_id
from domain.model import Model
from store.model_calls import list_calls

router = APIRouter()


class Download(Model):
    """What is downloaded: the life told, the events behind it, and Temporal's account."""

    history: HistoryView
    events: EventListView


@router.get("/tickets/{ticket_id}/history")
async def get_history(
    request: Request,
    ticket_id: TicketPath,
    seat: Seated,
    services: Shared,
    raw: Annotated[bool, Query()] = False,  # noqa: FBT002 - the query's name
) -> Response:
    """Tell a ticket's life step by step, or with `raw` show Temporal's own events."""
    rows = await read_rows(services, seat, ticket_id)
    runs, is_answered = await _runs(services, ticket_id)
    async with services.pools.operator(seat.tenant) as conn:
        calls = await list_calls(conn, seat.tenant, ticket_id)
    steps = steps_of(rows, runs, calls)
    return page(
        request,
        seat,
        "history.html",
        here="inbox",
        here_path=f"/console/tickets/{ticket_id}",
        ticket=rows.detail.ticket,
        detail=rows.detail,
        steps=steps,
        length=length_of(steps),
        runs=runs,
        is_answered=is_answered,
        is_raw=raw,
        workflow_id=workflow_id(ticket_id),
    )


@router.get("/tickets/{ticket_id}/history.json")
async def download_history(ticket_id: TicketPath, seat: Seated, services: Shared) -> Response:
    """Download the history as JSON: the lines, the events behind them, and Temporal's own where it answers."""
    rows = await read_rows(services, seat, ticket_id)
    runs, _ = await _runs(services, ticket_id)
    lines = (HistoryLine(seq=it.seq, at=it.at, kind=it.kind, text=tell(it, rows.names)) for it in rows.events)
    download = Download(
        history=HistoryView(ticket_id=ticket_id, lines=tuple(lines), workflow_id=workflow_id(ticket_id), runs=runs),
        events=EventListView(events=tuple(EventView.of(ticket_id, event) for event in rows.events)),
    )
    headers = {"Content-Disposition": f'attachment; filename="{ticket_id}-history.json"'}
    return Response(download.model_dump_json(indent=2), media_type="application/json", headers=headers)


async def _runs(services: Services, ticket_id: TicketId) -> tuple[tuple[WorkflowRunView, ...], bool]:
    """Temporal's account, and whether it answered."""
    try:
        return await read_runs(services.deps.temporal, ticket_id), True
    except Unavailable:
        return (), False
