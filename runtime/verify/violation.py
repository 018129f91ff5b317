"""What a check found: which invariant does not hold, in which way, and where."""

from typing import Literal

from domain.ids import Label
from domain.model import Model

InvariantId = Literal["I1", "I2", "I3", "I4", "I5", "I6", "I7", "I8", "I9", "I10", "I11", "I12"]

#: Each invariant in a sentence, as reports print it.
INVARIANTS: dict[InvariantId, str] = {
    "I1": "the ledger, the provider's log and the histories tell of the same effects and the same money",
    "I2": "every effect that needed a person's approval has it: exact arguments, in time, from people who may",
    "I3": "one effect for each key, and never more given back than was paid",
    "I4": "every accepted message is in one transcript once, read once and in order",
    "I5": "tickets and workflows are one to one: open and running, or closed and completed",
    "I6": "nothing is stuck: no attempt after attempt, no overdue activity, no backlog",
    "I7": "every history replays under today's code",
    "I8": "nobody's data is with somebody else, and none is in a history",
    "I9": "the audit chain verifies and tells of exactly the effects of the ledger",
    "I10": "every change of status is a legal one",
    "I11": "every reply was posted exactly once",
    "I12": "a request that got no answer is settled, by its retry, to exactly once",
}


class Violation(Model):
    """One place where an invariant does not hold; `ids` name it, and no text quotes a customer."""

    invariant: InvariantId
    what: Label
    ids: tuple[str, ...]
    detail: str = ""
