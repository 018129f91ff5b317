"""Deciding in place: approve, amend by the typed form, decline with a reason, or put it off."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from api.routers.common import TicketPath
from api.services import Shared
from console.deciding import DecisionForm, NotDecided, SnoozeForm, action_of, decide_on_card, snooze_card
from console.rights import ApproverPosting
from console.ticket_visit import Visit

router = APIRouter()


@router.post("/tickets/{ticket_id}/approvals/{number}/decisions")
async def decide_in_place(
    request: Request,
    ticket_id: TicketPath,
    number: str,
    seat: ApproverPosting,
    services: Shared,
    press: Annotated[DecisionForm, Form()],
) -> Response:
    """Decide on what was shown; what cannot count is said on the card, where the approval's outcome stands too."""
    visit = Visit(request, seat, services, ticket_id, press.q)
    try:
        return await visit.answer(await decide_on_card(request, services, seat, action_of(ticket_id, number), press))
    except NotDecided as why:
        return await _not_decided(visit, number, why)


@router.post("/tickets/{ticket_id}/approvals/{number}/snooze")
async def put_off(
    request: Request,
    ticket_id: TicketPath,
    number: str,
    seat: ApproverPosting,
    services: Shared,
    press: Annotated[SnoozeForm, Form()],
) -> Response:
    """Put an approval off: it stays open for everybody and expires when it would have."""
    visit = Visit(request, seat, services, ticket_id, press.q)
    try:
        return await visit.answer(await snooze_card(services, seat, action_of(ticket_id, number), press))
    except NotDecided as why:
        return await _not_decided(visit, number, why)


async def _not_decided(visit: Visit, number: str, why: NotDecided) -> Response:
    opened = f"{why.dialog}-{number}" if why.dialog else None
    return await visit.show(tried=why.tried, opened=opened, status=why.status)
