"""What the record of a procedure says about its level: shares with their bounds, and the rule that reads them."""

from math import sqrt
from typing import Annotated, Literal

from pydantic import Field

from domain.autonomy import Autonomy
from domain.ids import Label
from domain.model import Model

Percent = Annotated[int, Field(ge=0, le=100)]
Advice = Literal["promote", "keep", "demote", "too_few"]
_Z = 1.959963984540054  # the normal quantile of 95 %, both sides


class PromotionRules(Model):
    """When a procedure's level is worth changing; the tenant's own, under `autonomy` in tenant.yaml."""

    days: Annotated[int, Field(ge=1, le=3650)] = 90  # how far back cases count
    min_cases: Annotated[int, Field(ge=1, le=100_000)] = 30  # nothing is promoted on fewer
    min_demote: Annotated[int, Field(ge=1, le=100_000)] = 5  # nothing is demoted on fewer
    promote_percent: Percent = 85  # from a lower bound of agreement of so much on
    demote_percent: Percent = 80  # when even the upper bound of agreement is below
    reopen_percent: Percent = 15  # when reopenings are surely more than this
    light_edit_percent: Percent = 20  # a suggested reply of which no more changed counts as agreed with


class Share(Model):
    """So many of so many, with the bounds of Wilson's 95 % interval; all None of nothing."""

    count: int
    of: int
    share: float | None
    low: float | None
    high: float | None

    @classmethod
    def made(cls, count: int, of: int) -> "Share":
        """The share of a count; raises ValueError for more than there are."""
        if not 0 <= count <= of:
            raise ValueError(f"{count} of {of} is no share")
        if of == 0:
            return cls(count=0, of=0, share=None, low=None, high=None)
        p, spread = count / of, _Z * _Z / of
        middle = (p + spread / 2) / (1 + spread)
        half = _Z * sqrt(p * (1 - p) / of + spread / (4 * of)) / (1 + spread)
        return cls(count=count, of=of, share=p, low=max(0.0, middle - half), high=min(1.0, middle + half))


class Tally(Model):
    """A procedure's cases at its present level, counted."""

    cases: int = 0  # shadowed, suggested, put to approval or settled alone, as its level has it
    judged: int = 0  # those of which it is known what a person made of them
    agreed: int = 0
    sent_as_is: int = 0
    edited: int = 0
    thrown_away: int = 0
    edit_share: float | None = None  # the mean over replies that were compared
    approved: int = 0
    amended: int = 0
    declined: int = 0
    lapsed: int = 0  # approvals that expired or were withdrawn
    corrected: int = 0  # tickets whose intent an operator corrected
    resolved: int = 0  # tickets of the procedure that were resolved, at any level
    reopened: int = 0  # … and of those, how many came back within the window


class Standing(Model):
    """A procedure's level, the evidence for another one, and what the rule makes of it."""

    procedure: Label
    level: Autonomy
    tally: Tally
    agreement: Share
    reopens: Share
    advice: Advice
    why: str


def advise(procedure: Label, level: Autonomy, tally: Tally, rules: PromotionRules) -> Standing:
    """Judge a procedure by its record.

    Bad news needs few cases: their bounds are wide, and if even those are below, it is bad. Good news needs many.
    """
    agreement, reopens = Share.made(tally.agreed, tally.judged), Share.made(tally.reopened, tally.resolved)
    advice, why = _read(level, agreement, reopens, rules)
    return Standing(
        procedure=procedure, level=level, tally=tally, agreement=agreement, reopens=reopens, advice=advice, why=why
    )


def _read(level: Autonomy, agreement: Share, reopens: Share, rules: PromotionRules) -> tuple[Advice, str]:
    few = rules.min_demote
    often = reopens.low is not None and reopens.of >= few and reopens.low * 100 > rules.reopen_percent
    wrong = agreement.high is not None and agreement.of >= few and agreement.high * 100 < rules.demote_percent
    if often and level in {"approve", "auto"}:
        return "demote", f"surely more than {rules.reopen_percent} % of its resolved tickets come back"
    if wrong and level != "shadow":
        return "demote", f"agreement is surely below {rules.demote_percent} %"
    if agreement.of < rules.min_cases:
        return "too_few", f"{agreement.of} of {rules.min_cases} judged cases"
    if level == "auto":
        return "keep", "it is as free as it can be"
    is_good = agreement.low is not None and agreement.low * 100 >= rules.promote_percent
    if is_good and not often:
        return "promote", f"agreement is surely {rules.promote_percent} % or more"
    return "keep", f"agreement may be below {rules.promote_percent} %"
