"""Messages of customers, and operators' replies."""

from typing import Annotated

from fastapi import APIRouter, Query, Response, status

from api import intake
from api.auth import CustomerWriter, Operator, Principal
from api.errors import documented
from api.idempotency import OnceOnly
from api.routers.common import TicketPath
from api.schemas.messages import AcceptedView, MessageBody, Receipt, ReplyBody, ReplyView
from api.services import Services, Shared
from api.strict_json import StrictRoute
from api.waiting import MAX_WAIT_SECONDS

router = APIRouter(prefix="/v1/tickets", tags=["messages"], route_class=StrictRoute)
Wait = Annotated[int, Query(ge=0, le=MAX_WAIT_SECONDS, description="Seconds to wait for the answer; 0: do not wait.")]
_SENT = ("not_found", "invalid_input", "bad_text", "conflict", "ticket_closed", "too_large", "unsupported_media_type")


async def answer(
    services: Services, caller: Principal, receipt: Receipt, wait: int, response: Response
) -> AcceptedView:
    """Answer 202 with the receipt, or 200 with what was said, if it was said in time."""
    view = await intake.accepted_view(services, caller, receipt, wait)
    response.headers["Location"] = view.status_url
    if view.ticket is not None:
        response.status_code = status.HTTP_200_OK
    return view


@router.post(
    "/{ticket_id}/messages",
    operation_id="write_message",
    summary="Add a customer's message",
    status_code=status.HTTP_202_ACCEPTED,
    response_description="Accepted: committed, and on its way.",
    responses={
        200: {"model": AcceptedView, "description": "Answered in time."},
        **documented("bad_customer_token", *_SENT),
    },
)
async def write_message(
    ticket_id: TicketPath,
    body: MessageBody,
    caller: CustomerWriter,
    once: OnceOnly,
    services: Shared,
    response: Response,
    wait: Wait = 0,
) -> AcceptedView:
    """Take a customer's next message; a solved ticket is reopened by it, a closed one sends you to a follow-up."""
    receipt = await intake.write_message(services, caller, once, ticket_id, body)
    return await answer(services, caller, receipt, wait, response)


@router.post(
    "/{ticket_id}/reply",
    operation_id="reply_to_customer",
    summary="Reply to the customer as an operator",
    status_code=status.HTTP_202_ACCEPTED,
    response_description="Accepted: committed, and on its way.",
    responses=documented(*_SENT, "not_seen"),
)
async def reply(
    ticket_id: TicketPath, body: ReplyBody, caller: Operator, once: OnceOnly, services: Shared
) -> ReplyView:
    """Write to the customer; from then on they have the ticket, until it is handed back or somebody else takes it."""
    return await intake.write_reply(services, caller, once, ticket_id, body)
