"""Tickets: opened, listed, read."""

from typing import Annotated

from fastapi import APIRouter, Query, Response, status

from api import intake
from api.auth import CustomerWriter, Reader
from api.errors import documented
from api.idempotency import OnceOnly
from api.reading import read_detail
from api.routers.common import Cursor, TicketPath
from api.routers.messages import Wait, answer
from api.schemas.detail import TicketDetail
from api.schemas.messages import AcceptedView
from api.schemas.opening import FollowUpBody, TicketBody
from api.schemas.tickets import TicketPageView, TicketView
from api.services import Shared
from api.strict_json import StrictRoute
from domain.ids import CustomerId, Label
from domain.ticket import TicketStatus, WaitingFor
from store.tickets import TicketFilter, list_tickets

router = APIRouter(prefix="/v1/tickets", tags=["tickets"], route_class=StrictRoute)
_SENT = ("bad_customer_token", "invalid_input", "bad_text", "conflict", "too_large", "unsupported_media_type")


@router.post(
    "",
    operation_id="open_ticket",
    summary="Open a ticket",
    status_code=status.HTTP_202_ACCEPTED,
    response_description="Accepted: committed, and on its way.",
    responses={200: {"model": AcceptedView, "description": "Answered in time."}, **documented(*_SENT)},
)
async def open_ticket(
    body: TicketBody, caller: CustomerWriter, once: OnceOnly, services: Shared, response: Response, wait: Wait = 0
) -> AcceptedView:
    """Take a customer's first message. Accepted means committed: whatever breaks now, it will be answered.

    With `wait`, the answer comes with the response if it is there in time; otherwise follow `events_url`.
    """
    receipt = await intake.open_ticket(services, caller, once, body)
    return await answer(services, caller, receipt, wait, response)


@router.post(
    "/{ticket_id}/follow-up",
    operation_id="open_follow_up",
    summary="Open a follow-up of a closed ticket",
    status_code=status.HTTP_202_ACCEPTED,
    response_description="Accepted: committed, and on its way.",
    responses={200: {"model": AcceptedView, "description": "Answered in time."}, **documented("not_found", *_SENT)},
)
async def open_follow_up(
    ticket_id: TicketPath,
    body: FollowUpBody,
    caller: CustomerWriter,
    once: OnceOnly,
    services: Shared,
    response: Response,
    wait: Wait = 0,
) -> AcceptedView:
    """Open a new ticket of the same customer that goes on where the closed one ended."""
    receipt = await intake.follow_up(services, caller, once, ticket_id, body)
    return await answer(services, caller, receipt, wait, response)


@router.get(
    "",
    operation_id="list_tickets",
    summary="List tickets",
    response_description="A page of tickets.",
    responses=documented("invalid_input"),
)
async def get_tickets(
    caller: Reader,
    services: Shared,
    status: Annotated[list[TicketStatus], Query(description="Any of these; repeat it.")] = [],  # noqa: B006
    waiting_for: WaitingFor | None = None,
    intent: Label | None = None,
    customer_id: CustomerId | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[Cursor | None, Query(description="Of the page before.")] = None,
) -> TicketPageView:
    """Return tickets, the newest first."""
    wanted = TicketFilter(statuses=tuple(status), waiting_for=waiting_for, intent=intent, customer_id=customer_id)
    async with services.pools.operator(caller.tenant) as conn:
        page = await list_tickets(conn, caller.tenant, wanted, limit=limit, cursor=cursor)
    return TicketPageView(tickets=tuple(TicketView.of(row) for row in page.tickets), cursor=page.cursor)


@router.get(
    "/{ticket_id}",
    operation_id="read_ticket",
    summary="Read a ticket",
    response_description="The ticket.",
    responses=documented("not_found", "invalid_input"),
)
async def get_ticket(ticket_id: TicketPath, caller: Reader, services: Shared) -> TicketDetail:
    """Return a ticket with its conversation, its actions, its approvals and the path of its last turns."""
    return await read_detail(services, caller, ticket_id)
