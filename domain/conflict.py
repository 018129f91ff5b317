"""Conflicts: two valid passages that say different things of the same thing, and what becomes of that."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, TypeAdapter

from domain.canonical import sha256_of
from domain.ids import TenantId
from domain.model import Model

#: `C-0F3A99B2C1`: made of what the two passages say, so one pair of statements is one conflict wherever it is found.
ConflictId = Annotated[str, Field(pattern=r"^C-[0-9A-F]{10}$")]


class ConflictKind(StrEnum):
    """In what the two statements differ."""

    amount = "amount"
    duration = "duration"
    date = "date"
    number = "number"  # a percentage or a plain count
    negation = "negation"
    eligibility = "eligibility"


class ConflictStatus(StrEnum):
    """Whether a conflict still holds replies back."""

    open = "open"
    resolved = "resolved"  # one of the passages was corrected or retired, or is no longer valid
    dismissed = "dismissed"  # a person says that both are right


class Contradiction(Model):
    """What a comparison of two texts found: one statement of each, which cannot both be right."""

    kind: ConflictKind
    said_a: str
    said_b: str


class ConflictRef(Model):
    """A conflict by its id and its two passages: what crosses into a ticket's history."""

    conflict_id: ConflictId
    kind: ConflictKind
    passage_a: int
    passage_b: int


ConflictRefs = TypeAdapter(tuple[ConflictRef, ...])


class FoundConflict(Contradiction):
    """A contradiction between two passages of the knowledge base."""

    passage_a: int
    passage_b: int
    conflict_id: ConflictId

    @property
    def ref(self) -> ConflictRef:
        """It, by ids."""
        return ConflictRef(
            conflict_id=self.conflict_id, kind=self.kind, passage_a=self.passage_a, passage_b=self.passage_b
        )


class Conflict(FoundConflict):
    """A conflict as it is kept."""

    tenant: TenantId
    article_a: str
    article_b: str
    found_at: datetime
    found_by: str  # "ingestion", or a ticket's id
    status: ConflictStatus
    decided_at: datetime | None
    decided_by: str | None
    note: str | None


def conflict_id_of(articles: tuple[str, str], contradiction: Contradiction) -> ConflictId:
    """Name a conflict by the articles and what they say, whichever of the two is asked about first."""
    sides = sorted(zip(articles, (contradiction.said_a, contradiction.said_b), strict=True))
    return f"C-{sha256_of([contradiction.kind, *sides])[:10].upper()}"
