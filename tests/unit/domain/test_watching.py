"""When an effect that has not settled is looked at again."""

from datetime import timedelta

import pytest

from domain.action import ActionResult, ActionStatus
from domain.memory import Memory, Wish
from domain.watching import due_next, find_watched, look_now, looked_at, replaced, watch, without
from tests.support.effects import NOW, action


def done(status: ActionStatus = ActionStatus.succeeded, *, is_pending: bool = False) -> ActionResult:
    """What came of the action."""
    return ActionResult(
        action_id=action().action_id, name="issue_refund", status=status, code="succeeded", is_pending=is_pending
    )


@pytest.mark.parametrize("status", [it for it in ActionStatus if it is not ActionStatus.unknown])
def test_only_what_has_no_end_is_watched(status: ActionStatus) -> None:
    """An effect that is final, or never took place, needs no look."""
    assert watch(Memory(), action(), done(status), NOW).watched == ()


def test_pending_and_unknown_effects_are_watched_once() -> None:
    """The first look comes within the hour; the same action again replaces the watch."""
    memory = watch(Memory(), action(), done(is_pending=True), NOW)
    memory = watch(memory, action(), done(ActionStatus.unknown), NOW)
    (effect,) = memory.watched
    assert (effect.due, effect.is_unknown) == (NOW + timedelta(hours=1), True)


def test_looks_become_rare() -> None:
    """An hour, six, then once a day: 30 days take about 32 looks, not hundreds."""
    (effect,) = watch(Memory(), action(), done(is_pending=True), NOW).watched
    pauses = []
    for _ in range(4):
        later = looked_at(effect, effect.due)
        pauses.append(later.due - effect.due)
        effect = later
    assert pauses == [timedelta(hours=6), timedelta(days=1), timedelta(days=1), timedelta(days=1)]


def test_the_earliest_is_due_first_and_what_ended_is_gone() -> None:
    """Two effects: a webhook brings one forward; without it the other remains."""
    memory = watch(Memory(), action(number=1), done(is_pending=True), NOW)
    memory = watch(memory, action(number=2), done(is_pending=True), NOW)
    second = find_watched(memory, action(number=2).action_id)
    assert second is not None
    memory = replaced(memory, second.model_copy(update={"due": NOW}))
    assert due_next(memory) == second.model_copy(update={"due": NOW})
    rest = without(memory, second.action_id)
    assert [it.action_id for it in rest.watched] == [action(number=1).action_id]
    assert replaced(rest, second) == rest


def test_a_providers_word_brings_any_effect_back_under_watch() -> None:
    """A watched effect is due at once, a settled one is watched again, and what never took place is not."""
    wish = Wish(number=1, intent="late_refund", confidence=900, seq=1, start=0, end=1, results=(done(),))
    settled = Memory(wishes=(wish,))
    (again,) = look_now(settled, action().action_id, NOW).watched
    assert (again.wish, again.due) == (1, NOW)
    watched = watch(settled, action(), done(is_pending=True), NOW)
    (sooner,) = look_now(watched, action().action_id, NOW).watched
    assert sooner.due == NOW
    assert look_now(settled, action(number=2).action_id, NOW) == settled
