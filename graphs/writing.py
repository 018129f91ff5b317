"""Writing a reply and having it checked, with one redraft after findings.

Where a model wrote that one too, the embedded assistant writes a last one, which can only quote.
"""

from itertools import count

from domain.ask import CheckAsk, DraftAsk
from domain.event import EventDraft, checked_event, fallback_event
from domain.memory import ReplyPart
from domain.outcome import DraftRef
from domain.verification import Finding
from graphs.effects import Effects
from graphs.state import TurnState

DRAFTS = 2


async def write(
    state: TurnState, effects: Effects, parts: tuple[ReplyPart, ...], *, attempts: int
) -> tuple[DraftRef | None, tuple[EventDraft, ...]]:
    """Write and check at most so many drafts; None where none of them was safe."""
    events: list[EventDraft] = []
    findings: tuple[Finding, ...] = ()
    for attempt in count(1):
        draft = await effects.draft(
            DraftAsk(
                key=state.key,
                parts=parts,
                memory=state.memory,
                context_id=state.context_id,
                reads=state.reads,
                seqs=state.seqs,
                attempt=attempt,
                findings=findings,
            )
        )
        checked = await effects.check(
            CheckAsk(
                key=state.key,
                draft=draft,
                parts=parts,
                memory=state.memory,
                context_id=state.context_id,
                reads=state.reads,
            )
        )
        findings = checked.findings
        events += fallback_event("draft", draft.fallback)
        events.append(checked_event(draft.draft_id, attempt, checked))
        if checked.is_safe:
            return draft.model_copy(update={"is_held": checked.is_held}), tuple(events)
        if attempt >= attempts and not (attempt == DRAFTS and draft.by_model):
            break
    return None, tuple(events)
