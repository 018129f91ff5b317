"""Identity: a one-time code asked for and handed in, and the conversation as its own customer sees it."""

from fastapi import APIRouter, Response, status

from api import proving
from api.auth import CustomerReader, Writer
from api.errors import documented
from api.idempotency import OnceOnly
from api.identity import check_own
from api.routers.common import TicketPath
from api.routers.messages import Wait, answer
from api.schemas.identity import CodeView, ConversationView, ProofBody
from api.schemas.messages import AcceptedView
from api.schemas.moves import EmptyBody
from api.services import Shared
from api.strict_json import StrictRoute
from store.messages import read_messages
from store.tickets import read_ticket

router = APIRouter(prefix="/v1/tickets/{ticket_id}", tags=["identity"], route_class=StrictRoute)
_SENT = ("not_found", "invalid_input", "bad_text", "conflict", "ticket_closed", "too_large", "unsupported_media_type")


@router.post(
    "/identity/code",
    operation_id="send_code",
    summary="Send the customer a one-time code",
    status_code=status.HTTP_202_ACCEPTED,
    response_description="Asked for; the same answer for every customer.",
    responses=documented("too_many_codes", *_SENT),
)
async def send_code(
    ticket_id: TicketPath, body: EmptyBody, caller: Writer, once: OnceOnly, services: Shared
) -> CodeView:
    """Send a code to the address that your own records hold of the ticket's customer, at most five a day.

    Nothing of the answer tells whether there is such a customer or where the code went.
    """
    del body
    return await proving.send_code(services, caller, once, ticket_id)


@router.post(
    "/identity/proof",
    operation_id="hand_in_code",
    summary="Hand in a one-time code",
    status_code=status.HTTP_202_ACCEPTED,
    response_description="The writer is proven; the ticket goes on.",
    responses={
        200: {"model": AcceptedView, "description": "Answered in time."},
        **documented("wrong_code", *_SENT),
    },
)
async def hand_in_code(
    ticket_id: TicketPath,
    body: ProofBody,
    caller: Writer,
    once: OnceOnly,
    services: Shared,
    response: Response,
    wait: Wait = 0,
) -> AcceptedView:
    """Prove that the writer is the customer. A code works once, for ten minutes, and is tried five times at most."""
    receipt = await proving.hand_in(services, caller, once, ticket_id, body)
    return await answer(services, caller, receipt, wait, response)


@router.get(
    "/conversation",
    operation_id="read_conversation",
    summary="Read the conversation as its customer sees it",
    response_description="What customer, assistant and operators wrote to one another.",
    responses=documented("bad_customer_token", "not_found", "invalid_input"),
)
async def read_conversation(ticket_id: TicketPath, caller: CustomerReader, services: Shared) -> ConversationView:
    """Return a ticket's public conversation; with a customer token, of that customer's own tickets alone."""
    async with services.scope(caller.tenant, caller.customer) as conn:
        ticket = await read_ticket(conn, caller.tenant, ticket_id)
        check_own(caller, ticket)
        said = await read_messages(conn, caller.tenant, ticket_id)
    return ConversationView(ticket_id=ticket_id, status=ticket.status, messages=tuple(said))
