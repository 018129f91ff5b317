"""One task in ticket mode: one ticket, every confirmation answered yes, every other question left unanswered."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from activities.desk import Desk
from domain.handoff import HandoffReason
from domain.ids import CustomerId, TenantId, new_ticket_id
from domain.memory import AskedConfirmation
from domain.outcome import HandOff
from domain.ticket import IdentityLevel, TicketRef
from evals.ticket import DirectTicket
from store.ledger import ticket_actions

TENANT: TenantId = "tau"
YES = "Yes, please."
#: More turns than any ticket has confirmations; a ticket that never ends is left.
MOST_TURNS = 16

Ending = Literal["answered", "handed_off", "unanswered", "fault"]


@dataclass(frozen=True)
class Run:
    """How a ticket ended: answered, with a person, at a question that nobody answers, or with a fault."""

    ending: Ending
    why: str  # the handoff's reason, the question's kind and slot, or the fault's type; "" when answered
    wishes: tuple[str, ...]  # intent and status of each wish
    replies: tuple[str, ...]
    writes: int  # that succeeded, by the ledger


async def run_ticket(desk: Desk, customer: CustomerId, text: str, clock: Callable[[], datetime]) -> Run:
    """Open a ticket with `text`, say yes while the assistant asks for it, and tell how it ended."""
    ref = TicketRef(
        tenant=TENANT,
        ticket_id=new_ticket_id(),
        customer_id=customer,
        channel="api",
        identity=IdentityLevel.proven,
    )
    ticket = DirectTicket(desk, ref, clock)
    try:
        ending, why = await _converse(ticket, text)
    except Exception as fault:  # noqa: BLE001 - one task's fault is a result; the workflow hands it to a person too
        ending, why = "fault", type(fault).__name__
    async with desk.pools.operator(TENANT) as conn:
        done = await ticket_actions(conn, TENANT, ref.ticket_id)
        writes = sum(row.status == "succeeded" for row in done)
    wishes = tuple(f"{wish.intent}: {wish.status}" for wish in ticket.memory.wishes)
    return Run(ending, why, wishes, tuple(ticket.replies), writes)


async def _converse(ticket: DirectTicket, text: str) -> tuple[Ending, str]:
    outcome = await ticket.say(text)
    for _ in range(MOST_TURNS):
        if isinstance(outcome, HandOff):
            return "handed_off", outcome.notice.reason.value
        match ticket.asked:
            case None:
                return "answered", ""
            case AskedConfirmation():
                outcome = await ticket.say(YES)
            case asked:
                return "unanswered", f"{asked.kind} {getattr(asked, 'slot', '')}".strip()
    return "handed_off", HandoffReason.fault.value
