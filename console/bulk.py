"""One move on several tickets: each is made by itself, so that one that cannot be moved holds up no other."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from api.auth import Scope
from api.errors import Refused
from api.moving import move
from api.services import Services
from console.once import once_of
from console.rights import require
from console.seat import Seat
from console.views.ticket_moves import send_move
from domain.errors import SetrightError
from domain.ids import TicketId

BulkVerb = Literal["take_over", "hand_back", "close"]
BULK_VERBS: Mapping[BulkVerb, str] = {"take_over": "Take over", "hand_back": "Hand back", "close": "Close"}
_MOST = 100


async def move_all(services: Services, seat: Seat, verb: BulkVerb, tickets: Sequence[TicketId], once: str) -> str:
    """Make the move on each ticket; returns a sentence of what became of it.

    Raises Refused when the operator may not, when nothing was chosen, or too much.
    """
    require(seat, Scope.operators)
    if not tickets or len(tickets) > _MOST:
        raise Refused("invalid_input", f"Choose one to {_MOST} tickets.")
    failed: Counter[str] = Counter()
    for ticket_id in tickets:
        key = once_of(seat.principal, f"{once}:{ticket_id}", f"console {verb} {ticket_id}", "")
        try:
            await move(services, seat.principal, key, ticket_id, verb, send_move(verb, seat.operator_id))
        except SetrightError as error:
            failed[error.text] += 1
    done = len(tickets) - failed.total()
    said = [f"{BULK_VERBS[verb]}: {done} of {len(tickets)}."]
    said += [f"{count} not: {why}" for why, count in failed.items()]
    return " ".join(said)
