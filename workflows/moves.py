"""What people's moves and the clock do to a ticket: pure functions over its state."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from pydantic import JsonValue

from domain.ask import InboxRow, ResolutionKind
from domain.event import EventDraft, EventKind
from domain.identity import is_above
from domain.ids import ActionId
from domain.model import Model
from domain.sla import SlaClock, SlaMoment, next_moment
from domain.ticket import TicketRef, TicketStatus, WaitingFor
from domain.watching import due_next
from workflows.approvals import next_expiry, next_reminder, withdraw_all
from workflows.state import (
    Assigned,
    CloseAsked,
    HandedBack,
    Move,
    NoteAdded,
    OperatorReplied,
    Owner,
    PlainMove,
    Rated,
    TakenOver,
    TicketState,
)
from workflows.turns import settlement_events

#: An ended pause announces itself; should that ever get lost, a held action is tried again after this long.
RETRY_HELD_AFTER = timedelta(hours=1)


class Deadline(Model):
    """The next thing that happens if nobody does anything."""

    kind: Literal[
        "approval_expires",
        "remind_approver",
        "retry_held",
        "look_again",
        "remind",
        "give_up",
        "reopen_window_ends",
        "sla_warning",
        "sla_breached",
    ]
    at: datetime
    approval_id: ActionId | None = None
    promise: SlaMoment | None = None

    @property
    def what(self) -> str:
        """How Temporal's UI names the timer."""
        return self.kind.replace("_", " ")


def has_work(state: TicketState) -> bool:
    """Whether something waits to be acted on."""
    is_asked = state.looks_asked or state.is_resume_asked
    return bool(state.decisions or state.moves or state.resume_due or is_asked) or state.latest > state.watermark


def next_deadline(state: TicketState) -> Deadline | None:
    """The earliest timer of a ticket in its present state."""
    due: list[Deadline] = []
    expiring = next_expiry(state)
    if expiring is not None:
        due.append(Deadline(kind="approval_expires", at=expiring.expires_at, approval_id=expiring.approval_id))
    if (reminder := next_reminder(state)) is not None:
        due.append(Deadline(kind="remind_approver", at=reminder[0], approval_id=reminder[1]))
    if state.memory.held:
        due.append(Deadline(kind="retry_held", at=min(it.since for it in state.memory.held) + RETRY_HELD_AFTER))
    if (effect := due_next(state.memory)) is not None:
        due.append(Deadline(kind="look_again", at=effect.due))
    if state.owner is Owner.operator and (moment := next_moment(state.sla)) is not None:
        due.append(Deadline(kind=moment.what, at=moment.at, promise=moment))
    terms, since = state.terms, state.quiet_since
    if terms is not None and since is not None:
        if state.status is TicketStatus.pending and state.waiting_for is WaitingFor.customer:
            if not state.reminded and state.owner is Owner.assistant:
                due.append(Deadline(kind="remind", at=since + terms.remind_after))
            due.append(Deadline(kind="give_up", at=since + terms.give_up_after))
        # A ticket is not over while a payment of it may still come back.
        if state.status is TicketStatus.solved and not state.memory.watched:
            due.append(Deadline(kind="reopen_window_ends", at=since + terms.reopen_window))
    return min(due, key=lambda deadline: deadline.at, default=None)


def arrival_events(state: TicketState, seqs: tuple[int, ...]) -> tuple[EventDraft, ...]:
    """The events of messages coming in: the first opens the ticket, one to a solved ticket reopens it."""
    events: list[EventDraft] = []
    if state.next_event == 1:
        events.append(
            EventDraft(kind="ticket_opened", body={"channel": state.ref.channel, "identity": state.ref.identity.value})
        )
    events += [EventDraft(kind="message_received", body={"seq": seq}) for seq in seqs]
    return (*events, *reopened(state))


def arrive(state: TicketState, rows: Sequence[InboxRow]) -> tuple[TicketState, tuple[EventDraft, ...]]:
    """Take messages as read; returns the ticket after it and the events, none for no messages."""
    if not rows:
        return state, ()
    seqs = tuple(row.seq for row in rows)
    ref, known = identified(state, rows)
    reopens = state.memory.reopens + len(reopened(state))
    after = state.model_copy(
        update={
            "ref": ref,
            "watermark": max(seqs),
            "latest": max(*seqs, state.latest),
            "memory": state.memory.model_copy(update={"reopens": reopens}),
            "reminded": False,
        }
    )
    return after, (*arrival_events(state, seqs), *known)


def waits_for_reading(state: TicketState) -> bool:
    """Whether the next move is a close that must let a message go first: what was accepted is never left unread."""
    return bool(state.moves) and isinstance(state.moves[0], CloseAsked) and state.latest > state.watermark


def reopened(state: TicketState) -> tuple[EventDraft, ...]:
    """The event of a solved ticket that is taken up again; none for any other."""
    if state.status is not TicketStatus.solved:
        return ()
    return (EventDraft(kind="reopened", body={"reopens": state.memory.reopens + 1}),)


def identified(state: TicketState, rows: Sequence[InboxRow]) -> tuple[TicketRef, tuple[EventDraft, ...]]:
    """Whose ticket it is as of the newest of these messages, and the event of its writer's becoming known or unknown.

    The level was decided when the message was accepted, by its key, token or code; nothing written in it counts.
    """
    known = [row for row in rows if row.identity is not None]
    level = known[-1].identity if known else None
    if level is None or level is state.ref.identity:
        return state.ref, ()
    kind: EventKind = "identity_proven" if is_above(level, state.ref.identity) else "identity_lapsed"
    event = EventDraft(kind=kind, body={"level": level.value, "seq": known[-1].seq})
    return state.ref.model_copy(update={"identity": level}), (event,)


class MoveEffect(Model):
    """What a move does: the state after it, what is recorded, and the status it leads to."""

    state: TicketState
    events: tuple[EventDraft, ...]
    status: TicketStatus
    waiting_for: WaitingFor
    withdrawn: tuple[EventDraft, ...] = ()  # recorded even if a newer message keeps the rest from happening
    resolution: ResolutionKind | None = None


def effect_of(state: TicketState, move: PlainMove, now: datetime) -> MoveEffect:
    """Apply one move; closing takes every open request for approval back, so that nobody decides for nothing."""
    match move:
        case OperatorReplied(seq=seq, by=by, solves=solves):
            status = TicketStatus.solved if solves else TicketStatus.pending
            events = [EventDraft(kind="operator_replied", body={"seq": seq, "by": by})]
            if solves:
                events.append(EventDraft(kind="resolved", body={"kind": "by_operator"}))
            return MoveEffect(
                state=state.model_copy(
                    update={
                        "owner": Owner.operator,
                        "reminded": False,
                        "watermark": max(state.watermark, seq),
                        "answered": max(state.answered or 0, seq),
                    }
                ),
                events=tuple(events),
                status=status,
                waiting_for=WaitingFor.nobody if solves else WaitingFor.customer,
                resolution="by_operator" if solves else None,
            )
        case TakenOver(by=by):
            return MoveEffect(
                state=state.model_copy(update={"owner": Owner.operator}),
                events=(EventDraft(kind="handoff_accepted", body={"by": by}),),
                status=TicketStatus.open,
                waiting_for=WaitingFor.operator,
            )
        case HandedBack(by=by, watermark=given):
            # The assistant answers what came after the watermark, once: the watermark only ever rises from there.
            answered = state.watermark if state.answered is None else state.answered
            watermark = min(answered if given is None else given, state.watermark)
            return MoveEffect(
                state=state.model_copy(update={"owner": Owner.assistant, "watermark": watermark, "reminded": False}),
                events=(EventDraft(kind="handed_back", body={"by": by, "watermark": watermark}),),
                status=TicketStatus.pending,
                waiting_for=WaitingFor.customer,
            )
        case CloseAsked(by=by):
            state = withdraw_all(state, now)
            return MoveEffect(
                state=state,
                withdrawn=settlement_events(state.settlements_due),
                events=(EventDraft(kind="closed", body={"by": by}),),
                status=TicketStatus.closed,
                waiting_for=WaitingFor.nobody,
            )
        case Rated() | Assigned() | NoteAdded():
            return MoveEffect(state=state, events=(_aside(move),), status=state.status, waiting_for=state.waiting_for)


def _aside(move: Rated | Assigned | NoteAdded) -> EventDraft:
    """The event of a move that leaves the conversation as it is."""
    match move:
        case Rated(score=score):
            return EventDraft(kind="rated", body={"score": score})
        case Assigned(by=by, operator=str(operator)):
            return EventDraft(kind="assigned", body={"by": by, "operator": operator})
        case Assigned(by=by, queue=queue):
            return EventDraft(kind="assigned", body={"by": by, "queue": queue})
        case NoteAdded(seq=seq, by=by):
            return EventDraft(kind="note_added", body={"seq": seq, "by": by})


def leaves_it_quiet(move: PlainMove) -> bool:
    """Whether a move is none of the conversation's: it lengthens no wait."""
    return isinstance(move, Rated | Assigned | NoteAdded)


def sla_event(clock: SlaClock, moment: SlaMoment) -> EventDraft:
    """What is recorded when the clock warns, or a promise is broken."""
    target = clock.target(moment.target)
    due_at = target.due_at if target is not None and target.due_at is not None else moment.at
    body: dict[str, JsonValue] = {
        "target": moment.target,
        "queue": clock.queue,
        "due_at": due_at.isoformat(),
    }
    return EventDraft(kind=moment.what, body=body)


def is_void(state: TicketState, move: Move) -> bool:
    """Whether a move has lost its ground since it was accepted: nobody gives back or assigns what they do not have.

    Two handbacks sent at once would else be two: the second would have everything above its watermark answered again.
    """
    return isinstance(move, HandedBack | Assigned) and state.owner is not Owner.operator
