"""The ticket workflow: it owns time and people.

A loop: wait for whatever comes first (a message, a decision, an operator, a timer), run one turn or apply one move,
record it, wait again. Handlers only validate, enqueue and return a receipt; the loop alone changes the ticket.
"""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import SearchAttributeKey
from temporalio.exceptions import ApplicationError

from activities.contracts import RecordActivities
from domain.approval import Decision, DecisionReceipt
from domain.ask import CheckAsk, DraftAsk, InboxAsk, OpenAsk, RecordAsk, Recorded, ResolutionKind, TurnKey
from domain.event import EventDraft
from domain.handoff import HandOffNotice, HandoffReason
from domain.ids import ActionId
from domain.memory import ReplyPart
from domain.model import Model
from domain.outcome import DraftRef, HandOff
from domain.ticket import TicketStatus, WaitingFor
from graphs.effects import TurnContext
from graphs.state import Trigger, TurnState
from graphs.turn import run_turn
from workflows import approvals, moves, options, turns
from workflows.effects import DurableEffects
from workflows.state import (
    CloseAsked,
    HandedBack,
    Move,
    OperatorReplied,
    Owner,
    Rated,
    TakenOver,
    TicketInput,
    TicketState,
)

STATUS = SearchAttributeKey.for_keyword("SetrightStatus")
WAITING_FOR = SearchAttributeKey.for_keyword("SetrightWaitingFor")
INTENT = SearchAttributeKey.for_keyword("SetrightIntent")
TENANT = SearchAttributeKey.for_keyword("SetrightTenant")
#: Registered at start by the embedded stack and by `setright doctor`: an unregistered one fails the workflow task.
SEARCH_ATTRIBUTES = (STATUS, WAITING_FOR, INTENT, TENANT)


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


@workflow.defn(name="ticket")
class TicketWorkflow:
    """One ticket, from its first message until it is closed."""

    @workflow.init
    def __init__(self, given: TicketInput) -> None:
        self.state = given.state or TicketState(ref=given.ref)

    @workflow.run
    async def run(self, given: TicketInput) -> TicketView:  # noqa: ARG002 - __init__ has it
        """Live until closed; returns where the ticket ended."""
        if not await self._open():
            return self.view()
        while self.state.status is not TicketStatus.closed:
            await self._wait()
            await self._step()
            self._show()
            if workflow.info().is_continue_as_new_suggested():
                await workflow.wait_condition(workflow.all_handlers_finished)
                workflow.continue_as_new(TicketInput(ref=self.state.ref, state=self.state))
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self.view()

    # --- what may be sent to a ticket -------------------------------------------------------------------------------

    @workflow.update
    async def receive(self, seq: int) -> Receipt:
        """A customer's message `seq` is in the inbox."""
        self._set(latest=max(self.state.latest, seq))
        return self._receipt()

    @receive.validator
    def _check_receive(self, seq: int) -> None:
        self._refuse_closed()
        if seq < 1:
            raise ApplicationError("A message's seq starts at 1.", type="invalid_input", non_retryable=True)

    @workflow.update
    async def decide(self, decision: Decision) -> DecisionReceipt:
        """An approver has decided; the first valid decision takes the slot."""
        approvals.check(self.state, decision, workflow.now())  # two may be accepted in one activation
        self.state, receipt = approvals.decide(self.state, decision, workflow.now())
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
            raise ApplicationError("A message's seq starts at 1.", type="invalid_input", non_retryable=True)

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
            raise ApplicationError("The assistant has this ticket already.", type="conflict", non_retryable=True)
        if move.watermark < 0:
            raise ApplicationError("A watermark is a message's seq.", type="invalid_input", non_retryable=True)

    @workflow.update
    async def close(self, move: CloseAsked) -> Receipt:
        """Close the ticket for good; a later message opens a follow-up."""
        return self._enqueue(move)

    @close.validator
    def _check_close(self, move: CloseAsked) -> None:  # noqa: ARG002 - the SDK wants the update's own signature
        self._refuse_closed()

    @workflow.update
    async def rate(self, move: Rated) -> Receipt:
        """The customer rated the ticket."""
        return self._enqueue(move)

    @rate.validator
    def _check_rate(self, move: Rated) -> None:  # noqa: ARG002 - the SDK wants the update's own signature
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
        )

    # --- the loop ---------------------------------------------------------------------------------------------------

    async def _open(self) -> bool:
        """Read the terms once; False for a ticket that is closed already: a late message never resurrects it."""
        if self.state.terms is None:
            terms = await workflow.execute_local_activity_method(
                RecordActivities.open_ticket, OpenAsk(key=self._key()), **options.LOCAL["open_ticket"]
            )
            self._set(terms=terms, status=terms.status, next_event=terms.first_event)
            workflow.upsert_search_attributes([TENANT.value_set(self.state.ref.tenant)])
            self._show()
        return self.state.status is not TicketStatus.closed

    async def _wait(self) -> None:
        """Wait for work or for the next deadline."""
        deadline = moves.next_deadline(self.state)
        timeout = None if deadline is None else max(deadline.at - workflow.now(), timedelta(0))
        try:
            await workflow.wait_condition(
                lambda: moves.has_work(self.state),
                timeout=timeout,
                timeout_summary=deadline.what if deadline else None,
            )
        except TimeoutError:
            return

    async def _step(self) -> None:
        """Do the one thing that is due; people's decisions first, then their moves, the customer, the clock."""
        state, now = self.state, workflow.now()
        if state.decisions:
            await self._decision_turn(state.decisions[0])
        elif state.moves:
            await self._apply(state.moves[0])
        elif state.latest > state.watermark:
            await self._message_turn(Trigger.message)
        elif (due := moves.next_deadline(state)) is not None and due.at <= now:
            await self._time_is_up(due)

    async def _message_turn(self, trigger: Trigger) -> None:
        """Read everything above the watermark as one turn; a person's ticket is only noted."""
        rows = await workflow.execute_local_activity_method(
            RecordActivities.read_inbox,
            InboxAsk(ticket=self.state.ref, after=self.state.watermark),
            **options.LOCAL["read_inbox"],
        )
        seqs = tuple(row.seq for row in rows)
        if not seqs:
            # Whoever wrote is not a customer; their own move is on its way.
            self._set(latest=self.state.watermark)
            await workflow.sleep(timedelta(seconds=1))
            return
        events = moves.arrival_events(self.state, seqs)
        is_reopened = self.state.status is TicketStatus.solved
        self._set(
            watermark=max(seqs),
            latest=max(*seqs, self.state.latest),
            memory=self.state.memory.model_copy(update={"reopens": self.state.memory.reopens + int(is_reopened)}),
            reminded=False,
        )
        if self.state.owner is Owner.operator:
            await self._record_move(events, TicketStatus.open, WaitingFor.operator)
            return
        await self._run(trigger, events, seqs=seqs)

    async def _decision_turn(self, decision: Decision) -> None:
        """Record that it was decided, before anything is done about it; then act on it."""
        due = self.state.settlements_due
        await self._record_move(turns.settlement_events(due), self.state.status, self.state.waiting_for)
        self._set(decisions=self.state.decisions[1:])
        if self.state.owner is Owner.operator and approvals.find_request(self.state, decision.approval_id) is None:
            return
        await self._run(Trigger.decision, (), decision=decision)

    async def _time_is_up(self, due: moves.Deadline) -> None:
        """A deadline has passed: an approval expires, a silent customer is reminded, a ticket settles or closes."""
        match due.kind:
            case "approval_expires":
                self.state, _ = approvals.settle(self.state, due.approval_id or "", "expired", workflow.now())
                events = turns.settlement_events(self.state.settlements_due)
                await self._run(Trigger.approval_expired, events, expired=due.approval_id)
            case "remind":
                self._set(reminded=True)
                quiet_since = self.state.quiet_since
                await self._run(Trigger.reminder, (EventDraft(kind="reminder_sent"),))
                self._set(quiet_since=quiet_since)
            case "give_up":
                events = (EventDraft(kind="resolved", body={"kind": "assumed"}),)
                await self._record_move(events, TicketStatus.solved, WaitingFor.nobody, resolution="assumed")
            case "reopen_window_ends":
                events = (
                    EventDraft(kind="resolution_became_durable"),
                    EventDraft(kind="closed", body={"by": "system"}),
                )
                await self._record_move(events, TicketStatus.closed, WaitingFor.nobody, only_if_fresh=True)

    async def _apply(self, move: Move) -> None:
        """Apply one operator's or customer's move."""
        self._set(moves=self.state.moves[1:])
        effect = moves.effect_of(self.state, move)
        quiet_since = self.state.quiet_since
        self.state = effect.state
        await self._record_move(
            effect.events, effect.status, effect.waiting_for, resolution=effect.resolution, only_if_fresh=False
        )
        if isinstance(move, Rated):
            self._set(quiet_since=quiet_since)  # a rating does not lengthen the window
        if isinstance(move, HandedBack) and self.state.latest > self.state.watermark:
            await self._message_turn(Trigger.handback)

    # --- one turn ---------------------------------------------------------------------------------------------------

    async def _run(
        self,
        trigger: Trigger,
        events: tuple[EventDraft, ...],
        *,
        seqs: tuple[int, ...] = (),
        decision: Decision | None = None,
        expired: ActionId | None = None,
    ) -> None:
        """Run the graph once, commit what it decided, and take the outcome into the ticket's state."""
        self._set(turn=self.state.turn + 1)
        effects = DurableEffects(self._withdraw)
        turn = TurnState(
            ticket=self.state.ref,
            turn=self.state.turn,
            now=workflow.now(),
            trigger=trigger,
            memory=self.state.memory,
            seqs=seqs,
            decision=decision,
            expired=expired,
        )
        try:
            turn = await run_turn(turn, TurnContext(effects=effects))
        except Exception as error:  # noqa: BLE001 - whatever a turn raises, the ticket goes to a person and lives on
            workflow.logger.warning("turn failed: %s", type(error).__name__)
            turn = await self._fault(turn, effects)
        outcome = turn.outcome
        if outcome is None:
            raise RuntimeError("the graph ended without an outcome")
        due = self.state.settlements_due
        if trigger is not Trigger.approval_expired:
            events = (*events, *turns.settlement_events(due))
        recorded = await self._record(turns.record_of(self.state, turn, outcome, events))
        self._set(next_event=recorded.next_seq)
        if recorded.is_stale:
            self.state = turns.after_stale(self.state, turn)
        else:
            self.state = turns.after_delivery(self.state, turn, outcome, workflow.now())

    async def _fault(self, turn: TurnState, effects: DurableEffects) -> TurnState:
        """A turn that failed ends with a person; the customer is told, if a sentence can still be written."""
        notice = HandOffNotice(reason=HandoffReason.fault, urgent=True)
        draft: DraftRef | None = None
        part = ReplyPart(kind="common", reply="handed_off", handoff=HandoffReason.fault)
        try:
            ask = DraftAsk(
                key=turn.key, parts=(part,), memory=turn.memory, context_id=None, reads={}, seqs=(), attempt=1
            )
            written = await effects.draft(ask)
            if not workflow.patched("fault-sentence-is-checked") or await _is_safe(effects, ask, written):
                draft = written
        except Exception as error:  # noqa: BLE001 - the handoff matters more than the sentence
            workflow.logger.warning("no sentence for the handoff: %s", type(error).__name__)
        events = (
            *effects.performed_events(),
            EventDraft(kind="handed_off", body={"reason": notice.reason.value, "queue": notice.queue, "rule": None}),
        )
        return turn.model_copy(
            update={
                "memory": turns.passed_on(turn.memory),
                "notice": notice,
                "events": events,
                "outcome": HandOff(notice=notice, draft=draft),
            }
        )

    def _withdraw(self, approval_id: ActionId) -> bool:
        self.state, is_taken = approvals.settle(self.state, approval_id, "withdrawn", workflow.now())
        return is_taken

    # --- recording --------------------------------------------------------------------------------------------------

    async def _record_move(
        self,
        events: tuple[EventDraft, ...],
        status: TicketStatus,
        waiting_for: WaitingFor,
        *,
        resolution: ResolutionKind | None = None,
        only_if_fresh: bool = False,
    ) -> None:
        """Commit a change that no turn made; with `only_if_fresh` a newer message keeps it from happening."""
        if status is not self.state.status:
            events = (*events, turns.status_event(self.state.status, status, waiting_for))
        recorded = await self._record(
            RecordAsk(
                key=self._key(),
                first_seq=self.state.next_event,
                events=() if only_if_fresh else events,
                if_fresh=events if only_if_fresh else (),
                read_upto=self.state.watermark,
                drop_if_stale=only_if_fresh,
                status=status,
                waiting_for=waiting_for,
                memory=self.state.memory,
                settlements=self.state.settlements_due,
                resolution=resolution,
            )
        )
        self._set(next_event=recorded.next_seq, settlements_due=())
        if recorded.is_stale:
            self._set(latest=self.state.latest + 1)  # there is a message above the watermark: read the inbox
        else:
            self._set(status=status, waiting_for=waiting_for, quiet_since=workflow.now())

    async def _record(self, ask: RecordAsk) -> Recorded:
        return await workflow.execute_activity_method(
            RecordActivities.record_turn, ask, summary=f"record: {ask.status.value}", **options.NORMAL["record_turn"]
        )

    # --- small things -----------------------------------------------------------------------------------------------

    def _set(self, **changes: object) -> None:
        self.state = self.state.model_copy(update=changes)

    def _key(self) -> TurnKey:
        return TurnKey(ticket=self.state.ref, turn=self.state.turn, now=workflow.now())

    def _enqueue(self, move: Move) -> Receipt:
        self._set(moves=(*self.state.moves, move))
        return self._receipt()

    def _receipt(self) -> Receipt:
        return Receipt(status=self.state.status, latest=self.state.latest)

    def _refuse_closed(self) -> None:
        if self.state.status is TicketStatus.closed:
            raise ApplicationError("The ticket is closed; a new message opens a follow-up.", type="ticket_closed")

    def _show(self) -> None:
        """Keep Temporal's own UI readable: search attributes and a line of details."""
        state = self.state
        wanted = {STATUS: state.status.value, WAITING_FOR: state.waiting_for.value}
        if state.memory.wishes:
            wanted[INTENT] = state.memory.wishes[-1].intent
        shown = workflow.info().typed_search_attributes
        changed = [key.value_set(value) for key, value in wanted.items() if shown.get(key) != value]
        if changed:
            workflow.upsert_search_attributes(changed)
        workflow.set_current_details(
            f"**{state.status}**, waiting for {state.waiting_for}; turn {state.turn}, message {state.watermark}"
        )


async def _is_safe(effects: DurableEffects, ask: DraftAsk, draft: DraftRef) -> bool:
    """No sentence leaves unchecked, not even the one that says that the assistant failed."""
    check = CheckAsk(key=ask.key, draft=draft, parts=ask.parts, memory=ask.memory, context_id=None, reads={})
    return (await effects.check(check)).is_safe
