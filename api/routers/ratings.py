"""Ratings: what customers think of how a ticket was handled."""

from fastapi import APIRouter

from api import moving
from api.auth import Writer
from api.errors import documented
from api.idempotency import OnceOnly
from api.routers.common import TicketPath
from api.schemas.moves import RatingBody
from api.schemas.tickets import RatingView
from api.services import Shared
from api.strict_json import StrictRoute

router = APIRouter(prefix="/v1/tickets/{ticket_id}/rating", tags=["ratings"], route_class=StrictRoute)


@router.post(
    "",
    operation_id="rate_ticket",
    summary="Rate a ticket",
    response_description="The rating as it is kept.",
    responses=documented("not_found", "conflict", "invalid_input", "bad_text", "too_large", "unsupported_media_type"),
)
async def rate(ticket_id: TicketPath, body: RatingBody, caller: Writer, once: OnceOnly, services: Shared) -> RatingView:
    """Keep the customer's rating, in place of an earlier one; a closed ticket can be rated too."""
    return await moving.rate(services, caller, once, ticket_id, body)
