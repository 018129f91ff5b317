"""Conflicts: two valid passages that say different things of the same thing, and what becomes of that."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from domain.ids import TenantId
from domain.model import Model

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


class Conflict(Contradiction):
    """A contradiction between two passages of the knowledge base, as it is kept."""

    tenant: TenantId
    conflict_id: ConflictId
    passage_a: int
    passage_b: int
    article_a: str
    article_b: str
    found_at: datetime
    found_by: str  # "ingestion" or a ticket's id
    status: ConflictStatus = ConflictStatus.open
    decided_at: datetime | None = None
    decided_by: str | None = None
    note: str | None = None
