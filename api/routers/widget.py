"""The widget's routes: what a customer's browser may ask, by a customer token or a visitor's secret alone.

They are between our own script and us, so the API's description leaves them out. The work is done by the functions
behind the API's routes; what is shown is read in the customer's own scope.
"""
# ruff: noqa: FAST003 - `OwnTicket` takes the id out of the path

from typing import Annotated

from fastapi import APIRouter, Header, Request, status
from starlette.responses import Response

from api import intake, moving, proving
from api.schemas.identity import CodeView, ProofBody
from api.schemas.messages import MessageBody, Receipt
from api.schemas.moves import EmptyBody, RatingBody
from api.schemas.opening import FollowUpBody, TicketBody
from api.schemas.tickets import RatingView
from api.services import Shared
from api.streams import stream
from api.strict_json import StrictRoute
from api.widget import claiming, visitors
from api.widget.callers import Asking, OnceOnly, OwnTicket, TenantPath
from api.widget.streaming import visit_frames
from api.widget.views import ClaimBody, VisitListView, VisitorView, WordsBody
from domain.errors import TooManyCodes
from store.visits import list_visits

router = APIRouter(prefix="/widget/api/{tenant}", route_class=StrictRoute, include_in_schema=False)
_MOST_LISTED = 20
_LARGEST_SEQ = 2**31 - 1


@router.post("/visitor")
async def begin_visit(tenant: TenantPath, body: EmptyBody, request: Request, services: Shared) -> VisitorView:
    """Make an anonymous visitor's secret; so many of one address."""
    del body
    services.visits.count_address(request.scope, is_new_visitor=True)
    return VisitorView(visitor=visitors.issue(services.deps.visitor_key, tenant, services.deps.clock()))


@router.get("/tickets")
async def list_own(guest: Asking, services: Shared) -> VisitListView:
    """Return the guest's own tickets; to a customer with a token none that a stranger may have written."""
    async with services.pools.customer(guest.tenant, guest.customer) as conn:
        found = await list_visits(
            conn, guest.tenant, guest.customer, only_proven=not guest.principal.is_visitor, limit=_MOST_LISTED
        )
    return VisitListView(tickets=tuple(found))


@router.post("/tickets", status_code=status.HTTP_202_ACCEPTED)
async def open_ticket(body: WordsBody, guest: Asking, once: OnceOnly, services: Shared) -> Receipt:
    """Open a ticket with its first message."""
    first = TicketBody(customer_id=guest.customer, text=body.text, channel="web")
    return await intake.open_ticket(services, guest.principal, once, first)


@router.post("/tickets/{ticket_id}/messages", status_code=status.HTTP_202_ACCEPTED)
async def write(ticket: OwnTicket, body: WordsBody, guest: Asking, once: OnceOnly, services: Shared) -> Receipt:
    """Take the next message: it reopens a solved ticket, and a closed one has to be followed up."""
    return await intake.write_message(services, guest.on(ticket), once, ticket.ticket_id, MessageBody(text=body.text))


@router.post("/tickets/{ticket_id}/follow-up", status_code=status.HTTP_202_ACCEPTED)
async def follow_up(ticket: OwnTicket, body: WordsBody, guest: Asking, once: OnceOnly, services: Shared) -> Receipt:
    """Open a ticket that goes on from a closed one; after an account's ticket a visitor is a stranger again."""
    if guest.is_claiming(ticket):
        return await open_ticket(body, guest, once, services)
    return await intake.follow_up(services, guest.on(ticket), once, ticket.ticket_id, FollowUpBody(text=body.text))


@router.post("/tickets/{ticket_id}/rating")
async def rate(ticket: OwnTicket, body: RatingBody, guest: Asking, once: OnceOnly, services: Shared) -> RatingView:
    """Keep the customer's rating, in place of an earlier one."""
    return await moving.rate(services, guest.on(ticket), once, ticket.ticket_id, body)


@router.post("/tickets/{ticket_id}/code", status_code=status.HTTP_202_ACCEPTED)
async def send_code(ticket: OwnTicket, body: EmptyBody, guest: Asking, once: OnceOnly, services: Shared) -> CodeView:
    """Have another one-time code sent; it is handed in by writing it, or by the route below."""
    del body
    try:
        return await proving.send_code(services, guest.on(ticket), once, ticket.ticket_id)
    except TooManyCodes:
        if not guest.is_claiming(ticket):
            raise
        return CodeView(ticket_id=ticket.ticket_id)  # a stranger is not told what the account has had


@router.post("/tickets/{ticket_id}/claim", status_code=status.HTTP_202_ACCEPTED)
async def claim(
    ticket: OwnTicket, body: ClaimBody, guest: Asking, once: OnceOnly, request: Request, services: Shared
) -> Receipt:
    """Go on in a new ticket of the account that a visitor names; the answer is the same whether there is one or not."""
    services.visits.count_claim(request.scope, guest.tenant, guest.customer, claiming.digest(services, guest, body))
    return await claiming.claim(services, guest, once, ticket, body)


@router.post("/tickets/{ticket_id}/proof", status_code=status.HTTP_202_ACCEPTED)
async def prove(ticket: OwnTicket, body: ProofBody, guest: Asking, once: OnceOnly, services: Shared) -> Receipt:
    """Take a one-time code: the ticket's writer is proven from now on, and the ticket goes on."""
    return await proving.hand_in(services, guest.on(ticket), once, ticket.ticket_id, body)


@router.get("/tickets/{ticket_id}/stream")
async def follow(
    ticket: OwnTicket,
    guest: Asking,
    services: Shared,
    last_event_id: Annotated[int, Header(alias="Last-Event-ID", ge=0, le=_LARGEST_SEQ)] = 0,
) -> Response:
    """Stream the conversation from after a message on."""
    services.visits.check_streams(guest.tenant, guest.customer)
    return stream(visit_frames(services, guest, ticket.ref, last_event_id))
