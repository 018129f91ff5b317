"""How a turn begins and what remains of it: pure functions between the graph and the ticket's state."""

from datetime import datetime

from pydantic import JsonValue

from domain.action import ActionResult, ActionStatus
from domain.approval import Settlement
from domain.ask import EffectState, HandoffAsk, RecordAsk, ResolutionKind
from domain.event import EventDraft, suggestion_event
from domain.ids import ActionId
from domain.memory import AskedConfirmation, Memory, WatchedEffect, WishStatus
from domain.outcome import STATUS_AFTER, AwaitApproval, DraftRef, HandOff, Resolve, Suggest, TurnOutcome
from domain.ticket import TicketStatus, WaitingFor
from graphs.state import TurnState
from workflows.state import Owner, TicketState


def record_of(before: TicketState, turn: TurnState, outcome: TurnOutcome, first: tuple[EventDraft, ...]) -> RecordAsk:
    """What the turn asks to be committed; what a person gets is never dropped as stale, all else may be."""
    turn, outcome, draft = silenced(before, turn, outcome)
    status, waiting_for = status_after(before, turn, outcome)
    if_fresh: list[EventDraft] = []
    requests = outcome.requests if isinstance(outcome, AwaitApproval | HandOff | Suggest) else ()
    if requests:
        if_fresh += [
            EventDraft(
                kind="approval_requested",
                body={
                    "approval_id": request.approval_id,
                    "action": request.action.name,
                    "args_sha256": request.action.args_sha256,
                    "rules": list(request.rules),
                    "expires_at": request.expires_at.isoformat(),
                },
            )
            for request in requests
        ]
    if draft is not None:
        if_fresh.append(EventDraft(kind="reply_sent", body={"draft": draft.draft_id}))
    elif outcome.draft is not None:
        if_fresh.append(suggestion_event(before.watermark, outcome.draft.draft_id))
    resolution: ResolutionKind | None = None
    if isinstance(outcome, Resolve):
        resolution = "confirmed" if outcome.confirmed else "assumed"
        if_fresh.append(EventDraft(kind="resolved", body={"kind": resolution}))
    if status is not before.status:
        if_fresh.append(status_event(before.status, status, waiting_for))
    return RecordAsk(
        key=turn.key,
        first_seq=before.next_event,
        events=(*first, *turn.events),
        if_fresh=tuple(if_fresh),
        read_upto=before.watermark,
        drop_if_stale=not isinstance(outcome, HandOff | Suggest),
        status=status,
        waiting_for=waiting_for,
        memory=turn.memory,
        context_id=turn.context_id,
        draft=draft,
        requests=requests,
        settlements=before.settlements_due,
        handoff=_handoff(turn, outcome),
        resolution=resolution,
        sla=before.sla,
    )


def silenced(
    before: TicketState, turn: TurnState, outcome: TurnOutcome
) -> tuple[TurnState, TurnOutcome, DraftRef | None]:
    """The turn as it may count, and the reply that may be sent: none on a ticket that a person has.

    What was decided or done there is done all the same (an approval that comes in, a pause that ends); its reply
    becomes a suggestion, and nobody hands off what a person has. What that person asked to undo is told as ever.
    """
    if before.owner is not Owner.operator:
        return turn, outcome, outcome.draft
    if isinstance(outcome, HandOff):
        kept = tuple(event for event in turn.events if event.kind != "handed_off")
        stays = AwaitApproval(requests=(), draft=None)
        return turn.model_copy(update={"events": kept}), stays, None
    return turn, outcome, outcome.draft if turn.is_aside else None


def status_after(before: TicketState, turn: TurnState, outcome: TurnOutcome) -> tuple[TicketStatus, WaitingFor]:
    """The ticket's status after an outcome.

    A question asked while an approval waits leaves the ticket on hold; one that a person has stays with that person.
    """
    if isinstance(outcome, HandOff) or before.owner is Owner.operator:
        return STATUS_AFTER["hand_off"]
    if turn.memory.pending:
        return STATUS_AFTER["await_approval"]
    if turn.memory.held:
        return TicketStatus.on_hold, WaitingFor.operator
    return (before.status, before.waiting_for) if turn.is_aside else STATUS_AFTER[outcome.kind]


def status_event(old: TicketStatus, new: TicketStatus, waiting_for: WaitingFor) -> EventDraft:
    """The event of a change of status."""
    return EventDraft(
        kind="status_changed", body={"from": old.value, "to": new.value, "waiting_for": waiting_for.value}
    )


def _handoff(turn: TurnState, outcome: TurnOutcome) -> HandoffAsk | None:
    if not isinstance(outcome, HandOff):
        return None
    return HandoffAsk(
        notice=outcome.notice,
        context_id=turn.context_id,
        reads=turn.reads,
        evidence=tuple(ref.passage_id for ref in turn.evidence.found),
        told=outcome.draft,
        conflicts=turn.evidence.conflicts,
    )


def after_delivery(before: TicketState, turn: TurnState, outcome: TurnOutcome, now: datetime) -> TicketState:
    """The ticket after a turn whose reply went out."""
    status, waiting_for = status_after(before, turn, outcome)
    memory = turn.memory.model_copy(
        update={
            "asked": turn.memory.asked if turn.question is not None else None,
            "untold": (),
            "is_introduced": turn.memory.is_introduced or outcome.draft is not None,
        }
    )
    return before.model_copy(
        update={
            "memory": memory,
            "status": status,
            "waiting_for": waiting_for,
            "owner": Owner.operator if isinstance(outcome, HandOff) else before.owner,
            # A turn on a person's ticket answers nothing: what came in since waits for that person.
            "answered": before.answered if before.owner is Owner.operator else before.watermark,
            "quiet_since": now,
        }
    )


def after_stale(before: TicketState, turn: TurnState) -> TicketState:
    """The ticket after a turn whose reply was dropped because the customer wrote again.

    What was done stays done and is told with the next reply; an unseen question helps to read the next message, but a
    confirmation that nobody saw can never be answered; an approval that was not requested yet is not pending.
    """
    asked = turn.memory.asked if turn.question is not None else None
    unrequested = {request.approval_id for request in turn.requests}
    memory = turn.memory.model_copy(
        update={
            "asked": None if isinstance(asked, AskedConfirmation) else asked,
            "clarifications": before.memory.clarifications,
            "pending": tuple(p for p in turn.memory.pending if p.request.approval_id not in unrequested),
            "untold": tuple(
                part
                for part in turn.parts
                if part.kind not in {"question", "confirmation"}
                and part.reply not in {"approval_requested", "which_intent", "not_understood", "resolved_thanks"}
            ),
        }
    )
    return before.model_copy(update={"memory": memory})


def effect_event(effect: WatchedEffect, seen: EffectState) -> EventDraft:
    """What became of an effect that had not settled."""
    return EventDraft(
        kind="effect_settled" if seen.state == "settled" else "effect_failed",
        body={
            "action_id": effect.action_id,
            "action": effect.name,
            "code": seen.code,
            "amount": seen.amount.model_dump() if seen.amount else None,
            "undone": effect.is_undone,
            **({"pending": True} if seen.state == "pending" else {}),  # given up: nobody knows that it failed
            **({"by": seen.settled_by} if seen.settled_by else {}),
        },
    )


def failed_result(effect: WatchedEffect, seen: EffectState) -> ActionResult:
    """The result that replaces the one that did not last; after too long without an end nobody knows."""
    status = ActionStatus.failed if seen.state == "failed" else ActionStatus.unknown
    return ActionResult(action_id=effect.action_id, name=effect.name, status=status, code=seen.code, amount=seen.amount)


def wish_of(memory: Memory, action_id: ActionId) -> int:
    """The number of the wish that an action was carried out for."""
    return next(w.number for w in memory.wishes if any(it.action_id == action_id for it in w.results))


def cannot_be_undone(action_id: ActionId) -> dict[str, JsonValue]:
    """What is recorded when no action of the back end takes another one back."""
    return {"action_id": action_id, "action": "undo", "verdict": "forbid", "rules": ["cannot_be_undone"]}


def passed_on(memory: Memory) -> Memory:
    """The memory of a ticket whose turn failed: every open wish goes to a person."""
    for wish in memory.open_wishes():
        memory = memory.with_wish(wish.model_copy(update={"status": WishStatus.passed_on}))
    return memory.model_copy(update={"asked": None, "held": ()})


def settlement_events(settlements: tuple[Settlement, ...]) -> tuple[EventDraft, ...]:
    """One event for each approval that ended."""
    kinds = {"expired": "approval_expired", "withdrawn": "approval_withdrawn"}
    return tuple(
        EventDraft.model_validate(
            {
                "kind": kinds.get(settlement.how, "approval_decided"),
                "body": {
                    "approval_id": settlement.approval_id,
                    "how": settlement.how,
                    "decision": settlement.decision_id,
                },
            }
        )
        for settlement in settlements
    )
