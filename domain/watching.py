"""When to look again at an effect that has not settled: pure rules over the ticket's memory.

Banks take days, so looks are rare; a provider's webhook brings the next one forward.
"""

from datetime import datetime, timedelta

from domain.action import ActionResult, ActionStatus, ProposedAction
from domain.ids import ActionId
from domain.memory import Memory, WatchedEffect

#: Pauses before the first looks; after them, once a day.
_PAUSES = (timedelta(hours=1), timedelta(hours=6))
_DAILY = timedelta(days=1)
#: After that long without an end a person goes after it (card refunds settle within 10 days, disputes within weeks).
GIVE_UP_AFTER = timedelta(days=30)


#: For how long after it was claimed an action may be sent: providers forget keys (Stripe: after 24 hours).
SENT_FOR = timedelta(hours=20)

#: How long after the claim an effect that is not found certainly never was: no request is under way, no replica lags.
ABSENT_AFTER = timedelta(hours=24)
#: How long one attempt may take, its look-ups included: it is cut short before Temporal begins the next.
ATTEMPT = timedelta(seconds=55)


def watch(memory: Memory, action: ProposedAction, done: ActionResult, now: datetime) -> Memory:
    """The memory that watches what was just done, if its end is open."""
    is_unknown = done.status is ActionStatus.unknown
    if not (done.is_pending or is_unknown):
        return memory
    effect = WatchedEffect(
        action_id=action.action_id,
        name=action.name,
        wish=action.wish,
        since=now,
        due=now + _PAUSES[0],
        is_unknown=is_unknown,
    )
    return memory.model_copy(update={"watched": (*without(memory, action.action_id).watched, effect)})


def look_now(memory: Memory, action_id: ActionId, now: datetime) -> Memory:
    """The memory that looks at an effect next, even one that was believed settled or was given up.

    Providers take money back late, and a person may have found out what nobody knew.
    """
    effect = find_watched(memory, action_id)
    if effect is not None:
        return replaced(memory, effect.model_copy(update={"due": now}))
    for wish in memory.wishes:
        for done in wish.results:
            if done.action_id == action_id and done.status in {ActionStatus.succeeded, ActionStatus.unknown}:
                effect = WatchedEffect(
                    action_id=action_id,
                    name=done.name,
                    wish=wish.number,
                    since=now,
                    due=now,
                    is_unknown=done.status is ActionStatus.unknown,
                )
                return memory.model_copy(update={"watched": (*memory.watched, effect)})
    return memory


def looked_at(effect: WatchedEffect, now: datetime) -> WatchedEffect:
    """The effect after a look that found no end."""
    looks = effect.looks + 1
    pause = _PAUSES[looks] if looks < len(_PAUSES) else _DAILY
    return effect.model_copy(update={"looks": looks, "due": now + pause})


def replaced(memory: Memory, effect: WatchedEffect) -> Memory:
    """The memory with a watched effect brought up to date; one that is not watched any more stays so."""
    watched = tuple(effect if it.action_id == effect.action_id else it for it in memory.watched)
    return memory.model_copy(update={"watched": watched})


def without(memory: Memory, action_id: ActionId) -> Memory:
    """The memory that watches an effect no longer."""
    return memory.model_copy(update={"watched": tuple(it for it in memory.watched if it.action_id != action_id)})


def find_watched(memory: Memory, action_id: ActionId) -> WatchedEffect | None:
    """A watched effect, by the action that made it."""
    return next((it for it in memory.watched if it.action_id == action_id), None)


def due_next(memory: Memory) -> WatchedEffect | None:
    """The effect to look at first."""
    return min(memory.watched, key=lambda it: it.due, default=None)
