"""Looking at answers that rest on what does not hold any more."""

from api.auth import Principal
from api.idempotency import Once
from api.schemas.evidence import ReviewBody, ReviewedView
from api.services import Services
from store.evidence import review_answer
from store.tickets import read_ticket


async def review(services: Services, caller: Principal, once: Once, body: ReviewBody) -> ReviewedView:
    """Note that an operator has looked at an answer; the same again settles nothing more. Raises NotFound."""
    by, now = caller.operator, services.deps.clock()
    async with services.pools.operator(caller.tenant) as conn:
        if (kept := await once.recall(conn, ReviewedView)) is not None:
            return kept
        ticket = await read_ticket(conn, caller.tenant, body.ticket_id)
        settled = await review_answer(conn, ticket.ref, body.seq, by=by, at=now)
        view = ReviewedView(ticket_id=body.ticket_id, seq=body.seq, settled=settled, reviewed_by=by)
        await once.keep(conn, view, now)
    return view
