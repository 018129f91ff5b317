"""plan: take the first open wish a step further along its procedure."""

from langgraph.runtime import Runtime

from domain.ask import PlanAsk
from domain.conversation import is_waiting
from domain.event import fallback_event
from domain.handoff import HandOffNotice, HandoffReason
from domain.memory import AskedIdentity, AskedSlot, Memory, ReplyPart, Wish, WishStatus
from domain.step import Answer, AnswerFromKnowledge, AskIdentity, AskSlot, PassOn, Planned, Propose
from graphs.effects import TurnContext
from graphs.state import TurnState, Update


def next_wish(memory: Memory) -> Wish | None:
    """The wish to work on: open, and not waiting for a person."""
    return next((wish for wish in memory.open_wishes() if not is_waiting(memory, wish)), None)


async def plan(state: TurnState, runtime: Runtime[TurnContext]) -> Update:
    """Ask the procedure what comes next for one wish, and note it; routing sends questions and actions on."""
    wish = next_wish(state.memory)
    if wish is None:
        return {"proposal": None}
    planned = await runtime.context.effects.plan(
        PlanAsk(
            key=state.key,
            memory=state.memory,
            wish=wish.number,
            context_id=state.needs_context(),
            seqs=state.seqs,
            reads=state.reads,
            has_evidence=bool(state.evidence.found) and not state.evidence.contradicts,
        )
    )
    events = (*state.events, *fallback_event("plan", planned.fallback))
    return _note(state, wish, planned) | {"events": events}


def _note(state: TurnState, wish: Wish, planned: Planned) -> Update:
    """Turn the planned step into the fields of the turn's state."""
    has_progress = planned.slots != wish.slots
    wish = wish.model_copy(
        update={
            "slots": planned.slots,
            "procedure_version": planned.procedure_version,
            "autonomy": planned.autonomy,
        }
    )
    memory = state.memory.with_wish(wish)
    for slots in planned.split:
        memory = memory.with_wish(wish.model_copy(update={"number": len(memory.wishes) + 1, "slots": slots}))
    if has_progress and isinstance(memory.asked, AskedSlot) and memory.asked.slot in planned.slots:
        memory = memory.model_copy(update={"clarifications": 0, "asked": None})
    update: Update = {"memory": memory, "proposal": None}
    match planned.step:
        case AskSlot(slot=slot, reply=reply, choices=choices, sold_out=sold_out):
            asked = AskedSlot(wish=wish.number, slot=slot, choices=choices, reply=reply, sold_out=sold_out)
            return update | {"question": asked}
        case AskIdentity():
            return update | {"question": AskedIdentity(wish=wish.number)}
        case Propose():
            proposed = max(memory.actions_proposed, _number(planned.step))
            memory = memory.model_copy(update={"actions_proposed": proposed})
            return update | {"memory": memory, "proposal": planned.step}
        case Answer(reply=reply, resolves=resolves):
            part = ReplyPart(
                kind="reply", reply=reply, wish=wish.number, result=wish.results[-1] if wish.results else None
            )
            return _settle(state, update, wish, part) | {"is_settled": state.is_settled and resolves}
        case AnswerFromKnowledge():
            passages = tuple(ref.passage_id for ref in state.evidence.found)
            part = ReplyPart(kind="knowledge", reply="knowledge", wish=wish.number, passages=passages)
            return _settle(state, update, wish, part)
        case PassOn() as step:
            passed_on = memory.with_wish(wish.model_copy(update={"status": WishStatus.passed_on}))
            notice = HandOffNotice(reason=_reason(state, step), queue=step.queue, urgent=step.urgent, wish=wish.number)
            parts = state.parts
            if step.reply is not None:
                parts = (*parts, ReplyPart(kind="reply", reply=step.reply, wish=wish.number))
            given = (*state.passed_on, wish.number)
            return update | {
                "memory": passed_on,
                "notice": state.notice or notice,
                "passed_on": given,
                "parts": parts,
            }


def _reason(state: TurnState, step: PassOn) -> HandoffReason:
    """Something is known, and it contradicts itself: that is another thing to mend than knowing nothing."""
    is_disputed = step.reason is HandoffReason.no_knowledge and state.evidence.contradicts
    return HandoffReason.knowledge_conflict if is_disputed else step.reason


def _settle(state: TurnState, update: Update, wish: Wish, part: ReplyPart) -> Update:
    memory: Memory = update["memory"]
    done = memory.with_wish(wish.model_copy(update={"status": WishStatus.done}))
    return update | {"memory": done, "parts": (*state.parts, part)}


def _number(step: Propose) -> int:
    return int(step.action.action_id.rpartition("/a")[2])
