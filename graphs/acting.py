"""What every way of acting shares: judge, perform, and note what came of it in the turn's state.

Nothing here decides which action; that is the procedure's, an approver's or an operator's business.
"""

from domain.action import ActionResult, ActionStatus, ProposedAction
from domain.approval import ApprovalRequest, PendingApproval
from domain.ask import JudgeAsk, PerformAsk
from domain.autonomy import WITHHELD
from domain.event import EventDraft, performed_event
from domain.handoff import HandOffNotice, HandoffReason
from domain.ids import ActionId
from domain.memory import HeldAction, Memory, ReplyPart
from domain.policy import Judgment, Verdict
from domain.watching import find_watched, replaced, watch
from graphs.effects import Effects
from graphs.state import Trigger, TurnState, Update


async def judge(
    state: TurnState,
    effects: Effects,
    memory: Memory,
    action: ProposedAction,
    *,
    undoes: ActionId | None = None,
) -> Judgment:
    """Ask policy, over the facts as they are now."""
    return await effects.judge(
        JudgeAsk(
            key=state.key,
            memory=memory,
            action=action,
            context_id=state.needs_context(),
            reads=state.reads,
            signals=state.signals,
            undoes=undoes,
        )
    )


async def perform(
    state: TurnState, effects: Effects, action: ProposedAction, judgment: Judgment, approval_id: ActionId | None
) -> ActionResult:
    """Have the action carried out, once."""
    return await effects.perform(
        PerformAsk(
            key=state.key,
            action=action,
            context_id=state.needs_context(),
            approval_id=approval_id,
            policy_version=judgment.policy_version,
            rules=judgment.rules,
            procedure=state.memory.wish(action.wish).intent,
            role=judgment.role if judgment.verdict is Verdict.needs_approval else None,
            approvers=judgment.approvers if judgment.verdict is Verdict.needs_approval else 0,
        )
    )


def record_judgment(state: TurnState, action: ProposedAction, judgment: Judgment) -> Update:
    """Note what policy said, and on which facts; the proposal is dealt with."""
    facts = {} if judgment.judged_on is None else {"judged_on": judgment.judged_on}
    event = EventDraft(
        kind="action_judged",
        body={
            "action_id": action.action_id,
            "action": action.name,
            "verdict": judgment.verdict.value,
            "rules": list(judgment.rules),
            "policy": judgment.policy_version,
            "errors": list(judgment.errors),
            **facts,
        },
    )
    return {"events": (*state.events, event), "proposal": None}


def at_level(memory: Memory, action: ProposedAction, judgment: Judgment) -> Memory:
    """The memory, with the level that the action's procedure has now."""
    wish = memory.wish(action.wish)
    if wish.autonomy == judgment.autonomy:
        return memory
    return memory.with_wish(wish.model_copy(update={"autonomy": judgment.autonomy}))


def refuse(memory: Memory, action: ProposedAction, judgment: Judgment) -> Update:
    """Leave the refusal with the wish: the procedure says no, with the reason."""
    code = judgment.tell_customer or "refused"
    result = ActionResult(action_id=action.action_id, name=action.name, status=ActionStatus.refused, code=code)
    return {"memory": with_result(memory, action, result)}


def request(
    state: TurnState,
    memory: Memory,
    action: ProposedAction,
    judgment: Judgment,
    *,
    undoes: ActionId | None = None,
    requested_by: str | None = None,
) -> Update:
    """Put the action to an approver; the customer hears of it unless it is an operator's own business."""
    is_told = undoes is None and judgment.autonomy not in WITHHELD
    asked = ApprovalRequest(
        approval_id=action.action_id,
        action=action,
        role=judgment.role,
        approvers=judgment.approvers,
        rules=judgment.rules,
        policy_version=judgment.policy_version,
        undoes=undoes,
        requested_by=requested_by,
        requested_at=state.now,
        expires_at=state.now + judgment.expires_after,
    )
    pending = (*memory.pending, PendingApproval(request=asked))
    part = ReplyPart(kind="common", reply="approval_requested", wish=action.wish, action=action)
    return {
        "memory": memory.model_copy(update={"pending": pending}),
        "requests": (*state.requests, asked),
        "parts": (*state.parts, part) if is_told else state.parts,
    }


def performed(
    state: TurnState,
    memory: Memory,
    action: ProposedAction,
    done: ActionResult,
    events: tuple[EventDraft, ...],
    *,
    is_write: bool,
    approval_id: ActionId | None = None,
    undoes: ActionId | None = None,
) -> Update:
    """Note what came of an action: its result with the wish, what must be watched, and who must know."""
    if done.status is ActionStatus.paused:
        return _hold(state, memory, action, events, approval_id, undoes)
    update: Update = {"events": (*events, performed_event(done)), "memory": memory}
    if is_write:
        memory = watch(with_result(memory, action, done), action, done, state.now)
        update["context_id"] = done.context_id or state.context_id
        reason = _needs_person(done)
        if reason is not None:
            update["notice"] = HandOffNotice(reason=reason, urgent=True, wish=action.wish)
        if undoes is not None and done.status is ActionStatus.succeeded:
            memory = _expect_failure(memory, undoes, state)
            part = ReplyPart(kind="common", reply="action_undone", wish=action.wish, action=action)
            update["parts"] = (*state.parts, part)
        update["memory"] = memory
    elif done.fact_id is not None:
        update["reads"] = state.reads | {action.name: done.fact_id}
    else:  # a read that failed has no answer to go on with; the procedure sees its status
        update["memory"] = with_result(memory, action, done)
    return update


def with_result(memory: Memory, action: ProposedAction, result: ActionResult) -> Memory:
    """The memory with a result added to the action's wish."""
    wish = memory.wish(action.wish)
    return memory.with_wish(wish.model_copy(update={"results": (*wish.results, result)}))


def _hold(
    state: TurnState,
    memory: Memory,
    action: ProposedAction,
    events: tuple[EventDraft, ...],
    approval_id: ActionId | None,
    undoes: ActionId | None,
) -> Update:
    """Keep what a pause holds back; the customer is told once, not at every try."""
    held = HeldAction(action=action, approval_id=approval_id, undoes=undoes, since=state.now)
    event = EventDraft(kind="action_held", body={"action_id": action.action_id, "action": action.name})
    part = ReplyPart(kind="common", reply="action_held", wish=action.wish, action=action)
    is_told = state.trigger in {Trigger.resumed, Trigger.undo}
    return {
        "events": (*events, event),
        "memory": memory.model_copy(update={"held": (*memory.held, held)}),
        "parts": state.parts if is_told else (*state.parts, part),
    }


def _expect_failure(memory: Memory, undone: ActionId, state: TurnState) -> Memory:
    """What was taken back will be seen to have failed: look at once, and tell nobody."""
    effect = find_watched(memory, undone)
    if effect is None:
        return memory
    return replaced(memory, effect.model_copy(update={"is_undone": True, "due": state.now}))


def _needs_person(done: ActionResult) -> HandoffReason | None:
    """Nobody is told of an effect that cannot be shown: it goes to a person with all that is known."""
    if done.status is ActionStatus.unknown:
        return HandoffReason.effect_unknown
    if done.status is ActionStatus.succeeded and not done.is_read_back:
        return HandoffReason.not_read_back
    return None
