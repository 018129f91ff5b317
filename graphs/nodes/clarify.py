"""clarify: one question at a time, naming the choices; after two without a clear answer a person takes over."""

from langgraph.runtime import Runtime

from domain.conversation import MAX_CLARIFICATIONS, is_unanswered
from domain.event import EventDraft
from domain.handoff import HandOffNotice, HandoffReason
from domain.memory import Asked, AskedConfirmation, AskedIdentity, AskedIntent, AskedSlot, Memory, ReplyPart, WishStatus
from graphs.effects import TurnContext
from graphs.state import TurnState, Update


async def clarify(state: TurnState, runtime: Runtime[TurnContext]) -> Update:  # noqa: ARG001 - LangGraph's signature
    """Ask the question that is due, or give up asking."""
    question = state.question
    if question is None:
        raise RuntimeError("clarify was entered without a question")
    memory, told = _postponed(state)
    # A turn that told the customer something has moved on, even if the old question has to be asked again.
    is_repeated = is_unanswered(memory, question) and not told
    asked = memory.clarifications + 1 if is_repeated else 1
    if asked > MAX_CLARIFICATIONS:
        wish = None if isinstance(question, AskedIntent) else _wish_of(question)
        is_stranger = isinstance(question, AskedIdentity)
        reason = HandoffReason.not_proven if is_stranger else HandoffReason.not_understood
        notice = HandOffNotice(reason=reason, wish=wish)
        return {"question": None, "notice": notice}
    slot = {"slot": question.slot} if isinstance(question, AskedSlot) else {}
    event = EventDraft(kind="question_asked", body={"asks": question.kind, "times": asked, **slot})
    return {
        "memory": memory.model_copy(update={"asked": question, "clarifications": asked}),
        "notice": None,
        "parts": (*told, _part(question)),
        "events": (*state.events, event),
    }


def _postponed(state: TurnState) -> tuple[Memory, tuple[ReplyPart, ...]]:
    """The memory and the reply without what a person shall do: that is planned again once the question is answered.

    A ticket that a person has already would leave the customer's answer without anybody to take it.
    """
    memory = state.memory
    for number in state.passed_on:
        memory = memory.with_wish(memory.wish(number).model_copy(update={"status": WishStatus.open}))
    return memory, tuple(part for part in state.parts if part.wish not in state.passed_on)


def _wish_of(question: AskedSlot | AskedConfirmation | AskedIdentity) -> int:
    return question.action.wish if isinstance(question, AskedConfirmation) else question.wish


def _part(question: Asked) -> ReplyPart:
    match question:
        case AskedIntent(choices=choices):
            reply = "which_intent" if choices else "not_understood"
            return ReplyPart(kind="common", reply=reply, choices=choices)
        case AskedSlot(wish=wish, slot=slot, choices=choices, reply=reply, sold_out=gone):
            named = reply or slot
            return ReplyPart(kind="question", reply=named, wish=wish, slot=slot, choices=choices, sold_out=gone)
        case AskedIdentity(wish=wish):
            return ReplyPart(kind="question", reply="needs_identity", wish=wish)
        case AskedConfirmation(action=action, reply=reply):
            return ReplyPart(kind="confirmation", reply=reply or "confirm", wish=action.wish, action=action)
