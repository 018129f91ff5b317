"""Which moves a ticket offers to whom, and how each is sent to its workflow."""

from collections.abc import Iterator, Mapping

from api.auth import Scope
from api.moving import Send
from console.local_time import LocalTime
from console.seat import Seat
from console.views.ticket_rows import TicketRows
from domain.ids import ActionId, Label
from domain.model import Model
from domain.operator import OperatorId, OperatorRole
from domain.ticket import TicketStatus, WaitingFor
from store.ledger import LedgerStatus
from workflows.state import CloseAsked, HandedBack, TakenOver, UndoAsked

DONE: Mapping[str, str] = {
    "take_over": "You have this ticket now; the assistant is silent on it.",
    "hand_back": "The assistant goes on with this ticket, and answers what nobody has answered.",
    "close": "The ticket is being closed.",
    "assign": "Given on.",
    "undo": "Taking it back was asked for; the history tells what came of it.",
}


class Offer(Model):
    """What may be pressed."""

    may_write: bool = False
    take_over: bool = False
    hand_back: bool = False
    closing: tuple[str, ...] = ()  # what closing would cut off, each in a sentence; empty where there is nothing
    assign_to: tuple[OperatorId, ...] = ()
    assign_queue: tuple[Label, ...] = ()
    read_as: tuple[Label, ...] = ()
    undo: tuple[ActionId, ...] = ()
    lost_to: OperatorId | None = None  # the colleague who has taken the ticket from whoever looks


def offer_of(seat: Seat, rows: TicketRows, local: LocalTime) -> Offer:
    """What this person may do with the ticket as it is now; nothing for who only reads, and on a closed one."""
    ticket = rows.detail.ticket
    if not seat.may(Scope.operators) or ticket.status is TicketStatus.closed:
        return Offer()
    has_it = ticket.assigned_to == seat.operator_id
    is_with_people = ticket.waiting_for is WaitingFor.operator or ticket.assigned_to is not None
    colleagues = (
        it.operator_id for it in rows.colleagues if it.role.includes(OperatorRole.operator) and not it.is_disabled
    )
    done = (
        action for action in rows.detail.actions if action.status in {LedgerStatus.succeeded, LedgerStatus.reconciled}
    )
    return Offer(
        may_write=True,
        take_over=not has_it,
        hand_back=is_with_people,
        closing=tuple(_cut_off(rows, local)),
        assign_to=tuple(it for it in colleagues if it != ticket.assigned_to) if is_with_people else (),
        assign_queue=tuple(it for it in rows.queues if it != ticket.queue) if is_with_people else (),
        read_as=tuple(intent for intent in rows.intents if intent != ticket.intent),
        undo=tuple(action.action_id for action in done) if has_it else (),
        lost_to=_lost_to(seat, rows),
    )


def _cut_off(rows: TicketRows, local: LocalTime) -> Iterator[str]:
    """What somebody who closes the ticket should know: who waits, what was promised, what was asked for."""
    ticket = rows.detail.ticket
    if ticket.waiting_for is WaitingFor.operator:
        yield "The customer waits for an answer, and gets none."
    if ticket.sla_breached_at is not None:
        yield f"An answer was promised by {local(ticket.sla_breached_at)}: that promise stays broken."
    elif ticket.sla_due_at is not None:
        yield f"An answer is promised by {local(ticket.sla_due_at)}: that promise would be broken."
    for view in rows.detail.approvals:
        if view.state == "open":
            yield f"Waits for approval, and would be withdrawn: {view.action.title} ({view.approval_id})."


def _lost_to(seat: Seat, rows: TicketRows) -> OperatorId | None:
    """Who took the ticket from this operator and has it still; None where they gave it away, or took it back."""
    moved = (it for it in reversed(rows.events) if it.kind in {"assigned", "handed_back"} or "taken_from" in it.body)
    last = next(moved, None)
    if last is None or last.body.get("taken_from") != seat.operator_id:
        return None
    return rows.detail.ticket.assigned_to


def send_move(verb: str, by: str, *, action_id: ActionId | None = None) -> Send:
    """How a move is sent; a ticket is handed back with whatever nobody has answered."""
    match verb:
        case "take_over":
            return lambda nudger, ticket, key: nudger.take_over(ticket.ref, TakenOver(by=by), key)
        case "hand_back":
            return lambda nudger, ticket, key: nudger.hand_back(ticket.ref, HandedBack(by=by), key)
        case "undo" if action_id is not None:
            asked = UndoAsked(by=by, action_id=action_id)
            return lambda nudger, ticket, key: nudger.undo(ticket.ref, asked, key)
        case _:
            return lambda nudger, ticket, key: nudger.close(ticket.ref, CloseAsked(by=by), key)
