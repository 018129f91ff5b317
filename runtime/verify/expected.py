"""What a driver saw: the requests it made and what it was answered, to be compared with what there is.

Whoever drives the API writes one of these beside its run (`setright chaos` does); `verify` can do without, and then
leaves out what only the outside can know.
"""

from pathlib import Path
from typing import Literal

from domain.ids import ActionId, Sha256, TenantId, TicketId
from domain.model import Model

#: `unanswered`: every try ended without an answer, so the request may or may not have been taken.
Outcome = Literal["answered", "refused", "unanswered"]


class SentMessage(Model):
    """A message that was sent until it was answered, always under the same key and external id."""

    tenant: TenantId
    key: str
    sha256: Sha256  # of the words
    outcome: Outcome
    ticket_id: TicketId | None = None  # as the answer said
    seq: int | None = None


class SentDecision(Model):
    """An approver's answer; `state` is what the API said became of it."""

    tenant: TenantId
    approval_id: ActionId
    decided_by: str
    verdict: Literal["approved", "declined", "amended"]
    outcome: Outcome
    state: str | None = None


class Expected(Model):
    """All that one driver sent."""

    messages: tuple[SentMessage, ...] = ()
    decisions: tuple[SentDecision, ...] = ()

    @classmethod
    def read(cls, path: Path) -> "Expected":
        """Read a file that `write` wrote."""
        return cls.model_validate_json(path.read_bytes())

    def write(self, path: Path) -> None:
        """Write it down for a `verify` of another process."""
        path.write_text(self.model_dump_json())
