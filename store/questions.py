"""Questions that went to a person because nothing answered them; their words stay in the messages."""

from collections.abc import Sequence
from datetime import datetime

from pgvector import HalfVector
from pydantic import Field, field_validator

from domain.gap import OpenQuestion
from domain.ids import TenantId
from domain.model import Model
from domain.ticket import TicketRef
from store.queries import load_queries
from store.rows import Connection, execute, fetch_all

_SQL = load_queries("questions")
#: The cosine distance within which an article that came later answers a question.
ANSWERS = 0.45
#: The newest so many are looked at: a desk with more has other worries than which article to write first.
MOST = 2_000


class NewQuestion(Model):
    """What a turn's messages asked: which they are, and a vector made of their words."""

    seqs: tuple[int, ...]
    language: str
    model: str
    embedding: tuple[float, ...] = Field(repr=False)
    at: datetime


class _Read(OpenQuestion):
    @field_validator("embedding", mode="before")
    @classmethod
    def _from_postgres(cls, value: object) -> object:
        return tuple(HalfVector.from_text(value).to_list()) if isinstance(value, str) else value


async def save_question(conn: Connection, ref: TicketRef, turn: int, question: NewQuestion) -> None:
    """Keep that a turn's messages asked what nothing answers; a turn asks once."""
    vector = str(HalfVector(list(question.embedding)).to_text())
    row = {**ref.model_dump(), **question.model_dump(), "turn": turn, "embedding": vector, "seqs": list(question.seqs)}
    await execute(conn, _SQL["save_question"], row)


async def open_questions(conn: Connection, tenant: TenantId, *, limit: int = MOST) -> Sequence[OpenQuestion]:
    """Return the questions that nothing answers, the newest first."""
    return await fetch_all(conn, _Read, _SQL["open_questions"], {"tenant": tenant, "limit": limit})


async def answer_questions(conn: Connection, tenant: TenantId, at: datetime) -> int:
    """Note which questions an article of a later day answers; returns how many. To be called after articles changed."""
    return await execute(conn, _SQL["answer_questions"], {"tenant": tenant, "farthest": ANSWERS, "at": at})
