"""What a ticket does about actions after their turn: tries held ones, takes some back, looks at unsettled ones.

Part of the ticket workflow; each method starts at most one turn, and records through the loop's own means.
"""

from abc import abstractmethod

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.contracts import WatchActivities
from domain.action import ActionResult, ProposedAction
from domain.ask import EffectState, TurnKey, UndoAsk, WatchAsk
from domain.event import EventDraft
from domain.ids import ActionId
from domain.memory import HeldAction
from domain.watching import GIVE_UP_AFTER, due_next, looked_at, replaced, without
from graphs.state import Trigger, Undo
from workflows import moves, options, turns
from workflows.handlers import TicketHandlers
from workflows.state import Owner, UndoAsked


class Aftercare(TicketHandlers):
    """Held, undone and watched actions of a ticket."""

    async def _undo_turn(self, move: UndoAsked) -> None:
        """Find out what takes the action back, and do that under policy."""
        asked = EventDraft(kind="undo_asked", body={"action_id": move.action_id, "by": move.by})
        number = self.state.memory.actions_proposed + 1
        wish = turns.wish_of(self.state.memory, move.action_id)
        action: ProposedAction | None = await workflow.execute_activity_method(
            WatchActivities.propose_undo,
            UndoAsk(key=self._key(), action_id=move.action_id, wish=wish, number=number),
            summary=f"what undoes {move.action_id}",
            **options.NORMAL["propose_undo"],
        )
        if action is None:
            await self._note((asked, EventDraft(kind="action_judged", body=turns.cannot_be_undone(move.action_id))))
            return
        self._set(memory=self.state.memory.model_copy(update={"actions_proposed": number}))
        undo = Undo(action=action, undoes=move.action_id, asked_by=move.by)
        await self._run(Trigger.undo, (asked,), undo=undo)

    def _retry_held(self) -> None:
        held = tuple(it.action.action_id for it in self.state.memory.held)
        self._set(is_resume_asked=False, resume_due=held)

    async def _resume_turn(self, action_id: ActionId) -> None:
        """A pause has ended, or an hour has passed: try what was held back."""
        self._set(resume_due=self.state.resume_due[1:])
        held = next((it for it in self.state.memory.held if it.action.action_id == action_id), None)
        if held is not None:
            await self._run(Trigger.resumed, (), held=held)

    async def _look_again(self) -> None:
        """Look at an effect that had not settled; one that failed reopens the ticket."""
        effect = due_next(self.state.memory)
        if effect is None:
            return
        now = workflow.now()
        seen: EffectState | None = None
        try:
            seen = await workflow.execute_activity_method(
                WatchActivities.watch_effect,
                WatchAsk(key=self._key(), action_id=effect.action_id),
                summary=f"{effect.name}: has it settled?",
                **options.NORMAL["watch_effect"],
            )
        except ActivityError:
            workflow.logger.warning("could not look at %s; trying again later", effect.action_id)
        is_over = now - effect.since >= GIVE_UP_AFTER
        if not is_over and (seen is None or seen.state == "pending"):
            self._set(memory=replaced(self.state.memory, looked_at(effect, now)))
            return
        seen = seen or EffectState(state="pending", code="no_answer")
        self._set(memory=without(self.state.memory, effect.action_id))
        event = turns.effect_event(effect, seen)
        # The looks end here, and only a person can settle it now; whoever had it may have given it back.
        is_given_up = seen.state == "pending" and workflow.patched("what-is-given-up-is-news")
        is_with_person = effect.is_unknown and not is_given_up
        if seen.state == "settled" or effect.is_undone or is_with_person or self.state.owner is Owner.operator:
            is_news = seen.state != "settled" and not effect.is_undone and not is_with_person
            await self._note((event,), is_news=is_news)
            return
        reopened = moves.reopened(self.state)
        events = (event, *reopened)
        reopens = self.state.memory.reopens + len(reopened)
        self._set(memory=self.state.memory.model_copy(update={"reopens": reopens}))
        trigger = Trigger.effect_given_up if is_given_up else Trigger.effect_failed
        await self._run(trigger, events, failed=turns.failed_result(effect, seen))

    @abstractmethod
    async def _run(
        self,
        trigger: Trigger,
        events: tuple[EventDraft, ...],
        *,
        held: HeldAction | None = None,
        failed: ActionResult | None = None,
        undo: Undo | None = None,
    ) -> None:
        """Run a turn and record it."""

    @abstractmethod
    async def _note(self, events: tuple[EventDraft, ...], *, is_news: bool = False) -> None:
        """Record what happened beside the conversation."""

    @abstractmethod
    def _key(self) -> TurnKey:
        """Which turn it is."""
