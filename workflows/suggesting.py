"""What the assistant would say on a ticket that a person has: a turn without deeds, whose reply only people see.

The same graph over the same activities, but nothing is decided: no handoff rule speaks, no slot of an approval is
taken, and where the next step would change something the suggestion ends and names it.
"""

from typing_extensions import override

from domain.ask import PlanAsk, TriageAsk
from domain.event import EventDraft, suggestion_event
from domain.handoff import HandoffReason
from domain.ids import ActionId, Label
from domain.memory import AskedSlot, Memory, WishStatus
from domain.outcome import AskCustomer, DraftRef, Resolve, SendReply, Suggest
from domain.policy import HandoffVerdict
from domain.step import Planned, Propose
from graphs.state import TurnState
from workflows import options
from workflows.effects import DurableEffects

#: Where a sentence of the assistant's is the last thing that a person needs.
UNSUGGESTED = frozenset(
    {
        HandoffReason.legal_threat,
        HandoffReason.sensitive,
        HandoffReason.not_proven,
        HandoffReason.effect_unknown,
        HandoffReason.not_read_back,
        HandoffReason.unsafe_reply,
        HandoffReason.policy_error,
        HandoffReason.budget_spent,
        HandoffReason.part_read,  # a suggestion would rest on half of what the customer says
        HandoffReason.fault,
        HandoffReason.shadow,  # who sees what would have been said, says it
        HandoffReason.stale_knowledge,  # as with the next one
        HandoffReason.suggestion,  # the turn itself has drafted what there is to suggest
    }
)


class LeftToPerson(Exception):
    """The next step is a deed, and that is the person's."""

    def __init__(self, action: Label) -> None:
        super().__init__(action)
        self.action = action


class KeptInShadow(Exception):
    """The procedure only watches: nobody sees what it would say."""


class SuggestingEffects(DurableEffects):
    """Reads as ever, and does nothing."""

    def __init__(self, *, uses_model: bool = False) -> None:
        super().__init__(_never, uses_model=uses_model, normal=options.SUGGESTED)
        self.highest = 0  # the number of the last read, so that no later action gets its id

    @override
    async def triage(self, ask: TriageAsk) -> HandoffVerdict | None:
        return None

    @override
    async def plan(self, ask: PlanAsk) -> Planned:
        planned = await super().plan(ask)
        if planned.autonomy == "shadow":
            raise KeptInShadow
        if isinstance(planned.step, Propose):
            if planned.step.is_write:
                raise LeftToPerson(planned.step.action.name)
            self.highest = max(self.highest, int(planned.step.action.action_id.rpartition("/a")[2]))
        return planned


def _never(_: ActionId) -> bool:
    return False


def starts(memory: Memory) -> tuple[Memory, ...]:
    """The memories that a suggestion starts from, one after another until there is one.

    First the new messages by themselves; then as more about what was passed on, which is open again for that.
    """
    fresh = memory.model_copy(update={"is_introduced": True, "untold": (), "asked": None})
    again = fresh
    for wish in memory.wishes:
        if wish.status is WishStatus.passed_on:
            again = again.with_wish(wish.model_copy(update={"status": WishStatus.open}))
    return (fresh,) if again == fresh else (fresh, again)


def draft_of(turn: TurnState) -> DraftRef | None:
    """The reply worth suggesting: an answer, or a question for a fact; never that nothing was understood."""
    outcome = turn.outcome
    if isinstance(outcome, Suggest):
        return outcome.suggested
    if isinstance(outcome, AskCustomer):
        return outcome.draft if isinstance(turn.question, AskedSlot) else None
    if isinstance(outcome, SendReply | Resolve):
        is_answer = any(part.wish is not None for part in turn.parts)
        return outcome.draft if is_answer else None
    return None


def suggested_event(seq: int, draft: DraftRef | None, action: Label | None) -> tuple[EventDraft, ...]:
    """The event of a suggestion: a reply by its draft's id, or the step left to the person; none for neither."""
    if draft is not None:
        return (suggestion_event(seq, draft.draft_id),)
    if action is not None:
        return (EventDraft(kind="reply_suggested", body={"seq": seq, "action": action}),)
    return ()
