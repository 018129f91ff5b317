"""Taking what other systems deliver: each delivery once, in one transaction with its effect."""

from api.errors import Refused
from api.schemas.hooks import Delivery, DeliveryView, EffectDelivery, MessageData
from api.services import Services
from domain.errors import Conflict
from domain.ids import new_ticket_id
from domain.ticket import IdentityLevel, TicketRef, TicketStatus
from store.hook_conversations import bind_conversation, ticket_of_conversation
from store.hooks import HookRow, accept_delivery
from store.inbox import IncomingMessage, Stub, accept_message
from store.rows import Connection
from store.tickets import read_ticket
from store.watches import announce_change


async def take(services: Services, hook: HookRow, source: str, delivery_id: str, delivery: Delivery) -> DeliveryView:
    """Take a verified delivery; a repeat changes nothing.

    Raises:
        Refused: `forbidden`, if the source says who writes and may not.
        Conflict: the conversation is another customer's, or the message's id was used for another message.
        TicketClosed: the ticket was closed in this very moment; delivered again, it opens a follow-up.
    """
    now = services.deps.clock()
    async with services.pools.operator(hook.tenant) as conn:
        if not await accept_delivery(conn, hook.tenant, source, delivery_id, now):
            return DeliveryView(is_repeat=True)
        if isinstance(delivery, EffectDelivery):
            await announce_change(conn, hook.tenant, delivery.data.ref, now)
            return DeliveryView()
        data = delivery.data
        if data.identity is not IdentityLevel.anonymous and not hook.asserts_identity:
            raise Refused("forbidden", "This hook may not say who a writer is; leave identity out.")
        ref, stub = await _ticket_for(conn, hook, source, data)
        message = IncomingMessage(text=data.text, at=now, external_id=f"{source}:{data.message_id}")
        accepted = await accept_message(conn, ref, message, stub=stub)
        ref = ref.model_copy(update={"ticket_id": accepted.ticket_id})
        if accepted.is_new:
            await bind_conversation(conn, ref, source, data.conversation_id)
    if not accepted.is_repeat:
        services.nudge_soon(ref, accepted.seq)
    return DeliveryView(ticket_id=accepted.ticket_id, is_repeat=accepted.is_repeat)


async def _ticket_for(conn: Connection, hook: HookRow, source: str, data: MessageData) -> tuple[TicketRef, Stub | None]:
    """The ticket that a message belongs to, and with what it is opened if it is new."""
    new = TicketRef(
        tenant=hook.tenant,
        ticket_id=new_ticket_id(),
        customer_id=data.customer_id,
        channel=data.channel,
        identity=data.identity,
    )
    known = await ticket_of_conversation(conn, hook.tenant, source, data.conversation_id)
    if known is None:
        return new, Stub(subject=data.subject)
    ticket = await read_ticket(conn, hook.tenant, known)
    if ticket.customer_id != data.customer_id:
        raise Conflict("This conversation is another customer's.")
    if ticket.status is TicketStatus.closed:
        return new, Stub(subject=data.subject or ticket.subject, follow_up_of=known)
    return ticket.ref, None
