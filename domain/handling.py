"""The time that operators spend: a ticket open before them, and themselves active on it."""

from datetime import date, timedelta
from typing import Annotated

from pydantic import Field

from domain.ids import ActionId, Label, TicketId
from domain.model import Model
from domain.money import Money

#: A console sends a heartbeat every 15 seconds; one that says more than this at once has slept or lies.
MOST_PER_BEAT = timedelta(seconds=60)
_HOUR_MS = 3_600_000


class Beat(Model):
    """What a console says since its last heartbeat, in milliseconds; `seq` counts within the session, from 1."""

    ticket_id: TicketId
    approval_id: ActionId | None = None
    session_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
    seq: Annotated[int, Field(ge=1, le=10_000_000)]
    open_ms: Annotated[int, Field(ge=0)]
    active_ms: Annotated[int, Field(ge=0)]


class HandlingTime(Model):
    """A ticket's time, in milliseconds."""

    open_ms: int = 0
    active_ms: int = 0
    approval_ms: int = 0  # of the active time, that spent on its approvals
    operators: int = 0


class HandlingTotal(Model):
    """The time of one procedure's tickets on one UTC day, in milliseconds."""

    procedure: Label | None
    day: date
    tickets: int
    approvals: int
    open_ms: int
    active_ms: int
    approval_ms: int


def capped(beat: Beat, since_session: timedelta | None, since_active: timedelta | None) -> tuple[int, int]:
    """The open and active milliseconds that are believed.

    Nobody is at a ticket for longer than has passed since their session's last heartbeat, and nobody is active on two
    at once: active time ends where the same operator's last active heartbeat, from any tab, began to count. None: there
    was none lately.
    """
    most = _ms(MOST_PER_BEAT)
    open_ms = min(beat.open_ms, most if since_session is None else min(most, _ms(since_session)))
    active_ms = min(beat.active_ms, open_ms, most if since_active is None else _ms(since_active))
    return open_ms, active_ms


def cost_of(active_ms: int, hourly: Money) -> Money:
    """What so much active time costs, rounded to the nearest minor unit, half up."""
    return Money(amount=(active_ms * hourly.amount * 2 + _HOUR_MS) // (2 * _HOUR_MS), currency=hourly.currency)


def _ms(span: timedelta) -> int:
    return max(0, span // timedelta(milliseconds=1))
