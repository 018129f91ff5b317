"""The ticket workflow: it owns time and people.

A loop: wait for whatever comes first (a message, a decision, an operator, a timer), run one turn or apply one move,
record it, wait again. Handlers (handlers.py) leave in the state what was sent; the loop alone acts on it, with the
care of what was done earlier (aftercare.py).
"""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import SearchAttributeKey

from activities.contracts import RecordActivities
from domain.action import ActionResult
from domain.approval import Decision
from domain.ask import (
    CheckAsk,
    DraftAsk,
    InboxAsk,
    OpenAsk,
    RecordAsk,
    Recorded,
    ResolutionKind,
    TurnKey,
)
from domain.event import EventDraft
from domain.handoff import HandOffNotice, HandoffReason
from domain.ids import ActionId
from domain.memory import HeldAction, ReplyPart
from domain.outcome import DraftRef, HandOff
from domain.points import reach
from domain.ticket import TicketStatus, WaitingFor
from domain.watching import look_now
from graphs.effects import TurnContext
from graphs.state import Trigger, TurnState, Undo
from graphs.turn import run_turn
from workflows import approvals, moves, options, turns
from workflows.aftercare import Aftercare
from workflows.desk import PeoplesDesk
from workflows.effects import DurableEffects
from workflows.handlers import TicketView
from workflows.state import (
    CloseAsked,
    HandedBack,
    Move,
    OperatorReplied,
    Owner,
    TicketInput,
    TicketState,
    UndoAsked,
)
from workflows.suggesting import UNSUGGESTED

STATUS = SearchAttributeKey.for_keyword("SetrightStatus")
WAITING_FOR = SearchAttributeKey.for_keyword("SetrightWaitingFor")
INTENT = SearchAttributeKey.for_keyword("SetrightIntent")
TENANT = SearchAttributeKey.for_keyword("SetrightTenant")
#: Registered at start by the embedded stack and by `setright doctor`: an unregistered one fails the workflow task.
SEARCH_ATTRIBUTES = (STATUS, WAITING_FOR, INTENT, TENANT)


@workflow.defn(name="ticket")
class TicketWorkflow(Aftercare, PeoplesDesk):
    """One ticket, from its first message until it is closed."""

    @workflow.init
    def __init__(self, given: TicketInput) -> None:
        self.state = given.state or TicketState(ref=given.ref)

    @workflow.run
    async def run(self, given: TicketInput) -> TicketView:
        """Live until closed; returns where the ticket ended."""
        if not await self._open():
            return self.view()
        reach("ticket.opened" if given.state is None else "ticket.continued")
        while self._is_open():
            await self._wait()
            await self._step()
            self._show()
            if self._is_open() and workflow.info().is_continue_as_new_suggested():
                reach("ticket.draining")
                await workflow.wait_condition(workflow.all_handlers_finished)
                reach("ticket.continuing")
                workflow.continue_as_new(TicketInput(ref=self.state.ref, state=self.state))
        await workflow.wait_condition(workflow.all_handlers_finished)
        reach("ticket.ended")
        return self.view()

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
        return self._is_open()

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
        elif state.moves and not moves.waits_for_reading(state):
            await self._apply(state.moves[0])
        elif state.is_resume_asked:
            self._retry_held()
        elif state.looks_asked:
            self._set(memory=look_now(state.memory, state.looks_asked[0], now), looks_asked=state.looks_asked[1:])
        elif state.resume_due:
            await self._resume_turn(state.resume_due[0])
        elif state.latest > state.watermark:
            await self._message_turn(Trigger.message)
        elif (due := moves.next_deadline(state)) is not None and due.at <= now:
            await self._time_is_up(due)

    async def _message_turn(self, trigger: Trigger) -> None:
        """Read everything above the watermark as one turn; a person's ticket is only noted."""
        seqs, events = await self._arrive()
        if not seqs:
            # Whoever wrote is not a customer; their own move is on its way.
            self._set(latest=self.state.watermark)
            await workflow.sleep(timedelta(seconds=1))
            return
        if self.state.owner is Owner.operator:
            await self._record_move(events, TicketStatus.open, WaitingFor.operator)
            if workflow.patched("suggests-to-a-person"):
                await self._suggest(seqs, self.state.memory)
            return
        await self._run(trigger, events, seqs=seqs)

    async def _arrive(self, before: int | None = None) -> tuple[tuple[int, ...], tuple[EventDraft, ...]]:
        """Read the inbox above the watermark, up to a place in it; returns what has come, and its events."""
        rows = await workflow.execute_local_activity_method(
            RecordActivities.read_inbox,
            InboxAsk(ticket=self.state.ref, after=self.state.watermark),
            **options.LOCAL["read_inbox"],
        )
        come = [row for row in rows if before is None or row.seq < before]
        self.state, events = moves.arrive(self.state, come)
        return tuple(row.seq for row in come), events

    async def _decision_turn(self, decision: Decision) -> None:
        """Record that it was decided, before anything is done about it; then act on it."""
        due = self.state.settlements_due
        await self._record_move(turns.settlement_events(due), self.state.status, self.state.waiting_for)
        reach("ticket.decision_recorded")
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
            case "remind_approver":
                approval_id = due.approval_id or ""
                self._set(approvals_reminded=(*self.state.approvals_reminded, approval_id))
                event = EventDraft(kind="approval_reminded", body={"approval_id": approval_id})
                await self._note((event,))
            case "retry_held":
                self._retry_held()
            case "look_again":
                await self._look_again()
            case "remind":
                self._set(reminded=True)
                quiet_since = self.state.quiet_since
                await self._run(Trigger.reminder, (EventDraft(kind="reminder_sent"),))
                self._set(quiet_since=quiet_since)
            case "give_up":
                events = (EventDraft(kind="resolved", body={"kind": "assumed"}),)
                await self._record_move(events, TicketStatus.solved, WaitingFor.nobody, resolution="assumed")
            case "sla_warning" | "sla_breached" if due.promise is not None:
                await self._sla(due.promise)
            case "reopen_window_ends":
                events = (
                    EventDraft(kind="resolution_became_durable"),
                    EventDraft(kind="closed", body={"by": "system"}),
                )
                await self._record_move(events, TicketStatus.closed, WaitingFor.nobody, only_if_fresh=True)

    async def _apply(self, move: Move) -> None:
        """Apply one operator's or customer's move."""
        self._set(moves=self.state.moves[1:])
        if moves.is_void(self.state, move) and workflow.patched("nobody-gives-back-twice"):
            return
        if isinstance(move, UndoAsked):
            await self._undo_turn(move)
            return
        # An operator answers all that was written before; whoever closes has read it, or it is answered first.
        arrived: tuple[EventDraft, ...] = ()
        if isinstance(move, OperatorReplied) and workflow.patched("a-reply-reads-what-was-before"):
            _, arrived = await self._arrive(move.seq)
        effect = moves.effect_of(self.state, move, workflow.now())
        quiet_since = self.state.quiet_since
        self.state = effect.state
        await self._record_move(
            effect.events,
            effect.status,
            effect.waiting_for,
            first=(*arrived, *effect.withdrawn),
            resolution=effect.resolution,
            only_if_fresh=isinstance(move, CloseAsked),
        )
        reach("ticket.moved")
        if isinstance(move, CloseAsked) and self._is_open():
            self._set(moves=(*self.state.moves, move))  # behind the others: one of them may be what is new
        if moves.leaves_it_quiet(move):
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
        held: HeldAction | None = None,
        failed: ActionResult | None = None,
        undo: Undo | None = None,
    ) -> None:
        """Run the graph once, commit what it decided, and take the outcome into the ticket's state."""
        self._set(turn=self.state.turn + 1)
        effects = DurableEffects(self._withdraw, uses_model=self._uses_model())
        turn = TurnState(
            ticket=self.state.ref,
            turn=self.state.turn,
            now=workflow.now(),
            trigger=trigger,
            memory=self.state.memory,
            seqs=seqs,
            decision=decision,
            expired=expired,
            held=held,
            failed=failed,
            undo=undo,
            is_with_operator=self.state.owner is Owner.operator,
            is_refusal_a_persons=decision is not None
            and decision.amended is not None
            and workflow.patched("a-refused-amendment-goes-to-a-person"),
            is_given_back=trigger is Trigger.handback and workflow.patched("given-back-on-purpose"),
        )
        before = self.state.memory
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
        reach("ticket.turned")
        recorded = await self._record(turns.record_of(self.state, turn, outcome, events))
        reach("ticket.recorded")
        if recorded.is_stale:
            self.state = turns.after_stale(self.state, turn)
        else:
            self.state = turns.after_delivery(self.state, turn, outcome, workflow.now())
        is_suggested = isinstance(outcome, HandOff) and seqs and outcome.notice.reason not in UNSUGGESTED
        if is_suggested and workflow.patched("suggests-at-the-handoff"):
            await self._suggest(seqs, before)

    async def _fault(self, turn: TurnState, effects: DurableEffects) -> TurnState:
        """A turn that failed ends with a person; the customer is told, if a sentence can still be written."""
        notice = HandOffNotice(reason=HandoffReason.fault, urgent=True)
        draft: DraftRef | None = None
        part = ReplyPart(kind="common", reply="handed_off", handoff=HandoffReason.fault, urgent=True)
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

    def _uses_model(self) -> bool:
        return self.state.terms is not None and self.state.terms.uses_model

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
        first: tuple[EventDraft, ...] = (),
        resolution: ResolutionKind | None = None,
        only_if_fresh: bool = False,
    ) -> None:
        """Commit a change that no turn made; `only_if_fresh`: a newer message keeps all but `first` from happening."""
        if status is not self.state.status:
            events = (*events, turns.status_event(self.state.status, status, waiting_for))
        recorded = await self._record(
            RecordAsk(
                key=self._key(),
                first_seq=self.state.next_event,
                events=first if only_if_fresh else (*first, *events),
                if_fresh=events if only_if_fresh else (),
                read_upto=self.state.watermark,
                drop_if_stale=only_if_fresh,
                status=status,
                waiting_for=waiting_for,
                memory=self.state.memory,
                settlements=self.state.settlements_due,
                resolution=resolution,
                sla=self.state.sla,
            )
        )
        if recorded.is_stale:
            self._set(latest=self.state.latest + 1)  # there is a message above the watermark: read the inbox
        else:
            self._set(status=status, waiting_for=waiting_for, quiet_since=workflow.now())

    async def _note(self, events: tuple[EventDraft, ...], *, is_news: bool = False) -> None:
        """Record what happened beside the conversation; with `is_news` a person must look, else nothing moves."""
        state, quiet_since = self.state, self.state.quiet_since
        if is_news:
            await self._record_move(events, TicketStatus.open, WaitingFor.operator)
        else:
            await self._record_move(events, state.status, state.waiting_for)
            self._set(quiet_since=quiet_since)

    async def _record(self, ask: RecordAsk) -> Recorded:
        self._set(requesting=ask.requests)  # whoever reads the row may decide before we hear that it is there
        recorded: Recorded = await workflow.execute_activity_method(
            RecordActivities.record_turn, ask, summary=f"record: {ask.status.value}", **options.NORMAL["record_turn"]
        )
        # A decision may have come while this was written down: its settlement is still to be written.
        due = tuple(it for it in self.state.settlements_due if it not in ask.settlements)
        self._set(next_event=recorded.next_seq, settlements_due=due, requesting=(), sla=recorded.sla)
        return recorded

    # --- small things -----------------------------------------------------------------------------------------------

    def _is_open(self) -> bool:
        return self.state.status is not TicketStatus.closed

    def _key(self) -> TurnKey:
        return TurnKey(ticket=self.state.ref, turn=self.state.turn, now=workflow.now())

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
