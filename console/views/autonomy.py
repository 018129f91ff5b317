"""What the page of levels shows of each procedure: its record with bounds, its history, and what people spent on it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from markupsafe import Markup

from api.auth import Scope
from api.schemas.autonomy import AutonomyView
from api.schemas.handling import HandlingCost
from console.charts.small import ratio
from console.seat import Seat
from domain.autonomy import LEVELS, Autonomy, SetLevel, is_raise
from domain.ids import Label
from domain.promotion import Share, Standing
from domain.unit import say

#: What each level lets out, in a sentence.
MEANINGS: Mapping[Autonomy, str] = {
    "shadow": "decides silently; a person does everything",
    "suggest": "drafts for a person, who sends",
    "approve": "replies; each action waits for a person",
    "auto": "policy alone decides",
}
ADVICE: Mapping[str, str] = {
    "promote": "promote it",
    "keep": "keep it",
    "demote": "demote it",
    "too_few": "too few cases",
}
_COLOURS = {"promote": "good", "keep": "info", "demote": "bad", "too_few": ""}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A share in words and, unless nothing was counted, as a drawing with its interval."""

    text: str
    drawing: Markup | None


@dataclass(frozen=True, slots=True)
class Spent:
    """Operators' time on the tickets of a procedure."""

    open: timedelta
    active: timedelta
    on_approvals: timedelta
    cost: str | None  # None: the tenant does not say what an hour costs


@dataclass(frozen=True, slots=True)
class Line:
    """One procedure."""

    standing: Standing
    colour: str
    agreement: Drawn
    reopens: Drawn
    levels: tuple[Autonomy, ...]  # those that this person may set
    history: tuple[SetLevel, ...]
    spent: Spent | None

    @property
    def has_record(self) -> bool:
        """Whether there is anything to show but its level."""
        tally = self.standing.tally
        asked = tally.approved + tally.amended + tally.declined + tally.lapsed
        return bool(tally.cases or tally.resolved or tally.corrected or asked or self.spent)


def lines_of(
    seat: Seat, view: AutonomyView, history: Sequence[SetLevel], handling: Iterable[HandlingCost]
) -> tuple[Line, ...]:
    """Every procedure: first those that the rule would change, then those with a record, then the others."""
    by_procedure: dict[Label | None, list[HandlingCost]] = defaultdict(list)
    for total in handling:
        by_procedure[total.procedure].append(total)
    lines = [
        Line(
            standing=it,
            colour=_COLOURS[it.advice],
            agreement=_drawn("Agreement", it.agreement),
            reopens=_drawn("Reopened", it.reopens),
            levels=tuple(level for level in LEVELS if level != it.level and _may_set(seat, it.level, level)),
            history=tuple(line for line in history if line.procedure == it.procedure),
            spent=_spent(by_procedure[it.procedure]),
        )
        for it in view.procedures
    ]
    return tuple(
        sorted(lines, key=lambda line: (line.standing.advice not in {"promote", "demote"}, not line.has_record))
    )


def _may_set(seat: Seat, before: Autonomy, after: Autonomy) -> bool:
    """Admins raise, approvers lower; the API's function decides (`api/trusting.py`)."""
    return seat.may(Scope.admin if is_raise(before, after) else Scope.approvals_decide)


def _drawn(title: str, share: Share) -> Drawn:
    if share.share is None or share.low is None or share.high is None:
        return Drawn("no cases yet", None)
    low, high = say(share.low, "share"), say(share.high, "share")
    text = f"{say(share.share, 'share')}, {share.count} of {share.of}, truly {low} to {high}"
    return Drawn(text, ratio(title, share.share, share.low, share.high))


def _spent(totals: Sequence[HandlingCost]) -> Spent | None:
    if not totals:
        return None
    costs = [total.cost for total in totals if total.cost is not None]
    cost = sum(costs[1:], costs[0]) if costs else None
    return Spent(
        open=timedelta(milliseconds=sum(it.open_ms for it in totals)),
        active=timedelta(milliseconds=sum(it.active_ms for it in totals)),
        on_approvals=timedelta(milliseconds=sum(it.approval_ms for it in totals)),
        cost=str(cost) if cost is not None else None,
    )
