"""Tickets that wait for a person, late ones first: taken over, given on and put off from the list, by queue."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from api.auth import Scope
from api.services import Services, Shared
from api.staffing import read_queues
from console.bulk import BulkMove, BulkVerb, move_all
from console.handoffs_query import KEYS, read_line
from console.known import example, known_labels, why_nothing
from console.pages import FRAGMENT_HEADER, page, wants_block
from console.receivers import read_receivers
from console.rights import OperatorPosting, require
from console.seat import Seat, Seated
from console.terms import MOST_CHARS
from console.told import forget, said_before, say_next
from console.views.handoff_list import chips_of, queues_of
from domain.errors import InvalidInput
from store.desk import Viewer
from store.handoff_desk import HandoffFilter, count_queues, list_waiting
from store.handoff_figures import count_handoffs

router = APIRouter(prefix="/handoffs")
_VERBS: dict[BulkVerb, str] = {"take_over": "Take over", "assign": "Assign", "snooze": "Snooze"}
_SOON = timedelta(hours=1)
_MOST = 100


@dataclass(frozen=True, slots=True)
class _Visit:
    """One request at the list; `q` is its filter."""

    request: Request
    seat: Seat
    services: Services
    q: str | None

    @property
    def line(self) -> str:
        return " ".join((self.q or "").split())

    @property
    def here(self) -> str:
        return f"/console/handoffs?q={quote(self.line, safe='')}"

    async def show(self, *, told: str | None = None) -> Response:
        seat, tenant, now = self.seat, self.seat.tenant, self.services.deps.clock()
        wanted, problem = HandoffFilter(), None
        try:
            wanted = read_line(self.line, me=seat.operator_id, now=now)
        except InvalidInput as error:
            problem = error.text
        viewer = Viewer(operator_id=seat.operator_id, now=now)
        known = known_labels(self.services, tenant)
        async with self.services.pools.operator(tenant) as conn:
            rows = [] if problem else await list_waiting(conn, tenant, wanted, viewer, limit=_MOST + 1)
            if not rows and problem is None:
                problem = await why_nothing(conn, self.line, KEYS, known)
            counts = await count_queues(conn, tenant, viewer, now + _SOON)
            receivers = await read_receivers(self.services, conn, seat)
        beside: dict[str, Any] = {"queues": (), "figures": None}
        if wants_block(self.request, "handoffs-beside"):  # counted over all events, so not with every ticket that moves
            queues = await read_queues(self.services, tenant)
            async with self.services.pools.operator(tenant) as conn:
                figures = await count_handoffs(conn, tenant)
            beside = {
                "queues": queues_of(self.services.deps.queues.get(tenant, ()), queues, counts, now),
                "figures": figures,
            }
        return page(
            self.request,
            seat,
            "handoffs.html",
            here="handoffs",
            told=told,
            line=self.line,
            here_src=self.here,
            problem=problem,
            example=example(known, "queue:", "is:breached", "sla:1h", "is:mine", "words"),
            chips=chips_of(counts),
            tickets=rows[:_MOST],
            are_more=len(rows) > _MOST,
            receivers=receivers,
            may_move=seat.may(Scope.operators),
            verbs=_VERBS,
            now=now,
            **beside,
        )


@router.get("")
async def get_handoffs(
    request: Request,
    seat: Seated,
    services: Shared,
    q: Annotated[str | None, Query(max_length=4 * MOST_CHARS)] = None,
) -> Response:
    """Show the tickets that wait for a person."""
    require(seat, Scope.tickets_read)
    told = said_before(request)
    response = await _Visit(request, seat, services, q).show(told=told)
    if told is not None:
        forget(response)
    return response


@router.post("/moves")
async def move_some(
    request: Request, seat: OperatorPosting, services: Shared, press: Annotated[BulkMove, Form()]
) -> Response:
    """Make one move on one or more of the tickets, and say what became of it."""
    told = await move_all(services, seat, press)
    visit = _Visit(request, seat, services, press.q)
    if FRAGMENT_HEADER in request.headers:
        return await visit.show(told=told)
    response = RedirectResponse(visit.here, status_code=303)
    say_next(response, told)
    return response
