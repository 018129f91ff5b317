"""Counted figures: what they come to, between which bounds, and what is not yet known. Never a share of nothing."""

from datetime import date, datetime, timedelta

from pydantic import Field, computed_field

from domain.figure import Definition, FigureKind, FigureName
from domain.interval import wilson
from domain.model import Model
from domain.period import Step, TimeZone


class Tally(Model):
    """What a figure, a part of it or one bar of it came to."""

    kind: FigureKind = Field(exclude=True)
    numerator: int = Field(description="What counts; of durations: what was measured; of costs: durable resolutions.")
    denominator: int = Field(description="What is known; for a plain count the same.")
    not_yet_known: int = Field(default=0, description="What may still turn out either way; in no denominator.")
    p50: float | None = Field(default=None, description="Half are no longer than this, in seconds.")
    p90: float | None = Field(default=None, description="Nine in ten are no longer than this, in seconds.")
    total: float | None = Field(default=None, description="All together: seconds, or microdollars.")

    @computed_field(description="The share, from 0 to 1, or microdollars each; null without a denominator.")  # type: ignore[prop-decorator]
    @property
    def value(self) -> float | None:
        """What is shown first."""
        match self.kind:
            case "count":
                return self.numerator
            case "rate":
                return self.numerator / self.denominator if self.denominator else None
            case "duration":
                return self.p50
            case "cost":
                return self.total / self.numerator if self.numerator and self.total is not None else None

    @computed_field(description="Wilson's 95 % interval of a rate, low and high.")  # type: ignore[prop-decorator]
    @property
    def interval(self) -> tuple[float, float] | None:
        """How far a share of so few may be from the truth."""
        return wilson(self.numerator, self.denominator) if self.kind == "rate" else None

    @computed_field(description="The rate if all that is not yet known fell out badly, and well; null for none.")  # type: ignore[prop-decorator]
    @property
    def extremes(self) -> tuple[float, float] | None:
        """Between what the share will be once everything is known."""
        everything = self.denominator + self.not_yet_known
        if self.kind != "rate" or not everything:
            return None
        return self.numerator / everything, (self.numerator + self.not_yet_known) / everything


class Part(Model):
    """What belongs to one label: a reason, a kind, a queue."""

    label: str
    tally: Tally


class Bar(Model):
    """What belongs to one day or week."""

    starts_on: date
    tally: Tally
    parts: tuple[Part, ...] = ()


class Figure(Model):
    """One figure over the period, in its parts and in its steps."""

    definition: Definition
    total: Tally
    parts: tuple[Part, ...] = Field(default=(), description="By label, the largest first; empty without labels.")
    bars: tuple[Bar, ...] = Field(description="One a step, empty ones too.")


class Report(Model):
    """All figures of a period."""

    first: date
    last: date
    step: Step
    time_zone: str
    counted_at: datetime
    figures: tuple[Figure, ...]

    def figure(self, name: FigureName) -> Figure:
        """The figure of that name."""
        return next(it for it in self.figures if it.definition.figure is name)


class CountingTerms(Model):
    """How a tenant's figures are counted."""

    time_zone: TimeZone = "UTC"  # whose midnight ends a day
    reopen_window: timedelta = timedelta(days=7)  # after which a resolution is durable
