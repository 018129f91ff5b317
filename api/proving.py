"""Proving who writes by a one-time code: asking for one, and handing it in. A code is never answered or logged."""

from api.auth import Principal
from api.errors import Refused
from api.idempotency import Once
from api.identity import CODE_SHOWN, can_be_proven
from api.intake import refused_closed
from api.schemas.identity import CodeView, ProofBody
from api.schemas.messages import Receipt
from api.services import Services
from domain.errors import WrongCode
from domain.ids import TicketId
from domain.ticket import IdentityLevel, TicketRef, TicketStatus
from store.codes import ask_for_code, try_code
from store.identity import save_standing
from store.inbox import IncomingMessage, accept_message
from store.messages import lock_ticket
from store.rows import Connection
from store.tickets import read_ticket


async def send_code(services: Services, caller: Principal, once: Once, ticket_id: TicketId) -> CodeView:
    """Have a code sent to the address in the tenant's records; raises TooManyCodes, and Refused where none can help."""
    view = CodeView(ticket_id=ticket_id)
    now = services.deps.clock()
    async with services.pools.operator(caller.tenant) as conn:
        ref = await _provable(services, conn, caller, ticket_id)
        if await once.recall(conn, CodeView) is None:
            await ask_for_code(conn, ref, now)
            await once.keep(conn, view, now)
    return view


async def hand_in(services: Services, caller: Principal, once: Once, ticket_id: TicketId, body: ProofBody) -> Receipt:
    """Take a code: if it is right, the writer is proven from now on, and the ticket goes on.

    Raises:
        WrongCode: it is wrong, used, expired, tried too often, or none was sent; the try is counted.
        Refused: the ticket is closed, or its channel lets nobody be proven.
    """
    now = services.deps.clock()
    async with services.pools.operator(caller.tenant) as conn:
        ref = await _provable(services, conn, caller, ticket_id)
        kept = await once.recall(conn, Receipt)
        if kept is not None:
            return kept
        receipt = None
        if await try_code(conn, services.deps.code_key, ref, body.code.replace(" ", "").replace("-", ""), now):
            proven = ref.model_copy(update={"identity": IdentityLevel.proven})
            # A message like any other, so that the ticket goes on with what it was waiting for.
            accepted = await accept_message(conn, proven, IncomingMessage(text=CODE_SHOWN, at=now))
            await save_standing(conn, proven, accepted.seq, "code", now)
            receipt = Receipt(ticket_id=ticket_id, seq=accepted.seq)
            await once.keep(conn, receipt, now)
    if receipt is None:  # only now: the try has to be committed
        raise WrongCode("The code is not right, or not any more; check it, or ask for a new one.")
    services.nudge_soon(ref, receipt.seq)
    return receipt


async def _provable(services: Services, conn: Connection, caller: Principal, ticket_id: TicketId) -> TicketRef:
    """The ticket, locked; raises NotFound, and Refused where no code can help."""
    ticket = await read_ticket(conn, caller.tenant, ticket_id)
    if (await lock_ticket(conn, ticket.ref)).status == TicketStatus.closed:
        raise refused_closed(ticket_id)
    if not can_be_proven(services, ticket.ref):
        raise Refused("conflict", "Nobody can be proven over this ticket's channel; write over another one.")
    return ticket.ref
