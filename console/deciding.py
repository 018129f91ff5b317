"""An approval decided, or put off, from a card of the console, on whichever page the card is."""

from collections.abc import Mapping, Sequence
from typing import Literal

from fastapi import Request
from pydantic import Field

from api.approving import decide, snooze_approval
from api.errors import STATUS
from api.schemas.approvals import DecisionBody, SnoozeBody
from api.services import Services
from console.later import Later
from console.local_time import local_time
from console.once import Press, once_of
from console.seat import Seat
from console.views.amend_form import Amendment, read_form
from console.views.cards import Tried
from domain.errors import InvalidInput, NotFound, SetrightError
from domain.ids import ActionId, Sha256, TicketId
from store.approvals import ApprovalRow, read_request

Verdict = Literal["approved", "amended", "declined"]


class DecisionForm(Press):
    """An answer; an amendment's fields are `arg.NAME`, read by the action's own declaration."""

    verdict: Verdict
    args_sha256: Sha256
    reason: str = Field(default="", max_length=20_000)


class SnoozeForm(Press, Later):
    """Until when an approval is put off."""


class NotDecided(Exception):
    """What was sent cannot count; the card says why, with `dialog` open where there is one, under HTTP `status`."""

    def __init__(self, tried: Tried, error: SetrightError) -> None:
        super().__init__(error.text)
        self.tried = tried
        self.dialog = _DIALOGS.get(tried.verdict)
        self.status = STATUS[error.code]


SAID: Mapping[str, str] = {
    "approved": "Approved.",
    "declined": "Declined; the customer is told why.",
    "amended": "Amended; policy judges the changed action again.",
    "counted": "Counted: more people must approve.",
    "accepted": "Kept; the ticket's workflow is told as soon as it answers.",
}
_DIALOGS = {"amended": "amend", "declined": "decline", "snoozed": "snooze"}
#: What can be said where it was tried; everything else has a page of its own.
ON_THE_CARD = frozenset(
    {
        "invalid_input",
        "bad_text",
        "bad_money",
        "amendment_refused",
        "stale_decision",
        "approval_mismatch",
        "not_an_approver",
        "own_request",
        "not_enough_approvers",
        "ticket_closed",
        "conflict",
    }
)
_LONGEST_NUMBER = 7


def action_of(ticket_id: TicketId, number: str) -> ActionId:
    """The id of an action or approval of a ticket by its number, `a1`; raises NotFound for what is none."""
    is_number = number.startswith("a") and number[1:].isascii() and number[1:].isdigit()
    if not is_number or len(number) > _LONGEST_NUMBER:
        raise NotFound("There is no such approval.")
    return f"{ticket_id}/{number}"


async def decide_on_card(
    request: Request, services: Services, seat: Seat, approval_id: ActionId, press: DecisionForm
) -> str:
    """Decide on what was shown and return what is said of it; raises NotDecided, and what the API's function raises."""
    form = await request.form()
    sent = {name: [text for text in form.getlist(name) if isinstance(text, str)] for name in form}
    async with services.pools.operator(seat.tenant) as conn:
        asked = await read_request(conn, seat.tenant, approval_id)
    amendment = _amendment(services, seat, asked, press, sent)
    try:
        return await send_decision(services, seat, approval_id, press.once, _body(press, amendment))
    except SetrightError as error:
        if error.code not in ON_THE_CARD:
            raise
        tried = Tried(approval_id=approval_id, verdict=press.verdict, text="", sent=sent, problems=amendment.problems)
        raise NotDecided(_placed(tried, error, asked), error) from None


async def send_decision(services: Services, seat: Seat, approval_id: ActionId, once: str, body: DecisionBody) -> str:
    """Decide under a form's key and return what is said of it."""
    key = once_of(seat.principal, once, f"console decide {approval_id}", body.model_dump_json())
    return SAID[(await decide(services, seat.principal, key, approval_id, body)).state]


async def snooze_card(services: Services, seat: Seat, approval_id: ActionId, press: SnoozeForm) -> str:
    """Put an approval off and return what is said of it; it expires when it would have. Raises NotDecided."""
    local = local_time(services, seat.tenant)
    try:
        until = press.moment(services.deps.clock(), local.zone)
        body = SnoozeBody.model_validate({"until": until.isoformat()})
        key = once_of(seat.principal, press.once, f"console snooze {approval_id}", press.until + press.then)
        view = await snooze_approval(services, seat.principal, key, approval_id, body)
    except SetrightError as error:
        if error.code not in ON_THE_CARD:
            raise
        raise NotDecided(Tried(approval_id=approval_id, verdict="snoozed", text=error.text), error) from None
    return f"Put off until {local(view.snoozed_until or until)}."


def _amendment(
    services: Services, seat: Seat, asked: ApprovalRow, press: DecisionForm, sent: Mapping[str, Sequence[str]]
) -> Amendment:
    spec = services.deps.backend_specs.get(seat.tenant, {}).get(asked.action.name)
    if press.verdict != "amended" or spec is None:
        return Amendment()
    return read_form(asked.action, spec, sent)


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
