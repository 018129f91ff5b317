"""retrieve: bring passages of the knowledge base to bear on what was asked."""

from langgraph.runtime import Runtime

from domain.ask import SearchAsk
from domain.event import EventDraft
from graphs.effects import TurnContext
from graphs.state import TurnState, Update


async def retrieve(state: TurnState, runtime: Runtime[TurnContext]) -> Update:
    """Search for evidence; nothing found is a finding too, and is recorded."""
    # "Help me" alone finds nothing: the message in which the wish was made says what it is about.
    about = {wish.seq for wish in state.memory.open_wishes()}
    ask = SearchAsk(
        key=state.key,
        seqs=tuple(sorted({*state.seqs, *about})),
        language=state.memory.language,
        context_id=state.context_id,
    )
    found = await runtime.context.effects.search(ask)
    event = EventDraft(
        kind="evidence_found",
        body={
            "passages": [ref.passage_id for ref in found.found],
            "best": max((ref.similarity for ref in found.found), default=0),
            "contradicts": found.contradicts,
            "refused": found.refused,
            "stale": found.stale,
            **({"conflicts": [ref.model_dump(mode="json") for ref in found.conflicts]} if found.conflicts else {}),
        },
    )
    return {"evidence": found, "events": (*state.events, event)}
