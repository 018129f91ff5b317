"""Calls of a chat model as they are kept and counted: tokens, money and times, never words."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from domain.ids import TicketId
from domain.model import Model

#: What a model was asked for.
Purpose = Literal["understand", "plan", "draft"]
#: How a call ended. `begun`: whoever made it died before it ended. `unusable`: not of the form asked for, nor after
#: repair. `refused`: the model would not. `rejected`: the provider takes neither this request nor any retry of it.
CallOutcome = Literal[
    "begun", "answered", "unusable", "refused", "rate_limited", "timed_out", "unavailable", "rejected"
]
#: Outcomes that say that the provider is down; a 429 without end is no better than no answer.
DOWN: frozenset[CallOutcome] = frozenset({"rate_limited", "timed_out", "unavailable", "rejected"})
#: Why the embedded assistant answered in the model's place.
Fallback = Literal["model_down", "model_resting", "unusable_answer", "unsafe_draft", "budget_spent"]


class Tokens(Model):
    """Tokens as the provider counted them; None where it did not say. The parts are among `input` and `output`."""

    input: int | None = None
    cached_read: int | None = None
    cache_write: int | None = None
    output: int | None = None
    reasoning: int | None = None


class Price(Model):
    """What a call cost, in millionths of a US dollar; None where nobody knows, which is not the same as nothing."""

    microdollars: int | None = None
    source: str = "unknown"  # "genai-prices 0.2.3", "config", "unknown"


class CallBegun(Model):
    """A call that is about to be made."""

    purpose: Purpose
    provider: str
    model: str


class CallEnded(Model):
    """How a call ended."""

    outcome: CallOutcome
    tokens: Tokens = Tokens()
    price: Price = Price()
    latency_ms: int


class CallRow(Model):
    """One call as it is kept."""

    id: int
    ticket_id: TicketId
    purpose: Purpose
    activity_id: str
    attempt: int
    number: int
    provider: str
    model: str
    begun_at: datetime
    outcome: CallOutcome
    input: int | None
    cached_read: int | None
    cache_write: int | None
    output: int | None
    reasoning: int | None
    microdollars: int | None
    price_source: str
    latency_ms: int | None


class Spent(Model):
    """What one ticket has cost so far: calls, and the money of those whose price is known."""

    calls: int = 0
    microdollars: int | None = None
    unpriced: int = 0  # calls whose price nobody knows


class CallTotal(Model):
    """The calls of one purpose, model and UTC day together."""

    purpose: Purpose
    provider: str
    model: str
    day: date
    calls: int
    failed: int
    input: int
    cached_read: int
    cache_write: int
    output: int
    reasoning: int
    microdollars: int | None
    unpriced: int


class ModelBudget(Model):
    """The most that one ticket may cost; what is reached ends in a person."""

    calls: Annotated[int, Field(ge=1, le=10_000)] = 60
    microdollars: Annotated[int, Field(ge=1, le=1_000_000_000)] = 500_000  # half a US dollar

    def is_spent(self, spent: Spent) -> bool:
        """Whether no further call may be made; a call whose price is unknown counts as a call."""
        return spent.calls >= self.calls or (spent.microdollars or 0) >= self.microdollars


def is_resting(ended: list[tuple[CallOutcome, datetime]], now: datetime) -> bool:
    """Whether the model is left alone: its last calls, newest first, all failed, and the newest not long ago."""
    return (
        len(ended) >= FAILURES_IN_A_ROW
        and all(outcome in DOWN for outcome, _ in ended[:FAILURES_IN_A_ROW])
        and (now - ended[0][1]).total_seconds() < REST_SECONDS
    )


#: After so many failures in a row the embedded assistant answers for a while; then one call tries again.
FAILURES_IN_A_ROW = 5
REST_SECONDS = 60.0
