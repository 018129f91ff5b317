"""The time that operators spend on tickets and approvals."""

from fastapi import APIRouter

from api import handling
from api.auth import Operator
from api.errors import documented
from api.idempotency import OnceOnly
from api.schemas.handling import HandlingBody, HandlingView
from api.services import Shared
from api.strict_json import StrictRoute

router = APIRouter(prefix="/v1", tags=["costs"], route_class=StrictRoute)


@router.post(
    "/handling",
    operation_id="report_handling",
    summary="Report time on a ticket",
    response_description="What is on record of the ticket.",
    responses=documented("not_found", "conflict", "invalid_input", "too_large", "unsupported_media_type"),
)
async def post_handling(body: HandlingBody, caller: Operator, once: OnceOnly, services: Shared) -> HandlingView:
    """Take a console's heartbeat, once for each session and seq, and believe no more than the time that has passed."""
    return await handling.beat(services, caller, once, body)
