"""What waits for a person, oldest first: decided in place, one by one or several at once; and what was lately."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from api.auth import Scope
from api.routers.common import TicketPath
from api.services import Services, Shared
from console.approvals_query import KEYS, read_line
from console.bulk_decisions import BulkForm, Outcome, decide_all
from console.deciding import DecisionForm, NotDecided, SnoozeForm, action_of, decide_on_card, snooze_card
from console.known import example, known_labels, why_nothing
from console.pages import FRAGMENT_HEADER, page
from console.rights import ApproverPosting, require
from console.seat import Seat, Seated
from console.terms import MOST_CHARS
from console.told import forget, said_before, say_next
from console.views.approval_list import chips_of, waiting_cards
from console.views.cards import Tried
from domain.errors import InvalidInput
from store.approval_desk import Decider, WaitingFilter, count_waiting, list_settled, list_waiting

router = APIRouter(prefix="/approvals")
_SOON = timedelta(hours=1)
_MOST = 50


@dataclass(frozen=True, slots=True)
class _Visit:
    """One request at the list; `q` is its filter."""

    request: Request
    seat: Seat
    services: Services
    q: str | None

    @property
    def here(self) -> str:
        return f"/console/approvals?q={quote(self.line, safe='')}"

    @property
    def line(self) -> str:
        return " ".join((self.q or "").split())

    async def show(
        self,
        *,
        tried: Tried | None = None,
        opened: str | None = None,
        told: str | None = None,
        outcome: Outcome | None = None,
        status: int = 200,
    ) -> Response:
        seat, tenant, now = self.seat, self.seat.tenant, self.services.deps.clock()
        decider = Decider(operator_id=seat.operator_id, roles=tuple(sorted(seat.principal.roles)))
        wanted, problem = WaitingFilter(), None
        try:
            wanted = read_line(self.line, now)
        except InvalidInput as error:
            problem = error.text
        specs = self.services.deps.backend_specs.get(tenant, {})
        known = known_labels(self.services, tenant)
        async with self.services.pools.operator(tenant) as conn:
            rows = [] if problem else await list_waiting(conn, tenant, wanted, decider, now, limit=_MOST + 1)
            if not rows and problem is None:
                problem = await why_nothing(conn, self.line, KEYS, known)
            counts = await count_waiting(conn, tenant, decider, now, now + _SOON)
            settled = await list_settled(conn, tenant)
        return page(
            self.request,
            seat,
            "approvals.html",
            here="approvals",
            told=told,
            status=status,
            line=self.line,
            here_src=self.here,
            problem=problem,
            example=example(known, "role:", "action:", "expires:1h", "is:mine", "words"),
            chips=chips_of(counts),
            waits=waiting_cards(seat, rows[:_MOST], specs, now, tried),
            are_more=len(rows) > _MOST,
            settled=settled,
            titles={name: spec.title for name, spec in specs.items()},
            may_decide=seat.may(Scope.approvals_decide),
            opened=opened,
            outcome=outcome,
            now=now,
        )

    async def answer(self, told: str) -> Response:
        """After a press: the list; or, without our script, back to the page, which says it."""
        if FRAGMENT_HEADER in self.request.headers:
            return await self.show(told=told)
        response = RedirectResponse(self.here, status_code=303)
        say_next(response, told)
        return response

    async def refuse(self, key: str, why: NotDecided) -> Response:
        """The list with what was wrong on its card."""
        opened = f"{why.dialog}-{key}" if why.dialog else None
        return await self.show(tried=why.tried, opened=opened, status=why.status, told=why.tried.text or None)


@router.get("")
async def get_approvals(
    request: Request,
    seat: Seated,
    services: Shared,
    q: Annotated[str | None, Query(max_length=4 * MOST_CHARS)] = None,
    do: Annotated[str | None, Query(max_length=60, description="The dialog that is open.")] = None,
) -> Response:
    """Show what waits for a person, the oldest first."""
    require(seat, Scope.approvals_read)
    told = said_before(request)
    response = await _Visit(request, seat, services, q).show(opened=do, told=told)
    if told is not None:
        forget(response)
    return response


@router.post("/bulk")
async def decide_several(
    request: Request, seat: ApproverPosting, services: Shared, press: Annotated[BulkForm, Form()]
) -> Response:
    """Give one answer to each of the chosen ones, and say which could not take it and why."""
    outcome = await decide_all(services, seat, press)
    return await _Visit(request, seat, services, press.q).show(told=outcome.told, outcome=outcome)


@router.post("/{ticket_id}/{number}/decisions")
async def decide_here(
    request: Request,
    ticket_id: TicketPath,
    number: str,
    seat: ApproverPosting,
    services: Shared,
    press: Annotated[DecisionForm, Form()],
) -> Response:
    """Decide on what was shown."""
    visit = _Visit(request, seat, services, press.q)
    try:
        return await visit.answer(await decide_on_card(request, services, seat, action_of(ticket_id, number), press))
    except NotDecided as why:
        return await visit.refuse(f"{ticket_id}-{number}", why)


@router.post("/{ticket_id}/{number}/snooze")
async def snooze_here(
    request: Request,
    ticket_id: TicketPath,
    number: str,
    seat: ApproverPosting,
    services: Shared,
    press: Annotated[SnoozeForm, Form()],
) -> Response:
    """Put an approval off."""
    visit = _Visit(request, seat, services, press.q)
    try:
        return await visit.answer(await snooze_card(services, seat, action_of(ticket_id, number), press))
    except NotDecided as why:
        return await visit.refuse(f"{ticket_id}-{number}", why)
