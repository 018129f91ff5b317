"""Where the turn goes next.

Routers only look at the state; they are async, because a plain one breaks inside a workflow.
"""

from typing import Literal

from graphs.nodes.plan import next_wish
from graphs.state import Trigger, TurnState


async def enter(state: TurnState) -> Literal["classify", "act", "verify", "hand_off"]:
    """Read a message first; do what was decided earlier; pass an expired approval on; only write a reminder."""
    match state.trigger:
        case Trigger.message | Trigger.handback:
            return "classify"
        case Trigger.decision | Trigger.resumed | Trigger.undo | Trigger.effect_failed | Trigger.effect_given_up:
            return "act"
        case Trigger.approval_expired:
            return "hand_off"
        case Trigger.reminder:
            return "verify"


async def after_classify(state: TurnState) -> Literal["clarify", "retrieve", "verify", "hand_off"]:
    """A handoff rule wins; an unclear message is asked about; with nothing open there is only the reply to write."""
    if state.notice is not None:
        return "hand_off"
    if state.question is not None:
        return "clarify"
    return "retrieve" if next_wish(state.memory) is not None else "verify"


async def after_plan(state: TurnState) -> Literal["clarify", "plan", "act", "verify", "hand_off"]:
    """Do what was planned; go on with the next wish while there is one; then end the turn."""
    if state.proposal is not None:
        return "act"
    if state.question is not None:
        return "clarify"
    if next_wish(state.memory) is not None:
        return "plan"
    return "hand_off" if state.notice is not None else "verify"


async def after_act(state: TurnState) -> Literal["plan", "clarify", "verify", "hand_off"]:
    """Back to the procedure with the result, unless the customer must confirm or only an approval is waited for."""
    if state.notice is not None and state.notice.urgent:
        return "hand_off"
    if state.question is not None:
        return "clarify"
    return "plan" if next_wish(state.memory) is not None else "verify"


async def after_verify(state: TurnState) -> Literal["hand_off", "__end__"]:
    """The turn is over, unless the reply turned out to answer nothing."""
    return "__end__" if state.outcome is not None else "hand_off"


async def after_clarify(state: TurnState) -> Literal["verify", "hand_off"]:
    """A question is written and checked like any reply; asking for the third time is handing off."""
    return "hand_off" if state.notice is not None else "verify"
