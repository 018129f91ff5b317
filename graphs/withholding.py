"""What leaves a turn whose procedure is not trusted to speak: drafts for operators, and one honest sentence.

Under `suggest` the operator stands where the customer's yes stood: they get the question and the action that would
follow the yes, and decide in which order. Under `shadow` nobody sees what was drafted until it is compared.
"""

from domain.action import ProposedAction
from domain.autonomy import WITHHELD, Autonomy, Would, strictest
from domain.conversation import is_waiting
from domain.event import EventDraft, handed_off_event
from domain.handoff import HandOffNotice, HandoffReason
from domain.memory import AskedConfirmation, AskedIntent, Memory, ReplyPart, WishStatus
from domain.outcome import DraftRef, HandOff, Suggest
from domain.policy import Judgment
from graphs import acting, writing
from graphs.effects import Effects
from graphs.state import TurnState, Update


def withhold_action(
    state: TurnState, memory: Memory, action: ProposedAction, judgment: Judgment, *, is_asked: bool
) -> Update:
    """Under `suggest`, put the write to the operator; under `shadow`, only keep that it would have been proposed."""
    if judgment.autonomy == "suggest":
        return acting.request(state, memory, action, judgment)
    if not is_asked:  # nothing comes after it that could be said without having done it
        wish = memory.wish(action.wish)
        memory = memory.with_wish(wish.model_copy(update={"status": WishStatus.passed_on}))
    return {"memory": memory, "withheld": (*state.withheld, action)}


def level_of(state: TurnState) -> Autonomy:
    """The strictest level among the procedures that this turn's reply or actions are about."""
    return strictest(state.memory.wish(number).autonomy for number in _touched(state))


async def withhold(state: TurnState, effects: Effects, parts: tuple[ReplyPart, ...]) -> Update:
    """Draft what would have been said, keep it from the customer, and leave the ticket with a person."""
    level = level_of(state)
    mine, told = _divided(state, parts)
    draft, events = None, list[EventDraft]()
    if mine and state.notice is None:
        draft, written = await writing.write(state, effects, mine, attempts=writing.DRAFTS)
        events += written
        if draft is not None and draft.is_unanswered:
            draft = None
    events.append(_event(state, level, draft))
    # What was not asked must not look as if it had been: no question on record, no code sent to prove anything.
    before = tuple(event for event in state.events if event.kind != "question_asked")
    update: Update = {"memory": _with_a_person(state.memory), "question": None}
    shown = draft if level == "suggest" else None
    if state.is_with_operator:
        outcome = (
            Suggest(suggested=shown, requests=state.requests)
            if state.notice is None
            else HandOff(notice=state.notice, draft=None, requests=state.requests)  # whoever has it is told of it
        )
        return update | {"outcome": outcome, "events": (*before, *events)}
    reason = HandoffReason.suggestion if level == "suggest" else HandoffReason.shadow
    notice = state.notice or HandOffNotice(reason=reason, wish=min(_touched(state), default=None))
    sentence = ReplyPart(
        kind="common",
        reply="handed_off",
        wish=notice.wish,
        handoff=notice.reason,
        queue=notice.queue,
        urgent=notice.urgent,
    )
    said, written = await writing.write(state, effects, (*told, sentence), attempts=1)
    events += written
    if told and (said is None or said.is_held):
        said, written = await writing.write(state, effects, (sentence,), attempts=1)
        events += written
    if state.notice is None:
        events.append(handed_off_event(notice))
    return update | {
        "notice": notice,
        "outcome": HandOff(notice=notice, draft=said, suggested=shown, requests=state.requests),
        "events": (*before, *events),
    }


def _touched(state: TurnState) -> set[int]:
    wishes = {part.wish for part in state.parts} | {action.wish for action in state.withheld} | {*state.passed_on}
    wishes |= {request.action.wish for request in state.requests if request.undoes is None}
    match state.question:
        case AskedConfirmation(action=action):
            wishes.add(action.wish)
        case AskedIntent() | None:
            pass
        case asked:
            wishes.add(asked.wish)
    return {wish for wish in wishes if wish is not None}


def _divided(state: TurnState, parts: tuple[ReplyPart, ...]) -> tuple[tuple[ReplyPart, ...], tuple[ReplyPart, ...]]:
    """What is withheld, and what may go out beside the sentence: results of procedures that are trusted to speak."""
    speaking = tuple(part for part in parts if part.handoff is None)
    if state.is_with_operator:
        return speaking, ()
    held = {wish.number for wish in state.memory.wishes if wish.autonomy in WITHHELD}
    told = tuple(
        part
        for part in speaking
        if part.wish is not None and part.wish not in held and part.kind not in {"question", "confirmation"}
    )
    return tuple(part for part in speaking if part not in told), told


def _would(state: TurnState, draft: DraftRef | None) -> Would:
    if state.notice is not None:
        return "hand_off"
    if state.question is not None and draft is not None:
        return "ask"
    if state.withheld or state.requests:
        return "act"
    return "answer" if draft is not None else "hand_off"


def _event(state: TurnState, level: Autonomy, draft: DraftRef | None) -> EventDraft:
    """What would have been said and done, by ids; the words are the draft's."""
    proposed = (*state.withheld, *(request.action for request in state.requests))
    touched = [state.memory.wish(number) for number in sorted(_touched(state))]
    about = next(wish for wish in touched if wish.autonomy in WITHHELD)
    return EventDraft(
        kind="reply_suggested" if level == "suggest" else "reply_shadowed",
        body={
            "seq": max(state.seqs, default=0),
            "draft": draft.draft_id if draft is not None else None,
            "procedure": about.intent,
            "would": _would(state, draft),
            "context": state.context_id,
            "actions": [action.model_dump(mode="json") for action in proposed],
        },
    )


def _with_a_person(memory: Memory) -> Memory:
    """The memory of a ticket that a person goes on with; what waits for their approval stays open."""
    for wish in memory.open_wishes():
        if not is_waiting(memory, wish):
            memory = memory.with_wish(wish.model_copy(update={"status": WishStatus.passed_on}))
    return memory.model_copy(update={"asked": None})
