"""Events: what happens, as it happens."""

from typing import Annotated

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import Response

from api.auth import Reader, Scope
from api.errors import documented
from api.routers.common import TicketPath
from api.schemas.events import EventListView, EventView
from api.services import Shared
from api.streams import stream, tenant_frames, ticket_frames
from api.strict_json import StrictRoute
from store.events import read_events
from store.tickets import read_ticket

router = APIRouter(prefix="/v1", tags=["events"], route_class=StrictRoute)
_STREAM = {"text/event-stream": {"schema": {"type": "string"}}}
_LARGEST_SEQ = 2**31 - 1
Seq = Annotated[int, Query(ge=0, le=_LARGEST_SEQ, description="Only what came after this event.")]


@router.get(
    "/tickets/{ticket_id}/events",
    operation_id="read_events",
    summary="Read or follow a ticket's events",
    response_description="The events, as a list or as a stream.",
    response_model=EventListView,
    responses={200: {"content": _STREAM}, **documented("not_found", "invalid_input")},
)
async def get_events(
    ticket_id: TicketPath,
    request: Request,
    caller: Reader,
    services: Shared,
    after: Seq = 0,
    last_event_id: Annotated[int, Header(alias="Last-Event-ID", ge=0, le=_LARGEST_SEQ)] = 0,
) -> EventListView | Response:
    """Return the events as a list; with `Accept: text/event-stream`, stream them and go on as they happen.

    A stream for a key with the scope `operators` also has `draft_delta`: what a model is writing, not checked yet, with
    placeholders for personal data. Nothing of it is kept.
    """
    after = max(after, last_event_id)
    async with services.pools.operator(caller.tenant) as conn:
        await read_ticket(conn, caller.tenant, ticket_id)
        if "text/event-stream" not in request.headers.get("accept", ""):
            events = await read_events(conn, caller.tenant, ticket_id, after=after)
            return EventListView(events=tuple(EventView.of(ticket_id, event) for event in events))
    may_see_drafts = caller.may(Scope.operators) and caller.customer is None
    return stream(
        ticket_frames(services.pools, services.bell, caller.tenant, ticket_id, after, with_drafts=may_see_drafts)
    )


@router.get(
    "/events",
    operation_id="follow_events",
    summary="Follow all tickets",
    response_class=Response,
    responses={200: {"content": _STREAM, "description": "A stream that does not end."}, **documented()},
)
async def follow_events(caller: Reader, services: Shared) -> Response:
    """Stream what happens on any ticket from now on; after a break, read the lists anew."""
    return stream(tenant_frames(services.pools, services.bell, caller.tenant))
