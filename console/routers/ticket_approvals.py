"""Deciding in place: approve, amend by the typed form, decline with a reason, or put it off."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from pydantic import Field
from starlette.responses import Response

from api.approving import decide, snooze_approval
from api.auth import Scope
from api.errors import STATUS, Refused
from api.routers.common import TicketPath
from api.schemas.approvals import DecisionBody, SnoozeBody
from api.services import Shared
from console.once import Press, once_of
from console.seat import Posting, Seat
from console.ticket_visit import Visit
from console.views.amend_form import Amendment, read_form
from console.views.cards import Tried
from domain.errors import InvalidInput, SetrightError
from domain.ids import Sha256
from store.approvals import ApprovalRow, read_request

router = APIRouter()
Verdict = Literal["approved", "amended", "declined"]


class DecisionForm(Press):
    """An answer; an amendment's fields are `arg.NAME`, read by the action's own declaration."""

    verdict: Verdict
    args_sha256: Sha256
    reason: str = Field(default="", max_length=20_000)


class SnoozeForm(Press):
    """Until when: an hour from now, tomorrow morning, or `then`, which is a local time in UTC."""

    until: Literal["hour", "morning", "then"]
    then: str = Field(default="", max_length=40)


_SAID = {
    "approved": "Approved.",
    "declined": "Declined; the customer is told why.",
    "amended": "Amended; policy judges the changed action again.",
    "counted": "Counted: more people must approve.",
    "accepted": "Kept; the ticket's workflow is told as soon as it answers.",
}
#: What can be said where it was tried; everything else has a page of its own.
_ON_THE_CARD = frozenset(
    {
        "invalid_input",
        "bad_text",
        "bad_money",
        "stale_decision",
        "approval_mismatch",
        "not_an_approver",
        "own_request",
        "not_enough_approvers",
        "ticket_closed",
        "conflict",
    }
)
_MORNING = 9


@router.post("/tickets/{ticket_id}/approvals/{number}/decisions")
async def decide_in_place(
    request: Request,
    ticket_id: TicketPath,
    number: str,
    seat: Posting,
    services: Shared,
    press: Annotated[DecisionForm, Form()],
) -> Response:
    """Decide on what was shown; what cannot count is said on the card, where the approval's outcome stands too."""
    _check_approver(seat)
    visit = Visit(request, seat, services, ticket_id, press.q)
    approval_id, form = visit.action(number), await request.form()
    sent = {name: [text for text in form.getlist(name) if isinstance(text, str)] for name in form}
    async with services.pools.operator(seat.tenant) as conn:
        asked = await read_request(conn, seat.tenant, approval_id)
    spec = services.deps.backend_specs.get(seat.tenant, {}).get(asked.action.name)
    is_amended = press.verdict == "amended" and spec is not None
    amendment = read_form(asked.action, spec, sent) if is_amended and spec is not None else Amendment()
    try:
        body = _body(press, amendment)
        key = once_of(seat.principal, press.once, f"console decide {approval_id}", body.model_dump_json())
        done = await decide(services, seat.principal, key, approval_id, body)
    except SetrightError as error:
        if error.code not in _ON_THE_CARD:
            raise
        tried = Tried(approval_id=approval_id, verdict=press.verdict, text="", sent=sent, problems=amendment.problems)
        problem, opened = _placed(tried, error, asked), _opened(press.verdict, number)
        return await visit.show(tried=problem, opened=opened, status=STATUS[error.code])
    return await visit.answer(_SAID[done.state])


@router.post("/tickets/{ticket_id}/approvals/{number}/snooze")
async def put_off(
    request: Request,
    ticket_id: TicketPath,
    number: str,
    seat: Posting,
    services: Shared,
    press: Annotated[SnoozeForm, Form()],
) -> Response:
    """Put an approval off: it stays open for everybody and expires when it would have."""
    _check_approver(seat)
    visit, at = Visit(request, seat, services, ticket_id, press.q), services.deps.clock()
    approval_id = visit.action(number)
    try:
        body = SnoozeBody.model_validate({"until": _until(press, at).isoformat()})
        key = once_of(seat.principal, press.once, f"console snooze {approval_id}", press.until + press.then)
        view = await snooze_approval(services, seat.principal, key, approval_id, body)
    except SetrightError as error:
        if error.code not in _ON_THE_CARD:
            raise
        tried = Tried(approval_id=approval_id, verdict="snoozed", text=error.text)
        return await visit.show(tried=tried, opened=_opened("snoozed", number), status=STATUS[error.code])
    return await visit.answer(f"Put off until {view.snoozed_until:%d %b %H:%M} UTC.")


def _body(press: DecisionForm, amendment: Amendment) -> DecisionBody:
    if amendment.problems:
        raise InvalidInput("Look at the fields that are marked.")
    if press.verdict == "amended" and not amendment.changes:
        raise InvalidInput("Nothing is changed; change something, or approve it as it is.")
    if press.verdict == "declined" and not press.reason.strip():
        raise InvalidInput("A reason is needed: the customer is told it.")
    return DecisionBody(
        verdict=press.verdict,
        args_sha256=press.args_sha256,
        reason=press.reason if press.reason.strip() else None,
        amended=amendment.changes or None,
    )


def _placed(tried: Tried, error: SetrightError, asked: ApprovalRow) -> Tried:
    """What went wrong, beside the argument that it names if it names one."""
    name, colon, text = error.text.partition(": ")
    if tried.verdict == "amended" and colon and name in asked.action.args:
        return tried.model_copy(update={"text": "Look at the field that is marked.", "problems": {name: text}})
    return tried.model_copy(update={"text": error.text})


def _opened(verdict: str, number: str) -> str | None:
    names = {"amended": "amend", "declined": "decline", "snoozed": "snooze"}
    return f"{names[verdict]}-{number}" if verdict in names else None


def _until(press: SnoozeForm, at: datetime) -> datetime:
    match press.until:
        case "hour":
            return at + timedelta(hours=1)
        case "morning":
            return (at + timedelta(days=1)).astimezone(UTC).replace(hour=_MORNING, minute=0, second=0, microsecond=0)
        case _:
            try:
                return datetime.fromisoformat(press.then).replace(tzinfo=UTC)
            except ValueError:
                raise InvalidInput("Choose a day and a time.") from None


def _check_approver(seat: Seat) -> None:
    if not seat.may(Scope.approvals_decide):
        raise Refused("forbidden", f"As {seat.role} here you can see approvals and not decide them.")
