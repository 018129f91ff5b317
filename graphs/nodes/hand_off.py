"""hand_off: give the ticket to a person, and tell the customer what happens next."""

from langgraph.runtime import Runtime

from domain.event import handed_off_event
from domain.handoff import HandOffNotice, HandoffReason
from domain.memory import ReplyPart, WishStatus
from graphs.effects import TurnContext
from graphs.state import Trigger, TurnState, Update


async def hand_off(state: TurnState, runtime: Runtime[TurnContext]) -> Update:
    """Name why, pass every open wish on (none is dropped), and take back what waits for approval."""
    notice = state.notice or _expired(state)
    memory = state.memory
    for wish in memory.open_wishes():
        memory = memory.with_wish(wish.model_copy(update={"status": WishStatus.passed_on}))
    # An approval decided in this very moment keeps its place: its own turn follows.
    pending = tuple(
        [
            waiting
            for waiting in memory.pending
            if waiting.request.approval_id != state.expired
            and not await runtime.context.effects.withdraw(waiting.request.approval_id)
        ]
    )
    part = ReplyPart(
        kind="common",
        reply="handed_off",
        wish=notice.wish,
        handoff=notice.reason,
        queue=notice.queue,
        urgent=notice.urgent,
    )
    return {
        "notice": notice,
        "memory": memory.model_copy(update={"asked": None, "pending": pending, "held": ()}),
        "question": None,
        "parts": (*state.parts, part),
        "events": (*state.events, handed_off_event(notice)),
    }


def _expired(state: TurnState) -> HandOffNotice:
    if state.trigger is not Trigger.approval_expired:
        raise RuntimeError("hand_off was entered without a reason")
    expired = next((p.request for p in state.memory.pending if p.request.approval_id == state.expired), None)
    return HandOffNotice(reason=HandoffReason.approval_expired, wish=expired.action.wish if expired else None)
