"""What the knowledge base does not agree on and does not know, and what a person decides about it."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from api.schemas.base import Body, example
from domain.conflict import ConflictId, ConflictKind, ConflictStatus
from domain.gap import Gap, GapId
from domain.ids import TicketId
from domain.model import Model
from domain.text import ReasonText
from store.conflicts import ConflictRow
from store.health import Overlap, Unfindable


class SaidView(Model):
    """One side of a conflict."""

    article: str
    passage_id: int
    said: str = Field(description="The statement, in the article's own words.")


class ConflictView(Model):
    """Two passages that contradict each other."""

    conflict_id: ConflictId
    kind: ConflictKind
    status: ConflictStatus
    passages: tuple[SaidView, SaidView]
    found_at: datetime
    found_by: str = Field(description="`ingestion`, or the ticket whose reply was about to rest on them.")
    decided_at: datetime | None
    decided_by: str | None
    note: str | None

    @classmethod
    def of(cls, row: ConflictRow) -> "ConflictView":
        """Show a row."""
        return cls(
            conflict_id=row.conflict_id,
            kind=row.kind,
            status=row.status,
            passages=(
                SaidView(article=row.article_a, passage_id=row.passage_a, said=row.said_a),
                SaidView(article=row.article_b, passage_id=row.passage_b, said=row.said_b),
            ),
            found_at=row.found_at,
            found_by=row.found_by,
            decided_at=row.decided_at,
            decided_by=row.decided_by,
            note=row.note,
        )


class ConflictListView(Model):
    """Conflicts, the newest first."""

    conflicts: tuple[ConflictView, ...]


class ConflictDecisionBody(Body):
    """What becomes of a conflict, and why."""

    model_config = example(decision="dismissed", reason="One is for sale items, the other for everything else.")

    decision: Literal["dismissed", "resolved"] = Field(
        description="`dismissed`: both are right, and this pair is never reported again. `resolved`: one was corrected,"
        " which is looked at."
    )
    reason: ReasonText
    force: bool = Field(
        default=False, description="`resolved` although the passages, as they stand, still contradict each other."
    )


class StaleView(Model):
    """An article that nobody has confirmed in time."""

    article: str
    fresh_until: datetime


class KnowledgeCheckView(Model):
    """What is wrong with the knowledge base now; at most a hundred of each."""

    conflicts: tuple[ConflictView, ...]
    stale: tuple[StaleView, ...]
    unfindable: tuple[Unfindable, ...]
    overlapping: tuple[Overlap, ...]


class GapView(Model):
    """An article that is missing, and who asked for it."""

    gap_id: GapId
    title: str
    language: str
    questions: int
    tickets: tuple[TicketId, ...]
    first_asked_at: datetime
    last_asked_at: datetime
    draft: str = Field(description="A skeleton of the article in Markdown; nothing in it is personal.")

    @classmethod
    def of(cls, gap: Gap, today: str) -> "GapView":
        """Show a gap, with its draft as of `today` (ISO 8601)."""
        return cls(**gap.model_dump(exclude={"headings"}), draft=gap.draft(today))


class GapListView(Model):
    """Gaps, the one asked most often first."""

    gaps: tuple[GapView, ...]
