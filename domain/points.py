"""Crash points: named places between two steps, at which a process may die and nothing may be lost.

`reach` does nothing unless `on_reach` was given something to call: `runtime/crash.py` does that in a process that was
told to kill itself (SETRIGHT_CRASH_AT), so that every gap between two commits can be tried on purpose.
"""

from collections.abc import Callable
from typing import Literal

Process = Literal["worker", "api"]

#: Every point, and which process comes by; the name says what has just been done.
POINTS: dict[str, Process] = {
    "ticket.opened": "worker",
    "ticket.turned": "worker",
    "ticket.recorded": "worker",
    "ticket.decided": "worker",
    "ticket.decision_recorded": "worker",
    "ticket.moved": "worker",
    "ticket.draining": "worker",
    "ticket.continuing": "worker",
    "ticket.continued": "worker",
    "ticket.ended": "worker",
    "open_ticket.read": "worker",
    "read_inbox.read": "worker",
    "gather_context.begun": "worker",
    "gather_context.gathered": "worker",
    "gather_context.committed": "worker",
    "perform_action.begun": "worker",
    "perform_action.prepared": "worker",
    "perform_action.claimed": "worker",
    "perform_action.looked_up": "worker",
    "perform_action.in_doubt": "worker",
    "perform_action.sent": "worker",
    "perform_action.settled": "worker",
    "perform_action.read_back": "worker",
    "perform_action.finished": "worker",
    "perform_action.fact_committed": "worker",
    "shop.reserved": "worker",
    "shop.moved": "worker",
    "shop.concluded": "worker",
    "draft_reply.begun": "worker",
    "draft_reply.drafted": "worker",
    "draft_reply.committed": "worker",
    "record_turn.begun": "worker",
    "record_turn.written": "worker",
    "record_turn.committed": "worker",
    "api.message_written": "api",
    "api.message_committed": "api",
    "api.message_told": "api",
    "api.message_marked": "api",
    "api.reply_committed": "api",
    "api.reply_told": "api",
    "api.decision_committed": "api",
    "api.decision_told": "api",
    "api.decision_kept": "api",
    "api.move_told": "api",
    "relay.found": "api",
    "relay.delivered": "api",
    "relay.marked": "api",
}

#: Points of the worker that only a ticket with a chat model attached comes by.
MODEL_POINTS = ("model_call.answered",)


class _Listener:
    """What a process wants to be told of; nothing in every process but one under test."""

    call: Callable[[str], None] | None = None


def reach(point: str) -> None:
    """Come by a point of `POINTS` or `MODEL_POINTS`."""
    if _Listener.call is not None:
        _Listener.call(point)


def on_reach(call: Callable[[str], None] | None) -> None:
    """Have `call` told of every point this process reaches from now on; None ends it."""
    _Listener.call = call
