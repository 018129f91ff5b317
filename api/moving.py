"""Operators' moves and customers' ratings, carried to the workflow, which alone changes a ticket."""

import secrets
from collections.abc import Awaitable, Callable

from api.auth import Principal
from api.idempotency import Once
from api.intake import refused_closed
from api.nudge import Nudger
from api.schemas.moves import MoveView, RatingBody
from api.schemas.tickets import RatingView
from api.services import Services
from domain.errors import TicketClosed
from domain.ids import TicketId
from domain.points import reach
from domain.ticket import TicketStatus
from store.ratings import Rating, save_rating
from store.tickets import TicketRow, read_ticket
from workflows.handlers import Receipt
from workflows.state import Rated

#: Sends one move: to which workflow, of which ticket, under which update id.
Send = Callable[[Nudger, TicketRow, str], Awaitable[Receipt]]


async def move(
    services: Services, caller: Principal, once: Once, ticket_id: TicketId, name: str, send: Send
) -> MoveView:
    """Have the workflow accept a move; sent again under the same idempotency key, it is accepted once.

    Raises:
        NotFound, Conflict: there is no such ticket, or the move does not fit its state.
        Unavailable: the workflow did not answer; nothing is kept, so send it again.
    """
    async with services.pools.operator(caller.tenant) as conn:
        ticket = await read_ticket(conn, caller.tenant, ticket_id)
        kept = await once.recall(conn, MoveView)
    if kept is not None:
        return kept
    if ticket.status is TicketStatus.closed:
        raise refused_closed(ticket_id)
    try:
        receipt = await send(services.nudger, ticket, once.update_id(name, secrets.token_hex(8)))
    except TicketClosed:
        raise refused_closed(ticket_id) from None
    reach("api.move_told")
    view = MoveView(ticket_id=ticket_id, status=receipt.status)
    async with services.pools.operator(caller.tenant) as conn:
        if await once.recall(conn, MoveView) is None:
            await once.keep(conn, view, services.deps.clock())
    return view


async def rate(services: Services, caller: Principal, once: Once, ticket_id: TicketId, body: RatingBody) -> RatingView:
    """Keep a rating; the workflow notes it while it lives, a closed ticket is rated all the same. Raises NotFound."""
    now = services.deps.clock()
    rating = Rating(score=body.score, comment=body.comment, rated_by=caller.name, at=now)
    view = RatingView(score=rating.score, comment=rating.comment, at=rating.at)
    async with services.pools.operator(caller.tenant) as conn:
        ticket = await read_ticket(conn, caller.tenant, ticket_id)
        kept = await once.recall(conn, RatingView)
        if kept is not None:
            return kept
        await save_rating(conn, ticket.ref, rating)
        await once.keep(conn, view, now)
    if ticket.status is not TicketStatus.closed:
        services.rate_soon(ticket.ref, Rated(score=rating.score), once.update_id("rate", secrets.token_hex(8)))
    return view
