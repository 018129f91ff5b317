"""classify: read the new messages, take in the answers they hold, and let the handoff rules speak."""

from langgraph.runtime import Runtime
from pydantic import JsonValue

from domain.ask import GatherAsk, TriageAsk, UnderstandAsk
from domain.conversation import take_in, without_pending
from domain.event import EventDraft, fallback_event
from domain.handoff import HandOffNotice, HandoffReason
from domain.intent import Classification
from domain.memory import Memory, ReplyPart, WishStatus
from graphs.effects import Effects, TurnContext
from graphs.state import TurnState, Update


async def classify(state: TurnState, runtime: Runtime[TurnContext]) -> Update:
    """Understand the messages; nothing is guessed: an unclear wish becomes a question."""
    effects = runtime.context.effects
    context_id = await effects.gather(GatherAsk(key=state.key))
    said = await effects.understand(UnderstandAsk(key=state.key, seqs=state.seqs, memory=state.memory))
    memory, parts = state.memory, state.memory.untold
    events = [
        EventDraft(
            kind="classified",
            body={
                "seqs": list(state.seqs),
                "wishes": [[r.model_dump() for r in wish.ranked[:3]] for wish in said.wishes],
                "language": said.language,
                "signals": [name for name, value in said.signals.model_dump().items() if value is True],
                **_mood(said),
                **({"lessons": said.lessons} if said.lessons else {}),
                **({"part_read": list(said.part_read)} if said.part_read else {}),
            },
        ),
        *fallback_event("understand", said.fallback),
    ]
    if said.withdraws and (memory.pending or memory.held):
        memory, told = await _withdraw(effects, memory)
        parts += told
        said = said.model_copy(update={"wishes": ()})
    memory = memory.with_signal_spans(said.signal_spans)
    reading = take_in(memory.model_copy(update={"untold": ()}), said)
    is_told = bool(parts or reading.parts)
    update: Update = {
        "context_id": context_id,
        "classification": said,
        "memory": reading.memory,
        "parts": parts + reading.parts,
        "question": None if is_told else reading.question,
        "is_confirmed": reading.is_confirmed,
    }
    verdict = await effects.triage(
        TriageAsk(key=state.key, context_id=context_id, signals=said.signals, memory=reading.memory)
    )
    if verdict is not None and not state.is_given_back:
        events.append(EventDraft(kind="action_judged", body={"handoff_rule": verdict.rule}))
        update["notice"] = HandOffNotice(
            reason=verdict.reason, queue=verdict.queue, urgent=verdict.urgent, rule=verdict.rule
        )
    elif said.fallback == "budget_spent":
        update["notice"] = HandOffNotice(reason=HandoffReason.budget_spent)
    elif said.part_read and not state.is_given_back:  # who gives it back has read it
        update["notice"] = HandOffNotice(reason=HandoffReason.part_read)
    return update | {"events": state.events + tuple(events)}


def _mood(said: Classification) -> dict[str, JsonValue]:
    """The conversation's sentiment and the places of the words behind signals, where there are any."""
    mood: dict[str, JsonValue] = {}
    if said.signals.sentiment:
        mood["sentiment"] = said.signals.sentiment
    if said.signal_spans:
        mood["signal_spans"] = [span.model_dump() for span in said.signal_spans]
    return mood


async def _withdraw(effects: Effects, memory: Memory) -> tuple[Memory, tuple[ReplyPart, ...]]:
    """Take back what waits: for approval, unless a person has decided in the meantime, or for a pause to end."""
    told: list[ReplyPart] = []
    for pending in memory.pending:
        request = pending.request
        if request.undoes is not None:
            continue  # an operator's wish, not the customer's
        if not await effects.withdraw(request.approval_id):
            continue  # decided already; the decision's own turn follows and tells the customer
        memory, _ = without_pending(memory, request.approval_id)
        wish = memory.wish(request.action.wish)
        memory = memory.with_wish(wish.model_copy(update={"status": WishStatus.withdrawn}))
        told.append(ReplyPart(kind="common", reply="withdrawn", wish=wish.number, action=request.action))
    for held in memory.held:
        if held.undoes is None:
            memory = memory.model_copy(update={"held": tuple(it for it in memory.held if it != held)})
            wish = memory.wish(held.action.wish)
            memory = memory.with_wish(wish.model_copy(update={"status": WishStatus.withdrawn}))
            told.append(ReplyPart(kind="common", reply="withdrawn", wish=wish.number, action=held.action))
    return memory, tuple(told)
