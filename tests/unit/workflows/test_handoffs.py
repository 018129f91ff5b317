"""Generated lives of tickets over the pure moves, and the field's known bugs as cases.

The model below steps as the workflow's loop does, with the product's own functions; only the graph and the rows are
stand-ins: a turn answers, asks, hands off or settles as the draw says, and the records' clock is the real one.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activities.standing import clock_after
from domain.approval import Decision, DecisionVerdict
from domain.ask import InboxRow, RecordAsk, TicketTerms
from domain.event import EventDraft, handed_off_event
from domain.handoff import HandOffNotice, HandoffReason
from domain.message import AuthorKind
from domain.outcome import AskCustomer, DraftRef, HandOff, Resolve, SendReply, TurnOutcome
from domain.queue import Promise, Queue, Queues
from domain.sla import SlaMoment, may_promise, promise
from domain.ticket import TicketStatus, WaitingFor
from graphs.state import Trigger, TurnState
from tests.support.effects import NOW, TICKET
from workflows import moves, turns
from workflows.state import (
    Assigned,
    CloseAsked,
    HandedBack,
    Move,
    NoteAdded,
    OperatorReplied,
    Owner,
    TakenOver,
    TicketState,
    UndoAsked,
)

HOUR = timedelta(hours=1)
QUEUES = Queues(
    queues={
        "support": Queue(first_response=4 * HOUR, resolution=24 * HOUR, escalate_to="leads"),
        "leads": Queue(first_response=2 * HOUR),
    }
)
TERMS = TicketTerms(
    status=TicketStatus.new,
    first_event=1,
    remind_after=24 * HOUR,
    give_up_after=72 * HOUR,
    reopen_window=timedelta(days=7),
)
DRAFT = DraftRef(draft_id=1, sha256="a" * 64)
Ending = Literal["reply", "ask", "hand_off", "resolve"]


@dataclass
class Life:
    """One ticket, stepped like the loop in workflows/ticket.py."""

    state: TicketState = field(
        default_factory=lambda: TicketState(ref=TICKET, terms=TERMS, quiet_since=NOW, status=TicketStatus.new)
    )
    now: datetime = NOW
    written: int = 0  # messages of customers in the inbox
    seqs: int = 0  # messages of anybody
    customers: list[int] = field(default_factory=list)
    events: list[EventDraft] = field(default_factory=list)
    sent: list[tuple[str, bool]] = field(default_factory=list)  # what the assistant sent, and whether a person had it
    answered: dict[int, int] = field(default_factory=dict)  # customer's message -> turns that read it
    given_back: int = 0

    # --- what people do ---------------------------------------------------------------------------------------------

    def write(self) -> None:
        """The customer writes."""
        if self.is_open:
            self.seqs += 1
            self.customers.append(self.seqs)
            self.state = self.state.model_copy(update={"latest": max(self.state.latest, self.seqs)})

    def send(self, move: Move) -> None:
        """A move is accepted, as the validators accept it."""
        if not self.is_open:
            return
        if isinstance(move, HandedBack | Assigned) and self.state.owner is not Owner.operator:
            return
        if isinstance(move, OperatorReplied | NoteAdded):
            self.seqs += 1
            move = move.model_copy(update={"seq": self.seqs})
        self.state = self.state.model_copy(update={"moves": (*self.state.moves, move)})

    @property
    def is_open(self) -> bool:
        """Whether anything may still happen."""
        return self.state.status is not TicketStatus.closed

    # --- the loop ---------------------------------------------------------------------------------------------------

    def settle(self, ending: Ending) -> None:
        """Work until nothing is due now."""
        for _ in range(60):
            if not self.is_open or not self.step(ending):
                return
        raise AssertionError("the ticket never comes to rest")

    def step(self, ending: Ending) -> bool:
        """Do the one thing that is due."""
        state = self.state
        if state.moves and not moves.waits_for_reading(state):
            self.apply(state.moves[0])
        elif state.latest > state.watermark:
            self.read(Trigger.message, ending)
        elif (due := moves.next_deadline(state)) is not None and due.at <= self.now:
            self.time_is_up(due)
        else:
            return False
        return True

    def apply(self, move: Move) -> None:
        """As `_apply` does."""
        self.state = self.state.model_copy(update={"moves": self.state.moves[1:]})
        if moves.is_void(self.state, move) or isinstance(move, UndoAsked):
            return
        first: tuple[EventDraft, ...] = ()
        if isinstance(move, OperatorReplied):
            self.state, first = self.arrive(move.seq)
        effect = moves.effect_of(self.state, move, self.now)
        quiet = self.state.quiet_since
        self.state = effect.state
        self.given_back += isinstance(move, HandedBack)
        self.record((*first, *effect.events), effect.status, effect.waiting_for)
        if moves.leaves_it_quiet(move):
            self.state = self.state.model_copy(update={"quiet_since": quiet})
        if isinstance(move, HandedBack) and self.state.latest > self.state.watermark:
            self.read(Trigger.handback, "reply")

    def arrive(self, before: int | None = None) -> tuple[TicketState, tuple[EventDraft, ...]]:
        """The inbox above the watermark."""
        come = [
            InboxRow(seq=seq, author=AuthorKind.customer)
            for seq in self.customers
            if seq > self.state.watermark and (before is None or seq < before)
        ]
        return moves.arrive(self.state, come)

    def read(self, trigger: Trigger, ending: Ending) -> None:
        """A message turn, or for a person's ticket the note that there is a message."""
        before = self.state.watermark
        self.state, events = self.arrive()
        seqs = tuple(seq for seq in self.customers if before < seq <= self.state.watermark)
        if not seqs:
            self.state = self.state.model_copy(update={"latest": self.state.watermark})
            return
        if self.state.owner is Owner.operator:
            self.record(events, TicketStatus.open, WaitingFor.operator)
            return
        for seq in seqs:
            self.answered[seq] = self.answered.get(seq, 0) + 1
        self.turn(trigger, ending, events)

    def turn(self, trigger: Trigger, ending: Ending, events: tuple[EventDraft, ...]) -> None:
        """A turn that ends as it is told."""
        notice = HandOffNotice(reason=HandoffReason.asked_for_person)
        told = DRAFT.model_copy(update={"promise": promise(QUEUES, "support", self.now, urgent=False)})
        outcome: TurnOutcome
        match ending:
            case "reply":
                outcome = SendReply(draft=DRAFT)
            case "ask":
                outcome = AskCustomer(draft=DRAFT)
            case "resolve":
                outcome = Resolve(draft=DRAFT)
            case "hand_off":
                outcome = HandOff(notice=notice, draft=told)
        made = (handed_off_event(notice),) if ending == "hand_off" else ()
        turn = TurnState(
            ticket=TICKET, turn=1, now=self.now, trigger=trigger, memory=self.state.memory, events=made, outcome=outcome
        )
        ask = turns.record_of(self.state, turn, outcome, events)
        self.commit(ask, ask.draft.promise if ask.draft is not None else None)
        self.state = turns.after_delivery(self.state, turn, outcome, self.now)

    def record(self, events: tuple[EventDraft, ...], status: TicketStatus, waiting_for: WaitingFor) -> None:
        """As `_record_move` does."""
        self.commit(self.ask(events, status, waiting_for), None)
        self.state = self.state.model_copy(
            update={"status": status, "waiting_for": waiting_for, "quiet_since": self.now}
        )

    def ask(
        self,
        events: tuple[EventDraft, ...],
        status: TicketStatus,
        waiting_for: WaitingFor,
        draft: DraftRef | None = None,
    ) -> RecordAsk:
        """A record of these events."""
        turn = TurnState(ticket=TICKET, turn=1, now=self.now, trigger=Trigger.message, memory=self.state.memory)
        return RecordAsk(
            key=turn.key,
            first_seq=1,
            events=events,
            read_upto=self.state.watermark,
            drop_if_stale=False,
            status=status,
            waiting_for=waiting_for,
            memory=self.state.memory,
            draft=draft,
            sla=self.state.sla,
        )

    def commit(self, ask: RecordAsk, given: Promise | None) -> None:
        """What the activity would write."""
        drafts = (*ask.events, *ask.if_fresh)
        if ask.draft is not None:
            self.sent.append((drafts[0].kind, self.state.owner is Owner.operator))
        if ask.handoff is not None:
            assert ask.draft is not None, "a handoff without a word to the customer"
        self.events += drafts
        self.state = self.state.model_copy(update={"sla": clock_after(ask, drafts, QUEUES, given)})

    def time_is_up(self, due: moves.Deadline) -> None:
        """A deadline."""
        match due.kind:
            case "sla_warning" | "sla_breached":
                assert due.promise is not None
                self.promised(due.promise)
            case "remind":
                self.state = self.state.model_copy(update={"reminded": True})
                self.sent.append(("reminder_sent", self.state.owner is Owner.operator))
            case "give_up":
                self.record((EventDraft(kind="resolved"),), TicketStatus.solved, WaitingFor.nobody)
            case _:
                self.record((EventDraft(kind="closed"),), TicketStatus.closed, WaitingFor.nobody)

    def promised(self, moment: SlaMoment) -> None:
        """As `_sla` does."""
        clock = self.state.sla
        assert clock is not None
        draft = None
        if moment.what == "sla_breached" and moment.target == "first_response" and may_promise(clock):
            again = promise(QUEUES, clock.next_queue or "support", self.now, urgent=True)
            draft = DRAFT.model_copy(update={"promise": again})
        event = moves.sla_event(clock, moment)
        ask = self.ask((event,), self.state.status, self.state.waiting_for, draft)
        self.commit(ask, draft.promise if draft is not None else None)

    # --- what must hold ---------------------------------------------------------------------------------------------

    def check(self) -> None:
        """No silent handoff, no answer over a person's head, nothing answered twice, nobody waits for ever."""
        kinds = [event.kind for event in self.events]
        handoffs = kinds.count("handed_off")
        told = [kind for kind, _ in self.sent]
        assert all(not with_person or kind == "sla_breached" for kind, with_person in self.sent)
        assert handoffs <= len(told)
        assert kinds.count("closed") <= 1
        for times in self.answered.values():
            assert times <= 1 + self.given_back
        has_person = False  # nobody gives back what they do not have
        for kind in kinds:
            assert kind != "handed_back" or has_person
            has_person = kind != "handed_back" and (
                has_person or kind in {"handed_off", "handoff_accepted", "operator_replied"}
            )
        if self.is_open:
            waits_for_person = self.state.waiting_for in {WaitingFor.operator, WaitingFor.approver}
            is_untouched = self.state.status is TicketStatus.new
            assert moves.next_deadline(self.state) is not None or waits_for_person or is_untouched


_ACTS = st.one_of(
    st.just("write"),
    st.just(TakenOver(by="olga")),
    st.just(OperatorReplied(seq=1, by="olga")),
    st.just(OperatorReplied(seq=1, by="olga", solves=True)),
    st.just(CloseAsked(by="olga")),
    st.just(NoteAdded(seq=1, by="olga")),
    st.sampled_from((Assigned(by="olga", operator="otto"), Assigned(by="olga", queue="leads"))),
    st.one_of(st.none(), st.integers(0, 6)).map(lambda mark: HandedBack(by="olga", watermark=mark)),
    st.sampled_from((1, 5, 30, 200)).map(lambda hours: hours * HOUR),
)
_ENDINGS: st.SearchStrategy[Ending] = st.sampled_from(("reply", "ask", "hand_off", "resolve"))


@given(st.lists(st.tuples(_ACTS, _ENDINGS, st.booleans()), min_size=1, max_size=18))
@settings(max_examples=300, deadline=None)
def test_whatever_happens_to_a_ticket(
    acts: list[tuple[Literal["write"] | Move | timedelta, Ending, bool]],
) -> None:
    """Messages, takeovers, replies, handbacks, closes, reopens and breaches in any order, several at once or not."""
    life = Life()
    life.write()
    for act, ending, is_alone in acts:
        if isinstance(act, timedelta):
            life.now += act
        elif isinstance(act, str):
            life.write()
        else:
            life.send(act)
        if is_alone:
            life.settle(ending)
            life.check()
    life.settle("reply")
    life.check()


# --- the field's known bugs -----------------------------------------------------------------------------------------


def handed_off() -> Life:
    """A ticket that was just handed off."""
    life = Life()
    life.write()
    life.settle("hand_off")
    return life


def test_no_handoff_is_silent_and_none_is_told_twice() -> None:
    """One handoff: one message with a queue and a time; more messages of the customer's make no second one."""
    life = handed_off()
    assert len(life.sent) == 1
    assert life.state.sla is not None
    assert (life.state.sla.queue, life.state.sla.due_at) == ("support", NOW + 4 * HOUR)
    life.write()
    life.settle("hand_off")
    assert [event.kind for event in life.events].count("handed_off") == 1
    assert len(life.sent) == 1


def test_a_broken_promise_is_said_once_per_queue_and_goes_on() -> None:
    """Nobody answers: the next queue promises anew, the last once more, and then people are told alone."""
    life = handed_off()
    for hours in (5, 3, 3, 300):
        life.now += hours * HOUR
        life.settle("reply")
    assert [kind for kind, _ in life.sent][1:] == ["sla_breached"]
    breaches = [event.body["queue"] for event in life.events if event.kind == "sla_breached"]
    assert breaches == ["support", "leads", "leads"]
    assert life.state.waiting_for is WaitingFor.operator


def test_two_handbacks_at_once_are_one() -> None:
    """The second would have had everything above its watermark answered again: the handback loop."""
    life = handed_off()
    life.send(HandedBack(by="olga", watermark=0))
    life.send(HandedBack(by="olga", watermark=0))
    life.settle("reply")
    assert life.answered == {1: 2}  # once before the handoff, once because it was given back
    assert [event.kind for event in life.events].count("handed_back") == 1


def test_an_open_question_is_handed_back_with_the_ticket_and_answered_once() -> None:
    """What the customer asked the person, and nobody has answered, is the assistant's to answer; the rest is not."""
    life = handed_off()
    life.write()
    life.settle("reply")
    assert life.state.waiting_for is WaitingFor.operator
    life.send(HandedBack(by="olga"))
    life.settle("reply")
    assert life.answered == {1: 1, 2: 1}
    life.send(TakenOver(by="olga"))
    life.send(HandedBack(by="olga"))
    life.settle("reply")
    assert life.answered == {1: 1, 2: 1}


def test_what_an_operator_has_answered_is_not_handed_back() -> None:
    """A reply answers all that was written before it; what comes after it is open, a note in between or not."""
    life = handed_off()
    life.write()
    life.settle("reply")
    life.send(OperatorReplied(seq=1, by="olga"))
    life.settle("reply")
    life.write()
    life.send(NoteAdded(seq=1, by="olga"))
    life.settle("reply")
    life.send(HandedBack(by="olga"))
    life.settle("reply")
    assert life.answered == {1: 1, 4: 1}


def test_a_ticket_from_older_code_is_handed_back_with_what_is_still_to_come() -> None:
    """Its state tells nothing of what was answered, and answering everything again would be worse than nothing."""
    theirs = TicketState(ref=TICKET, terms=TERMS, owner=Owner.operator, watermark=4, latest=4)
    assert moves.effect_of(theirs, HandedBack(by="olga"), NOW).state.watermark == 4


def test_an_approval_that_comes_in_after_a_takeover_is_not_answered_over_the_persons_head() -> None:
    """It counts, and its effect takes place; the reply about it is a suggestion."""
    theirs = TicketState(ref=TICKET, terms=TERMS, owner=Owner.operator, status=TicketStatus.open)
    decision = Decision(
        decision_id=1,
        approval_id=f"{TICKET.ticket_id}/a1",
        verdict=DecisionVerdict.approved,
        args_sha256="0" * 64,
        decided_by="olga",
    )
    turn = TurnState(ticket=TICKET, turn=2, now=NOW, trigger=Trigger.decision, memory=theirs.memory, decision=decision)
    ask = turns.record_of(theirs, turn, SendReply(draft=DRAFT), ())
    assert ask.draft is None
    assert [event.kind for event in ask.if_fresh] == ["reply_suggested"]
    assert (ask.status, ask.waiting_for) == (TicketStatus.open, WaitingFor.operator)


@pytest.mark.parametrize("trigger", [Trigger.approval_expired, Trigger.decision, Trigger.resumed])
def test_what_a_person_has_is_not_handed_off_again(trigger: Trigger) -> None:
    """An approval that expires while somebody works on the ticket makes no second handoff, and no second message."""
    theirs = TicketState(ref=TICKET, terms=TERMS, owner=Owner.operator, status=TicketStatus.open)
    notice = HandOffNotice(reason=HandoffReason.approval_expired)
    event = handed_off_event(notice)
    turn = TurnState(ticket=TICKET, turn=2, now=NOW, trigger=trigger, memory=theirs.memory, events=(event,))
    ask = turns.record_of(theirs, turn, HandOff(notice=notice, draft=DRAFT), ())
    assert (ask.handoff, ask.draft) == (None, None)
    assert not [event for event in (*ask.events, *ask.if_fresh) if event.kind in {"handed_off", "reply_sent"}]


def test_a_pending_ticket_never_waits_for_ever() -> None:
    """After an operator's reply and silence it is solved, and after the window closed, with one closing."""
    life = handed_off()
    life.send(OperatorReplied(seq=1, by="olga"))
    life.settle("reply")
    stood = [life.state.status]
    for days in (5, 8):
        life.now += timedelta(days=days)
        life.settle("reply")
        stood.append(life.state.status)
    assert stood == [TicketStatus.pending, TicketStatus.solved, TicketStatus.closed]
    assert [event.kind for event in life.events].count("closed") == 1


def test_an_assignment_that_lost_its_ground_is_dropped() -> None:
    """Handed back in the same moment: the assistant has it, and nobody is told otherwise."""
    life = handed_off()
    life.send(HandedBack(by="olga", watermark=9))
    life.send(Assigned(by="otto", queue="leads"))
    life.settle("reply")
    assert "assigned" not in [event.kind for event in life.events]
    assert life.state.sla is None
