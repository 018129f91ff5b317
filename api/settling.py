"""Settling an effect by hand: a person's word, kept in one transaction; the ticket is told through the outbox."""

from api.auth import Principal
from api.idempotency import Once
from api.schemas.moves import SettleBody, SettledEffectView
from api.services import Services
from domain.ids import TicketId
from store.settling import NewSettling, settle_by_hand


async def settle_effect(
    services: Services, caller: Principal, once: Once, ticket_id: TicketId, body: SettleBody
) -> SettledEffectView:
    """Keep what an operator found out of an effect that nobody was sure of.

    Raises:
        NotFound: there is no such action on this ticket.
        Conflict: the action is not in doubt, or may still be tried.
        Refused: the key is a service's; what became of money is a person's word.
    """
    operator, now = caller.operator, services.deps.clock()
    async with services.pools.operator(caller.tenant) as conn:
        kept = await once.recall(conn, SettledEffectView)
        if kept is not None:
            return kept
        new = NewSettling(
            ticket_id=ticket_id,
            action_id=body.action_id,
            finding=body.finding,
            ref=body.ref,
            by=operator,
            because=body.reason,
            at=now,
        )
        row = await settle_by_hand(conn, caller.tenant, new)
        view = SettledEffectView(
            ticket_id=ticket_id,
            action_id=row.action_id,
            action=row.action,
            finding=body.finding,
            settled_by=operator,
            at=row.settled_at or now,
        )
        await once.keep(conn, view, now)
    return view
