"""Finding passages: by meaning and by words, for each part of a question, fused by reciprocal rank.

A part counts by the square of the cosine of what comes nearest to it, which is the share of its meaning that was found:
of a long story most sentences ask nothing, and what they find is noise (measured: docs/measurements.md).

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
_LEAST_SIMILARITY = 0.1  # that a part counts by, however far all passages are from it
_FEW_PASSAGES = 1_000  # are compared one by one in a millisecond or two, whoever else has how many
_INDEX_PAYS_FROM = 70  # see `_by_index`
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
    asked: dict[str, Any] = {
        "tenant": tenant,
        "model": question.model,
        "language": question.language,
        "audiences": None if filters.audiences is None else list(filters.audiences),
        "locales": list(filters.locales) or None,
        "products": list(filters.products) or None,
        "valid_at": filters.valid_at or at,
        "known_at": filters.known_at,
    }
    found = await _rankings(conn, question, asked, limit)
    chosen = fuse(*found.weighted())[:limit]
    if not chosen:
        if await fetch_value(conn, _SQL["other_models"], asked):
            raise EmbeddingMismatch(_OTHER_MODEL, model=question.model)
        return []
    places = found.places_of_words()
    key = {
        **asked,
        "ids": chosen,
        "places": [places.get(passage_id) for passage_id in chosen],
        "embeddings": [_text(part.embedding) for part in question.parts],
    }
    return await fetch_all(conn, Hit, _SQL["read_hits"], key)


@dataclass(frozen=True, slots=True)
class _Rankings:
    """Passage ids, best first: of each part by meaning (with the cosines) and by words, of the whole by codes."""

    by_meaning: Sequence[Sequence[tuple[int, float]]]
    by_words: Sequence[Sequence[int]]
    by_codes: Sequence[int]

    def weighted(self) -> tuple[list[Sequence[int]], list[float]]:
        """Return all rankings, and how much each counts."""
        nearest = [max([_LEAST_SIMILARITY, *(similarity for _, similarity in near)]) for near in self.by_meaning]
        weights = 2 * [similarity**2 for similarity in nearest]
        others = [*([passage_id for passage_id, _ in near] for near in self.by_meaning), *self.by_words]
        # A code names one thing, and nobody writes one by the way: it counts as much as all else together.
        return [self.by_codes, *others], [sum(weights), *weights]

    def places_of_words(self) -> dict[int, int]:
        """Return the best place of each passage among those with the words."""
        places: dict[int, int] = {}
        for ranking in (*self.by_words, self.by_codes):
            for place, passage_id in enumerate(ranking, 1):
                places[passage_id] = min(place, places.get(passage_id, place))
        return places


async def _rankings(conn: Connection, question: Question, asked: dict[str, Any], limit: int) -> _Rankings:
    """Ask for all rankings: one round trip for the size of the knowledge base, and one for all of them."""
    [(passages, average, of_all)] = await _rows(await conn.execute(_SQL["measure"], asked))
    sized = {**asked, "passages": passages, "average": max(average, 1.0)}
    keys = [
        {
            **sized,
            "text": part.text,
            "are_codes": False,
            "embedding": _text(part.embedding),
            "candidates": candidates,
        }
        for part, candidates in zip(question.parts, _candidates(len(question.parts), limit), strict=True)
    ]
    is_exact = asked["known_at"] is not None or not _by_index(passages, of_all)
    by_vector = _SQL["nearest_exactly"] if is_exact else _SQL["nearest"]
    async with conn.pipeline():
        await conn.execute(_SQL["may_sort"], {"may_sort": "on" if is_exact else "off"})
        nearest = [await conn.execute(by_vector, key) for key in keys]
        await conn.execute(_SQL["may_sort"], {"may_sort": "on"})
        worded = [await conn.execute(_SQL["worded"], key) for key in keys]
        coded = await conn.execute(_SQL["worded"], {**keys[0], "are_codes": True})
    by_meaning = [await _rows(cursor) for cursor in nearest]
    by_words = [[row[0] for row in await _rows(cursor)] for cursor in worded]
    if not is_exact and len(by_meaning[0]) < limit:  # there are no more, or the scan gave up: the exact answer knows
        by_meaning[0] = await _rows(await conn.execute(_SQL["nearest_exactly"], keys[0]))
    return _Rankings(by_meaning, by_words, [row[0] for row in await _rows(coded)])


def _by_index(passages: int, of_all: int) -> bool:
    """Whether the index over all tenants' vectors finds twenty of this tenant's sooner than a look at each of its own.

    A passage of its own costs some 1.4 microseconds. In the index one costs 5, and of a tenant that has one in n there,
    20 n are looked at. The planner knows only the second of these costs, and not how many of its rows are filtered out.
    """
    return passages > _FEW_PASSAGES and passages**2 > _INDEX_PAYS_FROM * of_all


def _candidates(parts: int, limit: int) -> list[int]:
    """How many places of its rankings count, of the whole and of each part: of the whole as many as are wanted."""
    if parts == 1:
        return [max(4 * limit, _LEAST_CANDIDATES)]
    return [max(limit, _CANDIDATES_OF_PARTS), *[_CANDIDATES_OF_PARTS] * (parts - 1)]


async def _rows(cursor: AsyncCursor[TupleRow]) -> list[Any]:
    return await cursor.fetchall()


def _text(embedding: Embedding) -> str:
    return str(HalfVector([float(number) for number in embedding]).to_text())
