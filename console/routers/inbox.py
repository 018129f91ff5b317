"""The inbox: tickets, live, by saved filters; and moves on several of them at once."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from api.services import Services, Shared
from console.bulk import BULK_VERBS, BulkMove, move_all
from console.inbox_query import KEYS, VIEWS, read_line
from console.known import example, known_labels, why_nothing
from console.pages import FRAGMENT_HEADER, page, wants_block, with_fresh_keys
from console.receivers import Receivers, read_receivers
from console.rights import OperatorPosting
from console.seat import Seat, Seated
from console.terms import MOST_CHARS
from console.together import Together
from domain.errors import InvalidInput
from store.desk import InboxFilter, InboxPage, Viewer, count_inbox, list_inbox

router = APIRouter()
Line = Annotated[str | None, Query(alias="q", max_length=4 * MOST_CHARS)]
_NOTHING = InboxPage(rows=(), cursor=None)
_PAGE = 50


@router.get("/")
async def home() -> Response:
    """Begin with what waits."""
    return RedirectResponse("/console/inbox", status_code=303)


@router.get("/inbox")
async def get_inbox(
    request: Request, seat: Seated, services: Shared, q: Line = None, cursor: Annotated[str | None, Query()] = None
) -> Response:
    """Show the tickets that a line of filters finds; without one, those that wait for us."""

    async def make() -> HTMLResponse:
        shown = await inbox_of(request, seat, services, q, cursor)
        return page(request, seat, "inbox.html", here="inbox", **shown)

    if request.headers.get(FRAGMENT_HEADER) != "inbox-list":
        return await make()
    # Every open tab asks for this at each event. The seat is all that the list depends on besides its address: a
    # session's own token, what its operator may do, and what is theirs.
    lists: Together[HTMLResponse] = request.app.state.lists
    return with_fresh_keys(await lists.ask((seat, q, cursor), make))


@router.post("/inbox/bulk")
async def move_several(
    request: Request,
    seat: OperatorPosting,
    services: Shared,
    press: Annotated[BulkMove, Form()],
) -> Response:
    """Make one move on each of the chosen tickets, and say how many could not be moved and why."""
    told = await move_all(services, seat, press)
    shown = await inbox_of(request, seat, services, press.q or "", None)
    return page(request, seat, "inbox.html", here="inbox", told=told, **shown)


async def inbox_of(
    request: Request, seat: Seat, services: Services, q: str | None, cursor: str | None
) -> dict[str, Any]:
    """What the list of the inbox shows, on its own page and beside a ticket."""
    line = VIEWS[0].line if q is None else " ".join(q.split())
    now, problem = services.deps.clock(), None
    try:
        wanted = read_line(line, me=seat.operator_id, now=now)
    except InvalidInput as error:
        wanted, problem = None, error.text
    counts: dict[str, int] = {}
    tickets, viewer = _NOTHING, Viewer(operator_id=seat.operator_id, now=now)
    receivers, known = Receivers(), known_labels(services, seat.tenant)
    async with services.pools.operator(seat.tenant) as conn:
        if wanted is not None:
            try:
                tickets = await list_inbox(conn, seat.tenant, wanted, viewer, limit=_PAGE, cursor=cursor)
                if not tickets.rows:
                    problem = await why_nothing(conn, line, KEYS, known)
            except InvalidInput as error:
                problem = error.text
        if wants_block(request, "inbox-list"):
            receivers = await read_receivers(services, conn, seat)
            views = {view.name: read_line(view.line, me=seat.operator_id, now=now) for view in VIEWS if view.line}
            counts = await count_inbox(conn, seat.tenant, views, viewer)
    return {
        "tickets": tickets,
        "line": line,
        "is_filtered": wanted != InboxFilter(),
        "problem": problem,
        "example": example(known, "is:waiting", "intent:", "older:1h", "words"),
        "views": VIEWS,
        "counts": counts,
        "cursor": cursor,
        "verbs": BULK_VERBS,
        "receivers": receivers,
        "now": now,
    }
