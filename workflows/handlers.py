"""What may be sent to a ticket: updates that validate, enqueue and return a receipt, and the one query.

No handler waits for a turn or an activity: one that did so would block continue-as-new, which waits for handlers. The
loop in ticket.py acts on what they leave in the state.
"""

from temporalio import workflow
from temporalio.exceptions import ApplicationError

from domain.action import ActionStatus
from domain.approval import Decision, DecisionReceipt
from domain.ids import ActionId
from domain.model import Model
from domain.points import reach
from domain.ticket import TicketStatus, WaitingFor
from workflows import approvals
from workflows.state import (
    Assigned,
    CloseAsked,
    HandedBack,
    Move,
    NoteAdded,
    OperatorReplied,
    Owner,
    Rated,
    TakenOver,
    TicketState,
    UndoAsked,
)


class Receipt(Model):
    """What the sender of a message or a move is told: it will be acted on."""

    status: TicketStatus
    latest: int


class TicketView(Model):
    """Where a ticket stands, for queries."""

    status: TicketStatus
    waiting_for: WaitingFor
    owner: Owner
    turn: int
    watermark: int
    pending: tuple[ActionId, ...]
    is_suggesting: bool = False  # a reply is being thought of for the person who has it


class TicketHandlers:
    """The handlers of the ticket workflow, over the state that its loop works on."""

    state: TicketState
    is_suggesting = False

    @workflow.update
    async def receive(self, seq: int) -> Receipt:
        """A customer's message `seq` is in the inbox."""
        self._set(latest=max(self.state.latest, seq))
        return self._receipt()

    @receive.validator
    def _check_receive(self, seq: int) -> None:
        self._refuse_closed()
        if seq < 1:
            raise _refusal("invalid_input", "A message's seq starts at 1.")

    @workflow.update
    async def decide(self, decision: Decision) -> DecisionReceipt:
        """An approver has decided; the first valid decision takes the slot."""
        approvals.check(self.state, decision, workflow.now())  # two may be accepted in one activation
        self.state, receipt = approvals.decide(self.state, decision, workflow.now())
        reach("ticket.decided")
        return receipt

    @decide.validator
    def _check_decide(self, decision: Decision) -> None:
        self._refuse_closed()
        approvals.check(self.state, decision, workflow.now())

    @workflow.update
    async def reply(self, move: OperatorReplied) -> Receipt:
        """An operator has written a message; from then on the operator answers."""
        return self._enqueue(move)

    @reply.validator
    def _check_reply(self, move: OperatorReplied) -> None:
        self._refuse_closed()
        if move.seq < 1:
            raise _refusal("invalid_input", "A message's seq starts at 1.")

    @workflow.update
    async def take_over(self, move: TakenOver) -> Receipt:
        """An operator takes the ticket."""
        return self._enqueue(move)

    @take_over.validator
    def _check_take_over(self, move: TakenOver) -> None:  # noqa: ARG002 - the SDK wants the update's own signature
        self._refuse_closed()

    @workflow.update
    async def hand_back(self, move: HandedBack) -> Receipt:
        """An operator gives the ticket back to the assistant."""
        return self._enqueue(move)

    @hand_back.validator
    def _check_hand_back(self, move: HandedBack) -> None:
        self._refuse_closed()
        if self.state.owner is not Owner.operator:
            raise _refusal("conflict", "The assistant has this ticket already.")
        if move.watermark is not None and move.watermark < 0:
            raise _refusal("invalid_input", "A watermark is a message's seq.")

    @workflow.update
    async def close(self, move: CloseAsked) -> Receipt:
        """Close the ticket for good; a later message opens a follow-up."""
        return self._enqueue(move)

    @close.validator
    def _check_close(self, move: CloseAsked) -> None:  # noqa: ARG002 - the SDK wants the update's own signature
        self._refuse_closed()
        if any(not effect.is_unknown for effect in self.state.memory.watched):
            raise _refusal("conflict", "A payment on this ticket has not settled yet; it closes by itself once it has.")

    @workflow.update
    async def assign(self, move: Assigned) -> Receipt:
        """An operator gives the ticket to a colleague or to a queue."""
        return self._enqueue(move)

    @assign.validator
    def _check_assign(self, move: Assigned) -> None:
        self._refuse_closed()
        if self.state.owner is not Owner.operator:
            raise _refusal("conflict", "The assistant has this ticket; take it over first.")
        if (move.operator is None) == (move.queue is None):
            raise _refusal("invalid_input", "Assign it to an operator or to a queue.")

    @workflow.update
    async def note(self, move: NoteAdded) -> Receipt:
        """An operator has written a note that only operators see."""
        return self._enqueue(move)

    @note.validator
    def _check_note(self, move: NoteAdded) -> None:
        self._refuse_closed()
        if move.seq < 1:
            raise _refusal("invalid_input", "A message's seq starts at 1.")

    @workflow.update
    async def rate(self, move: Rated) -> Receipt:
        """The customer rated the ticket."""
        return self._enqueue(move)

    @rate.validator
    def _check_rate(self, move: Rated) -> None:  # noqa: ARG002 - the SDK wants the update's own signature
        self._refuse_closed()

    @workflow.update
    async def undo(self, move: UndoAsked) -> Receipt:
        """An operator takes an action back; policy decides whether that may be done."""
        return self._enqueue(move)

    @undo.validator
    def _check_undo(self, move: UndoAsked) -> None:
        self._refuse_closed()
        if self.state.owner is not Owner.operator:
            raise _refusal("conflict", "Take the ticket over first: undoing is a person's decision.")
        results = [result for wish in self.state.memory.wishes for result in wish.results]
        if not any(it.action_id == move.action_id and it.status is ActionStatus.succeeded for it in results):
            raise _refusal("not_found", "This ticket has carried out no such action.")

    @workflow.update
    async def resume(self, pause_id: int) -> Receipt:  # noqa: ARG002 - only there to tell one nudge from another
        """A pause has ended: try what was held back."""
        self._set(is_resume_asked=True)
        return self._receipt()

    @resume.validator
    def _check_resume(self, pause_id: int) -> None:  # noqa: ARG002 - the SDK wants the update's own signature
        self._refuse_closed()

    @workflow.update
    async def look_again(self, action_id: ActionId) -> Receipt:
        """The provider says that something changed about an effect: look at it now."""
        self._set(looks_asked=(*self.state.looks_asked, action_id))
        return self._receipt()

    @look_again.validator
    def _check_look_again(self, action_id: ActionId) -> None:  # noqa: ARG002 - the SDK wants the update's signature
        self._refuse_closed()

    @workflow.query
    def view(self) -> TicketView:
        """Where the ticket stands."""
        state = self.state
        return TicketView(
            status=state.status,
            waiting_for=state.waiting_for,
            owner=state.owner,
            turn=state.turn,
            watermark=state.watermark,
            pending=tuple(p.request.approval_id for p in state.memory.pending),
            is_suggesting=self.is_suggesting,
        )

    # --- small things -----------------------------------------------------------------------------------------------

    def _set(self, **changes: object) -> None:
        self.state = self.state.model_copy(update=changes)

    def _enqueue(self, move: Move) -> Receipt:
        self._set(moves=(*self.state.moves, move))
        return self._receipt()

    def _receipt(self) -> Receipt:
        return Receipt(status=self.state.status, latest=self.state.latest)

    def _refuse_closed(self) -> None:
        if self.state.status is TicketStatus.closed:
            raise ApplicationError("The ticket is closed; a new message opens a follow-up.", type="ticket_closed")


def _refusal(code: str, text: str) -> ApplicationError:
    return ApplicationError(text, type=code, non_retryable=True)
