"""act: judge what is proposed, then perform it, ask for approval, or take no for an answer.

A turn also begins here when something that was decided earlier is due: an approval, an ended pause, an operator's
undoing, an effect that failed late. Facts are gathered and judged again then, because the world moves while people
think: an approval satisfies `needs_approval`, never `forbid`.
"""

from langgraph.runtime import Runtime

from domain.action import ActionResult, ActionStatus, ProposedAction
from domain.approval import Decision, DecisionVerdict
from domain.ask import GatherAsk
from domain.autonomy import WITHHELD
from domain.conversation import without_pending
from domain.event import EventDraft
from domain.handoff import HandOffNotice, HandoffReason
from domain.ids import ActionId
from domain.memory import AskedConfirmation, Memory, ReplyPart, WishStatus
from domain.policy import Verdict
from graphs import acting, withholding
from graphs.effects import Effects, TurnContext
from graphs.state import Trigger, TurnState, Update


async def act(state: TurnState, runtime: Runtime[TurnContext]) -> Update:
    """Carry one proposed action, or what the turn was started for, to its end."""
    effects = runtime.context.effects
    if state.context_id is None:
        context_id = await effects.gather(GatherAsk(key=state.key))
        begun = state.model_copy(update={"context_id": context_id})
        return {"context_id": context_id} | await _begin(begun, effects)
    if state.proposal is None:
        raise RuntimeError("act was entered without a proposal")
    action = state.proposal.action
    judgment = await acting.judge(state, effects, state.memory, action)
    memory = acting.at_level(state.memory, action, judgment)
    update = acting.record_judgment(state, action, judgment) | {"memory": memory}
    if judgment.verdict is Verdict.forbid:
        return update | acting.refuse(memory, action, judgment)
    if state.proposal.confirm is not None:
        update["question"] = AskedConfirmation(action=action, reply=state.proposal.confirm)
    if state.proposal.is_write and judgment.autonomy in WITHHELD:
        return update | withholding.withhold_action(state, memory, action, judgment, is_asked="question" in update)
    if state.proposal.confirm is not None:
        return update
    if judgment.verdict is Verdict.needs_approval:
        return update | acting.request(state, memory, action, judgment)
    done = await acting.perform(state, effects, action, judgment, approval_id=None)
    return update | acting.performed(state, memory, action, done, update["events"], is_write=state.proposal.is_write)


async def _begin(state: TurnState, effects: Effects) -> Update:
    match state.trigger:
        case Trigger.decision if state.decision is not None:
            return await _decided(state, effects, state.decision)
        case Trigger.resumed:
            return await _resumed(state, effects)
        case Trigger.undo:
            return await _undone(state, effects)
        case Trigger.effect_failed | Trigger.effect_given_up:
            return _failed_late(state)
        case _:
            raise RuntimeError(f"a turn that starts with {state.trigger} does not begin by acting")


async def _decided(state: TurnState, effects: Effects, decision: Decision) -> Update:
    """A person has decided on a pending action: judge again, then do it or say no."""
    memory, pending = without_pending(state.memory, decision.approval_id)
    if pending is None:
        return {"memory": memory}
    request = pending.request
    wish = memory.wish(request.action.wish)
    if decision.verdict is DecisionVerdict.declined:
        if request.undoes is not None:  # what an operator wanted to undo stays done, and the customer knew nothing
            return {"memory": memory, "is_aside": True}
        declined = wish.model_copy(update={"status": WishStatus.done, "declined": True})
        part = ReplyPart(
            kind="common",
            reply="approval_declined",
            wish=wish.number,
            action=request.action,
            decision_id=decision.decision_id,
        )
        return {"memory": memory.with_wish(declined), "parts": (*state.parts, part)}
    action = decision.amended or request.action
    if decision.args_sha256 != request.action.args_sha256 or not action.is_intact():
        refused = ActionResult(
            action_id=action.action_id, name=action.name, status=ActionStatus.refused, code="approval_mismatch"
        )
        return {"memory": acting.with_result(memory, action, refused)}
    approved = wish.model_copy(update={"approved": (*wish.approved, action.args_sha256)})
    update = await _carry_out(
        state, effects, memory.with_wish(approved), action, decision.approval_id, undoes=request.undoes
    )
    return update | _left_to_person(state, update, action)


def _left_to_person(state: TurnState, update: Update, action: ProposedAction) -> Update:
    """The handoff of an approver's own version that was refused after all.

    The customer asked for something else, so a refusal of this is none that they could make sense of.
    """
    results = update["memory"].wish(action.wish).results
    is_refused = bool(results) and results[-1].status is ActionStatus.refused
    if not (state.is_refusal_a_persons and is_refused and results[-1].action_id == action.action_id):
        return {}
    return {"notice": HandOffNotice(reason=HandoffReason.forbidden, urgent=True, wish=action.wish)}


async def _resumed(state: TurnState, effects: Effects) -> Update:
    """A pause has ended: what it held back is judged again and tried again."""
    held = state.held
    if held is None or held not in state.memory.held:
        return {}
    memory = state.memory.model_copy(update={"held": tuple(it for it in state.memory.held if it != held)})
    event = EventDraft(kind="action_resumed", body={"action_id": held.action.action_id, "action": held.action.name})
    state = state.model_copy(update={"events": (*state.events, event)})
    return await _carry_out(state, effects, memory, held.action, held.approval_id, undoes=held.undoes)


async def _undone(state: TurnState, effects: Effects) -> Update:
    """An operator takes an action back: that is an action like any other, under policy."""
    undo = state.undo
    if undo is None:
        raise RuntimeError("an undo turn needs what undoes")
    return await _carry_out(
        state, effects, state.memory, undo.action, None, undoes=undo.undoes, requested_by=undo.asked_by
    )


async def _carry_out(
    state: TurnState,
    effects: Effects,
    memory: Memory,
    action: ProposedAction,
    approval_id: ActionId | None,
    *,
    undoes: ActionId | None,
    requested_by: str | None = None,
) -> Update:
    """Perform what was decided earlier, if policy still permits it."""
    judgment = await acting.judge(state, effects, memory, action, undoes=undoes)
    memory = acting.at_level(memory, action, judgment)
    update = acting.record_judgment(state, action, judgment)
    if undoes is not None:
        update["is_aside"] = True
    if judgment.verdict is Verdict.forbid:
        return update | ({"memory": memory} if undoes is not None else acting.refuse(memory, action, judgment))
    if judgment.verdict is Verdict.needs_approval and approval_id is None:
        return update | acting.request(state, memory, action, judgment, undoes=undoes, requested_by=requested_by)
    done = await acting.perform(state, effects, action, judgment, approval_id)
    return update | acting.performed(
        state, memory, action, done, update["events"], is_write=True, approval_id=approval_id, undoes=undoes
    )


def _failed_late(state: TurnState) -> Update:
    """What was done did not last: the wish is open again, with that as its result, and its procedure goes on.

    Of what was watched in vain nobody knows that it failed, so the customer is not told so: a person gets it.
    """
    failed = state.failed
    if failed is None:
        raise RuntimeError("a turn about a failed effect needs it")
    for wish in state.memory.wishes:
        if any(result.action_id == failed.action_id for result in wish.results):
            kept = tuple(result for result in wish.results if result.action_id != failed.action_id)
            opened = wish.model_copy(update={"status": WishStatus.open, "results": (*kept, failed)})
            if state.trigger is Trigger.effect_given_up:
                notice = HandOffNotice(reason=HandoffReason.effect_unknown, urgent=True, wish=wish.number)
                return {"memory": state.memory.with_wish(opened), "notice": notice}
            part = ReplyPart(kind="common", reply="effect_failed", wish=wish.number, result=failed)
            return {"memory": state.memory.with_wish(opened), "parts": (*state.parts, part)}
    raise RuntimeError("no wish knows of the effect that failed")
