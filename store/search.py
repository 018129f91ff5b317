"""Finding passages: by meaning and by words, for each part of a question, fused by reciprocal rank.

Vectors come in and are compared; where they come from is not known here. Nothing that a filter leaves out uses up a
place, so as many passages come back as were wanted wherever there are as many.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pgvector import HalfVector
from psycopg import AsyncCursor
from psycopg.rows import TupleRow

from domain.fusion import fuse
from domain.ids import TenantId
from domain.model import Model
from store.errors import EmbeddingMismatch
from store.knowledge import PassageRow
from store.queries import load_queries
from store.rows import Connection, fetch_all, fetch_value

_SQL = load_queries("search")
_LEAST_CANDIDATES = 20  # of each ranking: below that, fusing them says little
_CANDIDATES_OF_PARTS = 10  # of many parts each ranking gives fewer: what all of them give far down is noise (measured)
_OTHER_MODEL = "The articles were embedded by another model; index them again."
Embedding = Iterable[float]  # 384 numbers, normalised


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a question: its words, and what they mean."""

    text: str
    embedding: Embedding


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the whole first, then its sentences where there are several."""

    parts: Sequence[Part]
    language: str  # how its words are read
    model: str  # that embedded it: passages of another model are not compared with it


class SearchFilters(Model):
    """What a search leaves out, before it counts how many it has found."""

    audiences: tuple[str, ...] | None = ()  # the asker's, besides everybody; None: whoever an article is for
    locales: tuple[str, ...] = ()  # languages of articles, "en" is also "en-GB"; empty: any
    products: tuple[str, ...] = ()  # about one of them, or about none in particular; empty: any
    valid_at: datetime | None = None  # what holds then; None: what holds at the time of asking
    known_at: datetime | None = None  # as the knowledge base was then; None: as it is


class Hit(PassageRow):
    """A passage that was found.

    `similarity` is the cosine to the part of the question that comes nearest, `keyword_rank` the best place among those
    with the words, None for none.
    """

    similarity: float
    keyword_rank: int | None


EVERYTHING_PUBLIC = SearchFilters()


async def search(
    conn: Connection,
    tenant: TenantId,
    question: Question,
    *,
    limit: int,
    at: datetime,
    filters: SearchFilters = EVERYTHING_PUBLIC,
) -> list[Hit]:
    """Return the tenant's best passages, best first: `limit` of them wherever as many pass the filters.

    Raises:
        EmbeddingMismatch: there are passages, but another model embedded them.
    """
    candidates = max(limit, _CANDIDATES_OF_PARTS) if len(question.parts) > 1 else max(4 * limit, _LEAST_CANDIDATES)
    asked: dict[str, Any] = {
        "tenant": tenant,
        "model": question.model,
        "language": question.language,
        "audiences": None if filters.audiences is None else list(filters.audiences),
        "locales": list(filters.locales) or None,
        "products": list(filters.products) or None,
        "valid_at": filters.valid_at or at,
        "known_at": filters.known_at,
        "candidates": candidates,
    }
    by_meaning, by_words, by_codes = await _rankings(conn, question, asked, limit)
    # A code names one thing, and nobody writes one by the way: it counts as much as all else together.
    others = [*by_meaning, *by_words]
    chosen = fuse([*[by_codes] * len(others), *others])[:limit]
    if not chosen:
        if await fetch_value(conn, _SQL["other_models"], asked):
            raise EmbeddingMismatch(_OTHER_MODEL, model=question.model)
        return []
    places: dict[int, int] = {}
    for ranking in (*by_words, by_codes):
        for place, passage_id in enumerate(ranking, 1):
            places[passage_id] = min(place, places.get(passage_id, place))
    key = {
        **asked,
        "ids": chosen,
        "places": [places.get(passage_id) for passage_id in chosen],
        "embeddings": [_text(part.embedding) for part in question.parts],
    }
    return await fetch_all(conn, Hit, _SQL["read_hits"], key)


async def _rankings(
    conn: Connection, question: Question, asked: dict[str, Any], limit: int
) -> tuple[list[list[int]], list[list[int]], list[int]]:
    """Passage ids of each part by meaning and by words, and of the whole by codes: one round trip for all of them."""
    keys = [{**asked, "text": part.text, "embedding": _text(part.embedding)} for part in question.parts]
    is_past = asked["known_at"] is not None
    by_vector = _SQL["nearest_exactly"] if is_past else _SQL["nearest"]
    async with conn.pipeline():
        nearest = [await conn.execute(by_vector, key) for key in keys]
        worded = [await conn.execute(_SQL["worded"], key) for key in keys]
        coded = await conn.execute(_SQL["coded"], keys[0])
    by_meaning = [await _ids(cursor) for cursor in nearest]
    by_words = [await _ids(cursor) for cursor in worded]
    if not is_past and len(by_meaning[0]) < limit:  # there are no more, or the scan gave up: the exact answer knows
        by_meaning[0] = await _ids(await conn.execute(_SQL["nearest_exactly"], keys[0]))
    return by_meaning, by_words, await _ids(coded)


async def _ids(cursor: AsyncCursor[TupleRow]) -> list[int]:
    return [row[0] for row in await cursor.fetchall()]


def _text(embedding: Embedding) -> str:
    return str(HalfVector([float(number) for number in embedding]).to_text())
