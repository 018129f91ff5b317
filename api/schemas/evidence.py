"""What replies rest on, as it is shown: the words of then, and how they stand now."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Annotated

from pydantic import Field

from api.schemas.base import TICKET, Body, WholeNumber, example
from domain.evidence import Standing
from domain.ids import TicketId
from domain.model import Model
from store.evidence import CitedRow


class CitedView(Model):
    """A passage as it was when a reply cited it."""

    passage_id: int
    article: str
    version: int
    title: str
    section: str
    path: tuple[str, ...]
    text: str
    url: str | None
    known_from: datetime
    known_until: datetime | None
    current_version: int | None
    standing: Standing

    @classmethod
    def of(cls, row: CitedRow) -> "CitedView":
        """Show a row."""
        return cls(article=row.slug, **row.model_dump(include=set(cls.model_fields) - {"article"}))


class AnswerView(Model):
    """A reply that was sent, and what it rests on; `needs_review` says that some of it does not hold any more."""

    ticket_id: TicketId
    seq: int
    answered_at: datetime
    needs_review: bool
    evidence: tuple[CitedView, ...]


class EvidenceView(Model):
    """What a ticket's replies rest on; replies without citations are left out."""

    ticket_id: TicketId
    answers: tuple[AnswerView, ...]


class ReviewListView(Model):
    """Answers that rest on articles which were changed, withdrawn, expired or have gone stale since."""

    answers: tuple[AnswerView, ...]


class ReviewBody(Body):
    """Which answer somebody has looked at."""

    model_config = example(ticket_id=TICKET, seq=2)

    ticket_id: TicketId
    seq: Annotated[WholeNumber, Field(ge=1, le=2**31 - 1)] = Field(description="The reply, by its message number.")


class ReviewedView(Model):
    """An answer was looked at."""

    ticket_id: TicketId
    seq: int
    settled: int = Field(description="How many doubtful citations that settles; 0 when all were reviewed before.")
    reviewed_by: str


def answers_of(rows: Sequence[CitedRow]) -> tuple[AnswerView, ...]:
    """Group citations by the reply that makes them, in the order of the rows."""
    return tuple(
        AnswerView(
            ticket_id=ticket_id,
            seq=seq,
            answered_at=answered_at,
            needs_review=any(row.standing is not Standing.holds for row in cited),
            evidence=tuple(CitedView.of(row) for row in cited),
        )
        for (ticket_id, seq, answered_at), cited in (
            (key, tuple(group))
            for key, group in groupby(rows, key=lambda row: (row.ticket_id, row.seq, row.answered_at))
        )
    )
