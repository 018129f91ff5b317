"""What waits for approval, as a list of cards with its counts."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.approving import Specs
from api.schemas.approvals import ApprovalView
from console.approvals_query import VIEWS
from console.seat import Seat
from console.views.cards import Card, Ground, Tried, card_of
from console.views.chip import Chip
from store.approval_desk import WaitingCount, WaitingRow, number_of


@dataclass(frozen=True, slots=True)
class WaitingCard:
    """A card of the list; `key` is its name on the page."""

    card: Card
    subject: str | None
    customer_name: str | None

    @property
    def key(self) -> str:
        """Unlike on a ticket's page there are cards of many tickets."""
        return self.card.asked.approval_id.replace("/", "-")


def waiting_cards(
    seat: Seat, rows: Sequence[WaitingRow], specs: Specs, now: datetime, tried: Tried | None
) -> tuple[WaitingCard, ...]:
    """The cards in the order of the rows."""
    return tuple(
        WaitingCard(
            card_of(
                seat,
                row,
                ApprovalView.of(row, specs, now, None),
                Ground(specs=specs, context=row.context, events=row.judgments, answers=row.answers, now=now),
                tried,
            ),
            row.subject,
            row.context.name if row.context is not None else None,
        )
        for row in rows
    )


def chips_of(counts: Sequence[WaitingCount]) -> tuple[Chip, ...]:
    """The saved filters, then one for each role and each action that something waits of."""
    awake = [it for it in counts if not it.is_snoozed]
    numbers = {
        "all": number_of(counts, is_snoozed=False),
        "mine": sum(it.for_me for it in awake),
        "soon": sum(it.soon for it in awake),
        "snoozed": number_of(counts, is_snoozed=True),
    }
    roles: Counter[str] = Counter()
    actions: Counter[str] = Counter()
    for it in awake:
        roles[it.role] += it.number
        actions[it.action] += it.number
    return (
        *(Chip(title=view.title, line=view.line, number=numbers[view.name]) for view in VIEWS),
        *(Chip(title=f"role {name}".replace("_", " "), line=f"role:{name}", number=n) for name, n in roles.items()),
        *(Chip(title=name.replace("_", " "), line=f"action:{name}", number=n) for name, n in actions.items()),
    )
