"""What operators do with a ticket: write, note, take, give on or back, put off, close, take an action back."""

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from api import intake
from api.correcting import correct
from api.errors import STATUS
from api.handling import beat
from api.idempotency import Once
from api.moving import add_note, assign_ticket, move, put_off
from api.routers.common import TicketPath
from api.schemas.base import LARGEST_SEQ
from api.schemas.corrections import CorrectionBody
from api.schemas.handling import HandlingBody
from api.schemas.messages import ReplyBody
from api.schemas.moves import NoteBody
from api.services import Shared
from console.deciding import action_of
from console.later import Later
from console.local_time import local_time
from console.once import Press, once_of
from console.receivers import Receiver, given_to
from console.rights import OperatorPosting
from console.ticket_visit import Unsent, Visit
from console.views.ticket_moves import DONE, send_move
from domain.errors import NotSeen

router = APIRouter()


class MoveForm(Press):
    """A move by its verb alone."""

    verb: Literal["take_over", "hand_back", "close"]


class UndoForm(Press):
    """The action to take back, by its number within the ticket."""

    action: str = Field(max_length=8)


class ReplyForm(Press):
    """Words to the customer; `solves` says that they settle the ticket, `seen` the last message on the page."""

    text: str = Field(default="", max_length=200_000)
    solves: bool = False
    seen: int | None = Field(default=None, ge=0, le=LARGEST_SEQ)


class NoteForm(Press):
    """Words to colleagues."""

    text: str = Field(default="", max_length=200_000)


class AssignForm(Press):
    """Whose the ticket is to be: `operator:olga` or `queue:billing`."""

    to: Receiver


class CorrectionForm(Press):
    """What a message should have been read as, or how its reply should have been."""

    intent: str = Field(default="", pattern=r"^([a-z][a-z0-9_]{0,62})?$")
    reply: str = Field(default="", max_length=200_000)
    seq: int = Field(ge=1, le=2**31 - 1)
    note: str = Field(default="", max_length=20_000)


class TimeForm(BaseModel):
    """How long the page was before somebody since it last said so, in milliseconds, and how long they were at it."""

    session: str = Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")
    seq: int = Field(ge=1, le=10_000_000)
    open: int = Field(ge=0, le=86_400_000)
    active: int = Field(ge=0, le=86_400_000)
    approval: str = Field(default="", max_length=8)


class PutOffForm(Press, Later):
    """Until when this operator does not want to see the ticket."""


@router.post("/tickets/{ticket_id}/moves")
async def make_move(
    request: Request, ticket_id: TicketPath, seat: OperatorPosting, services: Shared, press: Annotated[MoveForm, Form()]
) -> Response:
    """Take the ticket, give it back, or close it."""
    verb = press.verb
    key = once_of(seat.principal, press.once, f"console {verb} {ticket_id}", "")
    await move(services, seat.principal, key, ticket_id, verb, send_move(verb, seat.operator_id))
    return await Visit(request, seat, services, ticket_id, press.q).answer(DONE[verb])


@router.post("/tickets/{ticket_id}/assign")
async def assign(
    request: Request,
    ticket_id: TicketPath,
    seat: OperatorPosting,
    services: Shared,
    press: Annotated[AssignForm, Form()],
) -> Response:
    """Give a ticket that people have to a colleague or to a queue."""
    key = once_of(seat.principal, press.once, f"console assign {ticket_id}", press.to)
    body, name = given_to(press.to)
    await assign_ticket(services, seat.principal, key, ticket_id, body)
    return await Visit(request, seat, services, ticket_id, press.q).answer(f"Given to {name}.")


@router.post("/tickets/{ticket_id}/snooze")
async def snooze(
    request: Request,
    ticket_id: TicketPath,
    seat: OperatorPosting,
    services: Shared,
    press: Annotated[PutOffForm, Form()],
) -> Response:
    """Put the ticket off for this operator alone."""
    local = local_time(services, seat.tenant)
    until = press.moment(services.deps.clock(), local.zone)
    key = once_of(seat.principal, press.once, f"console snooze {ticket_id}", press.until + press.then)
    await put_off(services, seat.principal, key, ticket_id, until)
    told = f"Put off until {local(until)}, for you alone."
    return await Visit(request, seat, services, ticket_id, press.q).answer(told)


@router.post("/tickets/{ticket_id}/notes")
async def note(
    request: Request, ticket_id: TicketPath, seat: OperatorPosting, services: Shared, press: Annotated[NoteForm, Form()]
) -> Response:
    """Write a note that neither the customer nor the assistant ever sees."""
    text = NoteBody(text=press.text).text
    key = once_of(seat.principal, press.once, f"console note {ticket_id}", text)
    await add_note(services, seat.principal, key, ticket_id, text)
    return await Visit(request, seat, services, ticket_id, press.q).answer("Noted, for colleagues alone.")


@router.post("/tickets/{ticket_id}/undo")
async def undo(
    request: Request, ticket_id: TicketPath, seat: OperatorPosting, services: Shared, press: Annotated[UndoForm, Form()]
) -> Response:
    """Take back an action that was carried out, where the back end can and policy permits it."""
    visit = Visit(request, seat, services, ticket_id, press.q)
    action_id = action_of(ticket_id, press.action)
    key = once_of(seat.principal, press.once, f"console undo {ticket_id}", action_id)
    send = send_move("undo", seat.operator_id, action_id=action_id)
    await move(services, seat.principal, key, ticket_id, "undo", send)
    return await visit.answer(DONE["undo"])


@router.post("/tickets/{ticket_id}/reply")
async def reply(
    request: Request,
    ticket_id: TicketPath,
    seat: OperatorPosting,
    services: Shared,
    press: Annotated[ReplyForm, Form()],
) -> Response:
    """Write to the customer, and with `solves` settle the ticket by it; never over unseen messages."""
    body = ReplyBody(text=press.text, solves=press.solves, seen=press.seen)
    key = once_of(seat.principal, press.once, f"console reply {ticket_id}", f"{body.solves} {body.text}")
    visit = Visit(request, seat, services, ticket_id, press.q)
    try:
        sent = await intake.write_reply(services, seat.principal, key, ticket_id, body)
    except NotSeen as error:
        return await visit.show(unsent=Unsent(text=body.text, why=error.text), status=STATUS[error.code])
    told = "Sent." if sent.delivered else "Kept, and sent as soon as the ticket's workflow answers."
    settled = " The ticket is solved by it." if body.solves else ""
    return await visit.answer(told + settled)


@router.post("/tickets/{ticket_id}/corrections")
async def correct_reading(
    request: Request,
    ticket_id: TicketPath,
    seat: OperatorPosting,
    services: Shared,
    press: Annotated[CorrectionForm, Form()],
) -> Response:
    """Say what a message should have been read as, or its reply be; it teaches nothing before somebody accepts it."""
    note = press.note if press.note.strip() else None
    reply = press.reply if press.reply.strip() else None
    body = CorrectionBody(intent=press.intent or None, reply=reply, seq=press.seq, note=note)
    key = once_of(seat.principal, press.once, f"console correct {ticket_id}", body.model_dump_json())
    await correct(services, seat.principal, key, ticket_id, body)
    return await Visit(request, seat, services, ticket_id, press.q).answer(
        "Kept for review; it teaches nothing before."
    )


@router.post("/tickets/{ticket_id}/time")
async def keep_time(
    ticket_id: TicketPath, seat: OperatorPosting, services: Shared, told: Annotated[TimeForm, Form()]
) -> Response:
    """Keep how long an operator was at the ticket, or at the approval that waits on it."""
    body = HandlingBody(
        ticket_id=ticket_id,
        approval_id=action_of(ticket_id, told.approval) if told.approval else None,
        session_id=told.session,
        seq=told.seq,
        open_ms=told.open,
        active_ms=told.active,
    )
    await beat(services, seat.principal, Once(None), body)  # a beat that is told again is known by its number
    return Response(status_code=204)
