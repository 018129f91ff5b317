"""What a ticket does while people have it: suggests replies, watches the queue's promises, says so when one is broken.

Part of the ticket workflow, like aftercare.py.
"""

from abc import abstractmethod

from temporalio import workflow

from domain.ask import CheckAsk, DraftAsk, RecordAsk, Recorded, TurnKey
from domain.event import EventDraft
from domain.ids import ActionId, Label
from domain.memory import Memory, ReplyPart
from domain.outcome import DraftRef
from domain.sla import SlaMoment, may_promise
from graphs.effects import TurnContext
from graphs.state import Trigger, TurnState
from graphs.turn import run_turn
from workflows import moves, suggesting
from workflows.effects import DurableEffects
from workflows.handlers import TicketHandlers


class PeoplesDesk(TicketHandlers):
    """A ticket in people's hands."""

    async def _suggest(self, seqs: tuple[int, ...], memory: Memory) -> None:
        """Draft what the assistant would answer to these messages, and keep it for the person; nothing is sent."""
        self._set(turn=self.state.turn + 1)
        effects = suggesting.SuggestingEffects(uses_model=self._uses_model())
        draft: DraftRef | None = None
        action: Label | None = None
        self.is_suggesting = True
        try:
            draft = await self._thought(effects, seqs, memory)
        except suggesting.LeftToPerson as left:
            action = left.action
        except Exception as error:  # noqa: BLE001 - no suggestion is no fault of the ticket's
            workflow.logger.warning("no suggestion: %s", type(error).__name__)
        finally:
            self.is_suggesting = False
        proposed = max(self.state.memory.actions_proposed, effects.highest)
        self._set(memory=self.state.memory.model_copy(update={"actions_proposed": proposed}))
        if events := suggesting.suggested_event(max(seqs), draft, action):
            await self._note(events)

    async def _thought(
        self, effects: suggesting.SuggestingEffects, seqs: tuple[int, ...], memory: Memory
    ) -> DraftRef | None:
        """The reply of the first turn that comes to one."""
        for start in suggesting.starts(memory):
            proposed = max(start.actions_proposed, self.state.memory.actions_proposed, effects.highest)
            turn = TurnState(
                ticket=self.state.ref,
                turn=self.state.turn,
                now=workflow.now(),
                trigger=Trigger.message,
                memory=start.model_copy(update={"actions_proposed": proposed}),
                seqs=seqs,
                is_with_operator=True,
            )
            ended = await run_turn(turn, TurnContext(effects=effects))
            if (draft := suggesting.draft_of(ended)) is not None:
                return draft
        return None

    async def _sla(self, moment: SlaMoment) -> None:
        """The clock warns, or a promise is broken: then people are told, and the customer, in all honesty."""
        clock = self.state.sla
        if clock is None:
            return
        event = moves.sla_event(clock, moment)
        if moment.what == "sla_warning":
            await self._note((event,))
            return
        draft = None
        if moment.target == "first_response" and may_promise(clock):
            part = ReplyPart(kind="common", reply="handoff_late", queue=clock.next_queue, urgent=True)
            draft = await self._sentence(part)
        state = self.state
        told = (EventDraft(kind="reply_sent", body={"draft": draft.draft_id}),) if draft is not None else ()
        await self._record(
            RecordAsk(
                key=self._key(),
                first_seq=state.next_event,
                events=(event, *told),
                read_upto=state.watermark,
                drop_if_stale=False,
                status=state.status,
                waiting_for=state.waiting_for,
                memory=state.memory,
                draft=draft,
                settlements=state.settlements_due,
                sla=clock,
            )
        )

    async def _sentence(self, part: ReplyPart) -> DraftRef | None:
        """One sentence of the team's own, written and checked; None if it cannot be: what follows matters more."""
        self._set(turn=self.state.turn + 1)
        effects = DurableEffects(self._withdraw)
        key, memory = self._key(), self.state.memory
        ask = DraftAsk(key=key, parts=(part,), memory=memory, context_id=None, reads={}, seqs=(), attempt=1)
        try:
            draft = await effects.draft(ask)
            check = CheckAsk(key=key, draft=draft, parts=ask.parts, memory=memory, context_id=None, reads={})
            return draft if (await effects.check(check)).is_safe else None
        except Exception as error:  # noqa: BLE001 - the promise is broken whether or not a sentence says so
            workflow.logger.warning("no sentence for a broken promise: %s", type(error).__name__)
            return None

    @abstractmethod
    async def _record(self, ask: RecordAsk) -> Recorded:
        """Commit a change."""

    @abstractmethod
    async def _note(self, events: tuple[EventDraft, ...], *, is_news: bool = False) -> None:
        """Record what happened beside the conversation."""

    @abstractmethod
    def _key(self) -> TurnKey:
        """Which turn it is."""

    @abstractmethod
    def _uses_model(self) -> bool:
        """Whether a chat model is attached."""

    @abstractmethod
    def _withdraw(self, approval_id: ActionId) -> bool:
        """Take an approval's slot."""
