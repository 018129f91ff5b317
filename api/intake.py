"""Accepting what people write: rows first, in one transaction with the answer; then a nudge to the workflow."""

from api.auth import Principal, Scope
from api.errors import Refused
from api.idempotency import Once
from api.identity import Shown, Written, check_own, shown_by, written
from api.proposing import propose_edit
from api.schemas.messages import AcceptedView, MessageBody, Receipt, ReplyBody, ReplyView
from api.schemas.opening import FollowUpBody, TicketBody
from api.schemas.tickets import TicketView
from api.services import Services
from api.waiting import await_answer
from domain.errors import Conflict, TicketClosed, Unavailable
from domain.identity import standing_at_opening
from domain.ids import CustomerId, TicketId, new_ticket_id
from domain.message import AuthorKind
from domain.points import reach
from domain.ticket import IdentityLevel, TicketRef, TicketStatus
from store.identity import save_standing
from store.inbox import IncomingMessage, Stub, accept_message
from store.outbox import mark_delivered
from store.rows import Connection
from store.tickets import TicketRow, read_ticket
from workflows.state import OperatorReplied


async def open_ticket(services: Services, caller: Principal, once: Once, body: TicketBody) -> Receipt:
    """Open a ticket with its first message; raises Refused where the key or the token may not say who the writer is."""
    shown = shown_by(caller, body.identity)
    if caller.customer is not None and caller.customer != body.customer_id:
        raise Refused("forbidden", "The customer token is another customer's than the body names.")
    ref = TicketRef(
        tenant=caller.tenant,
        ticket_id=new_ticket_id(),
        customer_id=body.customer_id,
        channel=body.channel,
        identity=standing_at_opening(services.identity_rules(caller.tenant), body.channel, shown.level),
    )
    return await _accept(services, once, ref, body, Stub(subject=body.subject), shown)


async def write_message(
    services: Services, caller: Principal, once: Once, ticket_id: TicketId, body: MessageBody
) -> Receipt:
    """Take a customer's next message; raises Refused with `ticket_closed` and the way to a follow-up."""
    shown = shown_by(caller, body.identity or IdentityLevel.anonymous)
    async with services.pools.operator(caller.tenant) as conn:
        ticket = await read_ticket(conn, caller.tenant, ticket_id)
    check_own(caller, ticket)
    try:
        return await _accept(services, once, ticket.ref, body, None, shown)
    except TicketClosed:
        raise refused_closed(ticket_id) from None


async def follow_up(
    services: Services, caller: Principal, once: Once, ticket_id: TicketId, body: FollowUpBody
) -> Receipt:
    """Open a ticket that goes on from a closed one; it keeps a proven identity only if the key may assert one."""
    async with services.pools.operator(caller.tenant) as conn:
        closed = await read_ticket(conn, caller.tenant, ticket_id)
    check_own(caller, closed)
    if closed.status is not TicketStatus.closed:
        raise Conflict("The ticket is not closed; write to it.")
    shown = shown_by(caller, closed.identity_now if caller.may(Scope.identity_assert) else IdentityLevel.anonymous)
    level = standing_at_opening(services.identity_rules(caller.tenant), closed.channel, shown.level)
    ref = closed.ref.model_copy(update={"ticket_id": new_ticket_id(), "identity": level})
    stub = Stub(subject=body.subject or closed.subject, follow_up_of=ticket_id)
    return await _accept(services, once, ref, body, stub, shown)


async def open_claimed(
    services: Services, once: Once, origin: TicketRow, customer_id: CustomerId, text: str
) -> Receipt:
    """Open a ticket of the account that a stranger says is theirs, as `claimed` at most; it goes on from `origin`."""
    shown = Shown(level=IdentityLevel.claimed, by="assertion")
    level = standing_at_opening(services.identity_rules(origin.tenant), origin.channel, shown.level)
    ref = origin.ref.model_copy(update={"ticket_id": new_ticket_id(), "customer_id": customer_id, "identity": level})
    stub = Stub(follow_up_of=origin.ticket_id)
    return await _accept(services, once, ref, MessageBody(text=text), stub, shown)


async def write_reply(
    services: Services, caller: Principal, once: Once, ticket_id: TicketId, body: ReplyBody
) -> ReplyView:
    """Take an operator's message and tell the workflow at once; if that fails, the relay does.

    Raises NotSeen where somebody wrote after the last message that the operator has seen, if they say which that is.
    """
    operator = caller.operator
    message = IncomingMessage(
        author=AuthorKind.operator,
        author_id=operator,
        text=body.text,
        at=services.deps.clock(),
        attachments=body.files(),
        solves=body.solves,
        seen=body.seen,
    )
    async with services.pools.operator(caller.tenant) as conn:
        ticket = await read_ticket(conn, caller.tenant, ticket_id)
        receipt = await once.recall(conn, Receipt)
        if receipt is None:
            await propose_edit(services, conn, ticket, body.text, by=operator, at=message.at)
            receipt = await _accept_reply(conn, ticket, message)
            await once.keep(conn, receipt, services.deps.clock())
    reach("api.reply_committed")
    try:
        await services.nudger.reply(ticket.ref, OperatorReplied(seq=receipt.seq, by=operator, solves=body.solves))
    except Unavailable:
        return ReplyView(ticket_id=ticket_id, seq=receipt.seq, delivered=False)
    reach("api.reply_told")
    async with services.pools.operator(caller.tenant) as conn:
        await mark_delivered(conn, ticket.ref, "operator", receipt.seq, services.deps.clock())
    return ReplyView(ticket_id=ticket_id, seq=receipt.seq, delivered=True)


async def accepted_view(services: Services, caller: Principal, receipt: Receipt, wait: int) -> AcceptedView:
    """What the sender is told: where it stands, and the answer if it comes within `wait` seconds."""
    path = f"/v1/tickets/{receipt.ticket_id}"
    view = AcceptedView(
        **receipt.model_dump(),
        status_url=path,
        events_url=f"{path}/events",
        temporal_url=services.temporal_url(receipt.ticket_id),
    )
    answered = await await_answer(services, caller.tenant, receipt.ticket_id, receipt.seq, wait) if wait else None
    if answered is None:
        return view
    return view.model_copy(update={"ticket": TicketView.of(answered.ticket), "answers": answered.answers})


def refused_closed(ticket_id: TicketId) -> Refused:
    """The answer to whatever comes too late, with the way on."""
    link = f'</v1/tickets/{ticket_id}/follow-up>; rel="follow-up"'
    return Refused("ticket_closed", "The ticket is closed; open a follow-up.", headers={"Link": link})


async def _accept(
    services: Services,
    once: Once,
    ref: TicketRef,
    body: TicketBody | MessageBody | FollowUpBody,
    stub: Stub | None,
    shown: Shown,
) -> Receipt:
    now = services.deps.clock()
    async with services.pools.operator(ref.tenant) as conn:
        kept = await once.recall(conn, Receipt)
        if kept is not None:
            return kept
        words = Written(ref=ref, text=body.text, by=None)
        if stub is None:
            words = await written(services, conn, ref, body.text, shown)
        message = IncomingMessage(text=words.text, at=now, external_id=body.external_id, attachments=body.files())
        accepted = await accept_message(conn, words.ref, message, stub=stub)
        if words.by is not None and not accepted.is_repeat:
            await save_standing(conn, words.ref, accepted.seq, words.by, now)
        receipt = Receipt(ticket_id=accepted.ticket_id, seq=accepted.seq, is_repeat=accepted.is_repeat)
        await once.keep(conn, receipt, now)
        reach("api.message_written")
    reach("api.message_committed")
    if not receipt.is_repeat:
        services.nudge_soon(ref, receipt.seq)  # only now: a workflow that is told before the commit finds nothing
    return receipt


async def _accept_reply(conn: Connection, ticket: TicketRow, message: IncomingMessage) -> Receipt:
    try:
        accepted = await accept_message(conn, ticket.ref, message)
    except TicketClosed:
        raise refused_closed(ticket.ticket_id) from None
    return Receipt(ticket_id=accepted.ticket_id, seq=accepted.seq)
