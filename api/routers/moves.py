"""Operators' moves on a ticket: take over, hand back, assign, note, put off, undo, settle, close."""

from fastapi import APIRouter, status

from api.auth import Approver, Operator
from api.errors import documented
from api.idempotency import OnceOnly
from api.moving import add_note, assign_ticket, move, put_off
from api.routers.common import TicketPath
from api.schemas.messages import ReplyView
from api.schemas.moves import (
    AssignBody,
    EmptyBody,
    HandBackBody,
    MoveView,
    NoteBody,
    PutOffBody,
    PutOffView,
    SettleBody,
    SettledEffectView,
    UndoBody,
)
from api.services import Shared
from api.settling import settle_effect
from api.strict_json import StrictRoute
from workflows.state import CloseAsked, HandedBack, TakenOver, UndoAsked

router = APIRouter(prefix="/v1/tickets/{ticket_id}", tags=["operators"], route_class=StrictRoute)
_ERRORS = documented("not_found", "conflict", "ticket_closed", "invalid_input", "too_large", "unsupported_media_type")


@router.post(
    "/take-over",
    operation_id="take_over_ticket",
    summary="Take a ticket",
    response_description="Accepted.",
    responses=_ERRORS,
)
async def take_over(
    ticket_id: TicketPath, caller: Operator, once: OnceOnly, services: Shared, _: EmptyBody | None = None
) -> MoveView:
    """Take the ticket; the assistant falls silent on it."""
    by = caller.operator
    return await move(
        services, caller, once, ticket_id, "take_over", lambda n, t, key: n.take_over(t.ref, TakenOver(by=by), key)
    )


@router.post(
    "/hand-back",
    operation_id="hand_back_ticket",
    summary="Give a ticket back",
    response_description="Accepted.",
    responses=_ERRORS,
)
async def hand_back(
    ticket_id: TicketPath, caller: Operator, once: OnceOnly, services: Shared, body: HandBackBody | None = None
) -> MoveView:
    """Give the ticket back to the assistant, which goes on with what nobody has answered."""
    by, given = caller.operator, body.watermark if body is not None else None
    return await move(
        services,
        caller,
        once,
        ticket_id,
        "hand_back",
        lambda n, t, key: n.hand_back(t.ref, HandedBack(by=by, watermark=given), key),
    )


@router.post(
    "/close", operation_id="close_ticket", summary="Close a ticket", response_description="Accepted.", responses=_ERRORS
)
async def close(
    ticket_id: TicketPath, caller: Operator, once: OnceOnly, services: Shared, _: EmptyBody | None = None
) -> MoveView:
    """Close the ticket for good; a later message opens a follow-up."""
    by = caller.operator
    return await move(
        services, caller, once, ticket_id, "close", lambda n, t, key: n.close(t.ref, CloseAsked(by=by), key)
    )


@router.post(
    "/assign",
    operation_id="assign_ticket",
    summary="Give a ticket to a colleague or to a queue",
    response_description="Accepted.",
    responses=_ERRORS,
)
async def assign(
    ticket_id: TicketPath, body: AssignBody, caller: Operator, once: OnceOnly, services: Shared
) -> MoveView:
    """Say who shall work on a ticket that people have; one that the assistant has is taken over first."""
    return await assign_ticket(services, caller, once, ticket_id, body)


@router.post(
    "/notes",
    operation_id="add_note",
    summary="Note something for colleagues",
    status_code=status.HTTP_202_ACCEPTED,
    response_description="Accepted: committed, and on its way into the history.",
    responses=_ERRORS,
)
async def note(ticket_id: TicketPath, body: NoteBody, caller: Operator, once: OnceOnly, services: Shared) -> ReplyView:
    """Write a note that only operators see: neither the customer nor the assistant ever reads it."""
    return await add_note(services, caller, once, ticket_id, body.text)


@router.post(
    "/snooze",
    operation_id="snooze_ticket",
    summary="Put a ticket off",
    response_description="The ticket, put off for this operator.",
    responses=_ERRORS,
)
async def snooze(
    ticket_id: TicketPath, body: PutOffBody, caller: Operator, once: OnceOnly, services: Shared
) -> PutOffView:
    """Leave the ticket out of what waits for you until a time; for everybody else, and its clock, nothing changes."""
    return await put_off(services, caller, once, ticket_id, body.until)


@router.post(
    "/undo",
    operation_id="undo_action",
    summary="Take an action back",
    response_description="Accepted; the ticket's history tells what came of it.",
    responses=_ERRORS,
)
async def undo(ticket_id: TicketPath, body: UndoBody, caller: Operator, once: OnceOnly, services: Shared) -> MoveView:
    """Take back an action of a ticket you have taken over, where the back end can and policy permits it."""
    move_asked = UndoAsked(by=caller.operator, action_id=body.action_id)
    return await move(services, caller, once, ticket_id, "undo", lambda n, t, key: n.undo(t.ref, move_asked, key))


@router.post(
    "/settle",
    operation_id="settle_effect",
    summary="Settle an effect that nobody is sure of",
    response_description="The effect, settled.",
    responses=documented("not_found", "conflict", "invalid_input", "bad_text", "too_large", "unsupported_media_type"),
)
async def settle(
    ticket_id: TicketPath, body: SettleBody, caller: Approver, once: OnceOnly, services: Shared
) -> SettledEffectView:
    """Say what became of an action that no look-up could settle, after asking the system of record; final.

    An operator's own key is needed. That it did not take place frees it to be done again, under policy.
    """
    return await settle_effect(services, caller, once, ticket_id, body)
