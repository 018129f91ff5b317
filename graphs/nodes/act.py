"""act: judge what is proposed, then perform it, ask for approval, or take no for an answer.

An approval satisfies `needs_approval`, never `forbid`: facts are gathered and judged again when the decision arrives,
because the order may have shipped while somebody was thinking.
"""

from langgraph.runtime import Runtime

from domain.action import ActionResult, ActionStatus, ProposedAction
from domain.approval import ApprovalRequest, Decision, DecisionVerdict, PendingApproval
from domain.ask import GatherAsk, JudgeAsk, PerformAsk
from domain.conversation import without_pending
from domain.event import EventDraft, performed_event
from domain.handoff import HandOffNotice, HandoffReason
from domain.ids import ActionId
from domain.memory import AskedConfirmation, Memory, ReplyPart, Wish, WishStatus
from domain.policy import Judgment, Verdict
from graphs.effects import Effects, TurnContext
from graphs.state import Trigger, TurnState, Update


async def act(state: TurnState, runtime: Runtime[TurnContext]) -> Update:
    """Carry one proposed action, or one decision about a pending action, to its end."""
    effects = runtime.context.effects
    if state.trigger is Trigger.decision and state.context_id is None:
        return await _decided(state, effects)
    if state.proposal is None:
        raise RuntimeError("act was entered without a proposal")
    action = state.proposal.action
    judgment = await _judge(state, effects, state.memory, action, state.needs_context())
    update = _record_judgment(state, action, judgment)
    if judgment.verdict is Verdict.forbid:
        return update | _refuse(state.memory, action, judgment)
    if state.proposal.confirm is not None:
        question = AskedConfirmation(action=action, reply=state.proposal.confirm)
        return update | {"question": question}
    if judgment.verdict is Verdict.needs_approval:
        return update | _request(state, action, judgment)
    done = await _perform(state, effects, action, judgment, state.needs_context(), approval_id=None)
    return update | _performed(state, state.memory, action, done, update["events"], is_write=state.proposal.is_write)


async def _judge(
    state: TurnState, effects: Effects, memory: Memory, action: ProposedAction, context_id: int
) -> Judgment:
    return await effects.judge(
        JudgeAsk(
            key=state.key,
            memory=memory,
            action=action,
            context_id=context_id,
            reads=state.reads,
            signals=state.signals,
        )
    )


async def _perform(
    state: TurnState,
    effects: Effects,
    action: ProposedAction,
    judgment: Judgment,
    context_id: int,
    approval_id: ActionId | None,
) -> ActionResult:
    return await effects.perform(
        PerformAsk(
            key=state.key,
            action=action,
            context_id=context_id,
            approval_id=approval_id,
            policy_version=judgment.policy_version,
            rules=judgment.rules,
        )
    )


def _record_judgment(state: TurnState, action: ProposedAction, judgment: Judgment) -> Update:
    event = EventDraft(
        kind="action_judged",
        body={
            "action_id": action.action_id,
            "action": action.name,
            "verdict": judgment.verdict.value,
            "rules": list(judgment.rules),
            "policy": judgment.policy_version,
            "errors": list(judgment.errors),
        },
    )
    return {"events": (*state.events, event), "proposal": None}


def _refuse(memory: Memory, action: ProposedAction, judgment: Judgment) -> Update:
    """Leave the refusal with the wish: the procedure says no, with the reason."""
    code = judgment.tell_customer or "refused"
    result = ActionResult(action_id=action.action_id, name=action.name, status=ActionStatus.refused, code=code)
    return {"memory": _with_result(memory, action, result)}


def _request(state: TurnState, action: ProposedAction, judgment: Judgment) -> Update:
    request = ApprovalRequest(
        approval_id=action.action_id,
        action=action,
        role=judgment.role,
        approvers=judgment.approvers,
        rules=judgment.rules,
        policy_version=judgment.policy_version,
        requested_at=state.now,
        expires_at=state.now + judgment.expires_after,
    )
    pending = (*state.memory.pending, PendingApproval(request=request))
    part = ReplyPart(kind="common", reply="approval_requested", wish=action.wish, action=action)
    return {
        "memory": state.memory.model_copy(update={"pending": pending}),
        "requests": (*state.requests, request),
        "parts": (*state.parts, part),
    }


def _performed(
    state: TurnState,
    memory: Memory,
    action: ProposedAction,
    done: ActionResult,
    events: tuple[EventDraft, ...],
    *,
    is_write: bool,
) -> Update:
    update: Update = {"events": (*events, performed_event(done)), "memory": memory}
    if is_write:
        update["memory"] = _with_result(memory, action, done)
        update["context_id"] = done.context_id or state.context_id
        reason = _needs_person(done)
        if reason is not None:
            update["notice"] = HandOffNotice(reason=reason, urgent=True, wish=action.wish)
    elif done.fact_id is not None:
        update["reads"] = state.reads | {action.name: done.fact_id}
    else:  # a read that failed has no answer to go on with; the procedure sees its status
        update["memory"] = _with_result(memory, action, done)
    return update


def _needs_person(done: ActionResult) -> HandoffReason | None:
    """Nobody is told of an effect that cannot be shown: it goes to a person with all that is known."""
    if done.status is ActionStatus.unknown:
        return HandoffReason.effect_unknown
    if done.status is ActionStatus.succeeded and not done.is_read_back:
        return HandoffReason.not_read_back
    return None


def _with_result(memory: Memory, action: ProposedAction, result: ActionResult) -> Memory:
    wish = memory.wish(action.wish)
    return memory.with_wish(wish.model_copy(update={"results": (*wish.results, result)}))


async def _decided(state: TurnState, effects: Effects) -> Update:
    """A person has decided on a pending action: read the facts again, judge again, then do it or say no."""
    decision = state.decision
    if decision is None:
        raise RuntimeError("a decision turn needs its decision")
    context_id = await effects.gather(GatherAsk(key=state.key))
    memory, pending = without_pending(state.memory, decision.approval_id)
    if pending is None:
        return {"context_id": context_id, "memory": memory}
    request = pending.request
    wish = memory.wish(request.action.wish)
    if decision.verdict is DecisionVerdict.declined:
        declined = wish.model_copy(update={"status": WishStatus.done, "declined": True})
        part = ReplyPart(
            kind="common",
            reply="approval_declined",
            wish=wish.number,
            action=request.action,
            decision_id=decision.decision_id,
        )
        return {"context_id": context_id, "memory": memory.with_wish(declined), "parts": (*state.parts, part)}
    action = decision.amended or request.action
    if decision.args_sha256 != request.action.args_sha256 or not action.is_intact():
        refused = ActionResult(
            action_id=action.action_id, name=action.name, status=ActionStatus.refused, code="approval_mismatch"
        )
        return {"context_id": context_id, "memory": _with_result(memory, action, refused)}
    return await _carry_out(state, effects, memory, wish, action, decision, context_id)


async def _carry_out(
    state: TurnState,
    effects: Effects,
    memory: Memory,
    wish: Wish,
    action: ProposedAction,
    decision: Decision,
    context_id: int,
) -> Update:
    """Perform what was approved, if policy still permits it."""
    judgment = await _judge(state, effects, memory, action, context_id)
    update = _record_judgment(state, action, judgment) | {"context_id": context_id}
    if judgment.verdict is Verdict.forbid:
        return update | _refuse(memory, action, judgment)
    memory = memory.with_wish(wish.model_copy(update={"approved": (*wish.approved, action.args_sha256)}))
    done = await _perform(state, effects, action, judgment, context_id, approval_id=decision.approval_id)
    return update | _performed(
        state.model_copy(update={"context_id": context_id}), memory, action, done, update["events"], is_write=True
    )
