"""What a draft may rest on, put together from rows: the team's sentences, the passages, and the ledger."""

from collections.abc import Iterable, Mapping, Sequence

from adapters.assistants.embedded.drafting import team_paragraphs
from adapters.assistants.embedded.language import guess_language
from adapters.assistants.port import DraftBrief
from domain.action import ActionSpec, ActionStatus
from domain.claims import Evidence, Ground
from domain.ids import ActionId, Label
from domain.memory import Memory
from domain.model import Model
from domain.money import Money
from domain.ticket import TicketRef
from store.ledger import LedgerStatus, ticket_actions
from store.rows import Connection

#: Languages that write every noun with a capital: there a capital says nothing of names.
_CAPITAL_NOUNS = frozenset({"de"})


class Effect(Model):
    """An action of the ticket that took effect."""

    action_id: ActionId
    name: Label
    amount: Money | None = None


async def effects_of(conn: Connection, ticket: TicketRef, memory: Memory) -> tuple[Effect, ...]:
    """What was done for this ticket, as the ledger has it.

    An intent that was carried out for another ticket before has its row there; `perform_action` found it, and says so.
    """
    rows = await ticket_actions(conn, ticket.tenant, ticket.ticket_id)
    done = [
        Effect(action_id=row.action_id, name=row.action, amount=row.money)
        for row in rows
        if row.status in {LedgerStatus.succeeded, LedgerStatus.reconciled}
    ]
    earlier = [
        Effect(action_id=result.action_id, name=result.name, amount=result.amount)
        for wish in memory.wishes
        for result in wish.results
        if result.status is ActionStatus.duplicate
    ]
    return (*done, *earlier)


def ground_of(
    brief: DraftBrief, cited: Iterable[int], effects: Sequence[Effect], specs: Mapping[Label, ActionSpec]
) -> Ground:
    """All that the reply to this brief may rest on, when it cites the passages `cited`."""
    shown = [
        Evidence(text=passage.text, passage_id=passage.passage_id) for part in brief.parts for passage in part.passages
    ]
    named = set(cited)
    language = brief.language
    return Ground(
        written=team_paragraphs(brief),
        quotable=shown,
        cited=[evidence for evidence in shown if evidence.passage_id in named],
        actions=[Evidence(text=_told(effect, specs), action_id=effect.action_id) for effect in effects],
        is_spoken=lambda text: guess_language(text, language) == language,
        has_names=language not in _CAPITAL_NOUNS,
    )


def _told(effect: Effect, specs: Mapping[Label, ActionSpec]) -> str:
    title = specs[effect.name].title if effect.name in specs else ""
    return f"{effect.name.replace('_', ' ')} {title} {effect.amount or ''}"
