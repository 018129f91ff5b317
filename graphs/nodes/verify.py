"""verify: write the reply, check it, and end the turn with its one outcome.

One redraft with what was found, and where a model wrote that too, a last one by the embedded assistant, which can only
quote; then a person, and only the handoff's own sentence to the customer.
"""

from langgraph.runtime import Runtime

from domain.autonomy import WITHHELD
from domain.event import handed_off_event, suggestion_event
from domain.handoff import HandOffNotice, HandoffReason
from domain.memory import ReplyPart
from domain.outcome import AskCustomer, AwaitApproval, DraftRef, HandOff, Resolve, SendReply, TurnOutcome
from graphs import withholding, writing
from graphs.effects import TurnContext
from graphs.state import Trigger, TurnState, Update


async def verify(state: TurnState, runtime: Runtime[TurnContext]) -> Update:
    """Draft, check, and decide how the turn ends."""
    effects = runtime.context.effects
    if withholding.level_of(state) in WITHHELD:
        return await withholding.withhold(state, effects, state.parts)
    parts = _parts(state)
    if not parts:
        return {"outcome": _outcome(state, None)}
    draft, events = await writing.write(state, effects, parts, attempts=writing.DRAFTS)
    is_held = draft is not None and draft.is_held and not state.is_with_operator
    if draft is not None and is_held:
        events = (*events, suggestion_event(max(state.seqs, default=0), draft.draft_id))
    if draft is not None and state.notice is None and (notice := _instead(state, draft)) is not None:
        left = state.parts if notice.reason is HandoffReason.promised else _without_answers(state.parts)
        return {"notice": notice, "parts": left, "question": None, "events": state.events + events}
    if is_held:  # a handoff whose reply would also have answered: it goes out without the answer
        draft, more = await writing.write(state, effects, _without_answers(parts), attempts=writing.DRAFTS)
        events = (*events, *more)
    if draft is not None:
        return {"outcome": _outcome(state, draft), "events": state.events + events}
    if state.notice is None:
        events = (*events, handed_off_event(HandOffNotice(reason=HandoffReason.unsafe_reply)))
    notice = state.notice or HandOffNotice(reason=HandoffReason.unsafe_reply)
    sentence = (
        ReplyPart(kind="common", reply="handed_off", handoff=notice.reason, queue=notice.queue, urgent=notice.urgent),
    )
    draft, more = await writing.write(state, effects, sentence, attempts=1)
    return {
        "notice": notice,
        "outcome": HandOff(notice=notice, draft=draft),
        "events": state.events + events + more,
    }


def _parts(state: TurnState) -> tuple[ReplyPart, ...]:
    if state.trigger is Trigger.reminder:
        return (ReplyPart(kind="common", reply="reminder"),)
    if state.is_confirmed and not state.parts:
        return (ReplyPart(kind="common", reply="resolved_thanks"),)
    if not state.parts and state.memory.pending and state.seqs and state.notice is None:
        return (ReplyPart(kind="common", reply="approval_still_open"),)
    if not state.parts and state.memory.held and state.seqs and state.notice is None:
        return (ReplyPart(kind="common", reply="action_held"),)
    return state.parts


def _instead(state: TurnState, draft: DraftRef) -> HandOffNotice | None:
    """The handoff that takes the place of a draft which may not stand as the answer."""
    if draft.is_unanswered:
        # Passages were found, but none of their sentences answers the question: say so, and let a person answer.
        return HandOffNotice(reason=HandoffReason.no_knowledge)
    if draft.is_held and not state.is_with_operator:
        # A person looks at what it would have answered; what else there is to say goes out.
        wish = next((part.wish for part in state.parts if part.kind == "knowledge"), None)
        return HandOffNotice(reason=HandoffReason.stale_knowledge, wish=wish)
    if draft.hands_over:
        # It says in its own words that a person takes over: then one does, with a queue and a time, and not in words.
        return HandOffNotice(reason=HandoffReason.promised)
    return None


def _without_answers(parts: tuple[ReplyPart, ...]) -> tuple[ReplyPart, ...]:
    """What is said all the same when a person has to answer: results, and the handoff's own sentence."""
    return tuple(part for part in parts if part.kind not in {"knowledge", "question", "confirmation"})


def _outcome(state: TurnState, draft: DraftRef | None) -> TurnOutcome:
    if state.notice is not None:
        return HandOff(notice=state.notice, draft=draft)
    if state.question is not None and draft is not None:
        return AskCustomer(draft=draft)
    if state.memory.pending or state.memory.held or state.is_aside:
        return AwaitApproval(requests=state.requests, draft=draft)
    if draft is None or (state.is_settled and not state.memory.open_wishes()):
        return Resolve(draft=draft, confirmed=state.is_confirmed)
    return SendReply(draft=draft)
