"""The API's answers about levels, corrections and operators' time, as far as the commands show them."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

from domain.money import Money


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Share(_Answer):
    """So many of so many, with 95 % bounds."""

    count: int
    of: int
    share: float | None = None
    low: float | None = None
    high: float | None = None


class Tally(_Answer):
    """A procedure's cases, counted."""

    cases: int = 0
    sent_as_is: int = 0
    edited: int = 0
    thrown_away: int = 0
    edit_share: float | None = None
    approved: int = 0
    amended: int = 0
    declined: int = 0
    corrected: int = 0


class Standing(_Answer):
    """A procedure's level and record."""

    procedure: str
    level: str
    tally: Tally
    agreement: Share
    reopens: Share
    advice: str
    why: str


class Level(_Answer):
    """One line of a procedure's history of levels."""

    procedure: str
    level: str
    before: str
    reason: str
    set_by: str
    at: datetime


class Correction(_Answer):
    """What an operator says was wrong."""

    id: int
    ticket_id: str
    kind: str
    was: str | None = None
    intent: str
    words: str
    note: str | None = None
    corrected_by: str
    suggested: str | None = None
    sent: str | None = None
    draft_id: int | None = None
    unfounded: int | None = None
    verdict: str | None = None
    reviewed_by: str | None = None


class IntentChange(_Answer):
    """An intent of which more or fewer held-out examples are read rightly."""

    intent: str
    held_out: int
    before: int
    after: int


class Effect(_Answer):
    """What corrections would do to held-out examples."""

    held_out: int
    foreign: int
    accuracy: tuple[float, float]
    in_scope_right: tuple[float, float]
    out_of_scope_told: tuple[float, float]
    changes: tuple[IntentChange, ...] = ()
    seconds: float


class WordingsEffect(_Answer):
    """What corrections would do as wordings to other tickets' edited replies."""

    held_out: int
    offered: tuple[int, int]
    to_change: tuple[float, float] | None = None
    nearer: int
    farther: int


class TriedCorrections(_Answer):
    """Which corrections were tried, and their effect."""

    corrections: tuple[int, ...]
    taught: int
    effect: Effect
    wordings: WordingsEffect | None = None


class HandlingTotal(_Answer):
    """Operators' time on one procedure's tickets of one day."""

    procedure: str | None = None
    day: date
    tickets: int
    approvals: int
    open_ms: int
    active_ms: int
    approval_ms: int
    cost: Money | None = None


class Handling(_Answer):
    """What people cost."""

    handling: tuple[HandlingTotal, ...] = ()
