"""Operators' moves and customers' ratings, carried to the workflow, which alone changes a ticket."""

import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime

from api.auth import Principal
from api.idempotency import Once
from api.intake import refused_closed
from api.nudge import Nudger
from api.schemas.messages import Receipt as NoteReceipt
from api.schemas.messages import ReplyView
from api.schemas.moves import AssignBody, MoveView, PutOffView, RatingBody
from api.schemas.tickets import RatingView
from api.services import Services
from domain.errors import InvalidInput, TicketClosed, Unavailable
from domain.ids import TicketId
from domain.message import AuthorKind
from domain.points import reach
from domain.ticket import TicketStatus
from store.inbox import IncomingMessage, accept_message
from store.outbox import mark_delivered
from store.ratings import Rating, save_rating
from store.snoozes import snooze_ticket
from store.tickets import TicketRow, read_ticket
from workflows.handlers import Receipt
from workflows.state import Assigned, NoteAdded, Rated

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


async def assign_ticket(
    services: Services, caller: Principal, once: Once, ticket_id: TicketId, body: AssignBody
) -> MoveView:
    """Give the ticket to an operator or to a queue; raises InvalidInput for a queue that the tenant lacks."""
    known = services.deps.queues.get(caller.tenant)
    if body.queue is not None and known is not None and body.queue not in known:
        raise InvalidInput(f"There is no queue '{body.queue}'; there are {', '.join(sorted(known))}.")
    given = Assigned(by=caller.operator, to=body.to, queue=body.queue)
    return await move(services, caller, once, ticket_id, "assign", lambda n, t, key: n.assign(t.ref, given, key))


async def add_note(services: Services, caller: Principal, once: Once, ticket_id: TicketId, text: str) -> ReplyView:
    """Keep a note among operators and tell the workflow at once; if that fails, the relay does."""
    operator, now = caller.operator, services.deps.clock()
    words = IncomingMessage(author=AuthorKind.operator, author_id=operator, text=text, at=now, is_note=True)
    async with services.pools.operator(caller.tenant) as conn:
        ticket = await read_ticket(conn, caller.tenant, ticket_id)
        receipt = await once.recall(conn, NoteReceipt)
        if receipt is None:
            try:
                accepted = await accept_message(conn, ticket.ref, words)
            except TicketClosed:
                raise refused_closed(ticket_id) from None
            receipt = NoteReceipt(ticket_id=accepted.ticket_id, seq=accepted.seq)
            await once.keep(conn, receipt, now)
    try:
        await services.nudger.note(ticket.ref, NoteAdded(seq=receipt.seq, by=operator))
    except Unavailable:
        return ReplyView(ticket_id=ticket_id, seq=receipt.seq, delivered=False)
    async with services.pools.operator(caller.tenant) as conn:
        await mark_delivered(conn, ticket.ref, "note", receipt.seq, services.deps.clock())
    return ReplyView(ticket_id=ticket_id, seq=receipt.seq, delivered=True)


async def put_off(
    services: Services, caller: Principal, once: Once, ticket_id: TicketId, until: datetime
) -> PutOffView:
    """Put a ticket off for this operator alone; raises NotFound, and InvalidInput for a time that is past."""
    now = services.deps.clock()
    view = PutOffView(ticket_id=ticket_id, until=until)
    async with services.pools.operator(caller.tenant) as conn:
        ticket = await read_ticket(conn, caller.tenant, ticket_id)
        kept = await once.recall(conn, PutOffView)
        if kept is not None:
            return kept
        if ticket.status is TicketStatus.closed:
            raise refused_closed(ticket_id)
        await snooze_ticket(conn, ticket.ref, by=caller.operator, until=until, at=now)
        await once.keep(conn, view, now)
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
