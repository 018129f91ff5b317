"""Evidence: what a ticket's replies rest on, as it was when they were sent, and whether it still holds."""

from fastapi import APIRouter

from api.auth import Reader
from api.errors import documented
from api.routers.common import TicketPath
from api.schemas.evidence import EvidenceView, answers_of
from api.services import Shared
from api.strict_json import StrictRoute
from store.evidence import ticket_evidence
from store.tickets import read_ticket

router = APIRouter(prefix="/v1/tickets/{ticket_id}/evidence", tags=["knowledge"], route_class=StrictRoute)


@router.get(
    "",
    operation_id="read_evidence",
    summary="Read what a ticket's replies rest on",
    response_description="The evidence.",
    responses=documented("not_found", "invalid_input"),
)
async def get_evidence(ticket_id: TicketPath, caller: Reader, services: Shared) -> EvidenceView:
    """Return the passages that each sent reply cites, in the words of then, and how each stands now."""
    async with services.pools.operator(caller.tenant) as conn:
        await read_ticket(conn, caller.tenant, ticket_id)
        rows = await ticket_evidence(conn, caller.tenant, ticket_id, services.deps.clock())
    return EvidenceView(ticket_id=ticket_id, answers=answers_of(rows))
