"""How far a procedure is trusted to act by itself: four levels, and what each lets out of the house.

- `shadow`: it decides silently. Nothing is sent or done; what it would have said and done is kept for comparison.
- `suggest`: a person holds the ticket; replies are drafts for them, and each write waits for their approval.
- `approve`: replies go out; each write needs a person.
- `auto`: policy alone decides.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal

from domain.ids import Label
from domain.model import Model

Autonomy = Literal["shadow", "suggest", "approve", "auto"]
#: From the least trusted to the most.
LEVELS: tuple[Autonomy, ...] = ("shadow", "suggest", "approve", "auto")
#: Under these nothing that the assistant writes goes to a customer, but the sentence that a person will answer.
WITHHELD: frozenset[Autonomy] = frozenset({"shadow", "suggest"})
#: What a withheld turn would have done, as far as it can be compared with what an operator does.
Would = Literal["act", "ask", "answer", "hand_off"]


class SetLevel(Model):
    """One line of a procedure's history of levels; the newest counts."""

    id: int
    procedure: Label
    level: Autonomy
    before: Autonomy  # what counted until then
    reason: str
    set_by: str
    at: datetime


def strictest(levels: Iterable[Autonomy]) -> Autonomy:
    """The least trusted of some levels; `auto` of none."""
    return min(levels, key=LEVELS.index, default="auto")


def is_raise(before: Autonomy, after: Autonomy) -> bool:
    """Whether the change lets the procedure do more by itself than before."""
    return LEVELS.index(after) > LEVELS.index(before)
