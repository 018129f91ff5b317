"""One move on several tickets: each is made by itself, so that one that cannot be moved holds up no other."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from pydantic import Field

from api.errors import Refused
from api.idempotency import Once
from api.moving import assign_ticket, move, put_off
from api.services import Services
from console.later import Later
from console.local_time import local_time
from console.once import Press, once_of
from console.receivers import Receiver, given_to
from console.seat import Seat
from console.views.ticket_moves import send_move
from domain.errors import SetrightError
from domain.ids import TicketId

BulkVerb = Literal["take_over", "hand_back", "close", "assign", "snooze"]
BULK_VERBS: Mapping[BulkVerb, str] = {
    "take_over": "Take over",
    "hand_back": "Hand back",
    "close": "Close",
    "assign": "Assign",
    "snooze": "Snooze",
}
_MOST = 100


class BulkMove(Press, Later):
    """The move and the chosen tickets; `to` is for assigning, `until` for snoozing."""

    verb: BulkVerb
    ticket: list[TicketId] = Field(default=[], max_length=_MOST)
    to: Receiver | None = None
    until: Literal["hour", "morning", "then"] = "hour"


async def move_all(services: Services, seat: Seat, press: BulkMove) -> str:
    """Make the move on each ticket; returns a sentence of what became of it.

    Raises Refused when nothing was chosen, or nobody to give the tickets to.
    """
    if not press.ticket:
        raise Refused("invalid_input", f"Choose one to {_MOST} tickets.")
    if press.verb == "assign" and press.to is None:
        raise Refused("invalid_input", "Say to whom, or to which queue.")
    until = press.moment(services.deps.clock(), local_time(services, seat.tenant).zone)
    failed: Counter[str] = Counter()
    for ticket_id in press.ticket:
        said = press.to or "" if press.verb == "assign" else press.until + press.then if press.verb == "snooze" else ""
        key = once_of(seat.principal, f"{press.once}:{ticket_id}", f"console {press.verb} {ticket_id}", said)
        try:
            await _move(services, seat, press, key, ticket_id, until)
        except SetrightError as error:
            failed[error.text] += 1
    done = len(press.ticket) - failed.total()
    told = [f"{BULK_VERBS[press.verb]}: {done} of {len(press.ticket)}."]
    told += [f"{count} not: {why}" for why, count in failed.items()]
    return " ".join(told)


async def _move(
    services: Services, seat: Seat, press: BulkMove, key: Once, ticket_id: TicketId, until: datetime
) -> None:
    if press.verb == "snooze":
        await put_off(services, seat.principal, key, ticket_id, until)
    elif press.verb == "assign" and press.to is not None:
        await assign_ticket(services, seat.principal, key, ticket_id, given_to(press.to)[0])
    else:
        await move(services, seat.principal, key, ticket_id, press.verb, send_move(press.verb, seat.operator_id))
