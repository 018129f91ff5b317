"""Making parsed articles current: what is new is embedded and stored, what is not costs a comparison.

One path for every article: of a workspace, of a source, or sent by the API.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from adapters.embeddings.port import Embedder
from adapters.knowledge.parsed import ParsedArticle
from adapters.knowledge.split import passages_of
from domain.ids import TenantId
from store.knowledge import Article, ArticleVersion, Passage, is_current, replace_article
from store.pools import Pools
from store.rows import Connection


@dataclass(frozen=True)
class Origin:
    """Where articles come from: their source, the file or page in it, and how long they count as fresh."""

    source_id: str
    item: str
    url: str | None = None
    fresh_days: int | None = None


@dataclass(frozen=True)
class Prepared:
    """An article that differs from what is stored, with the vectors of its passages."""

    article: Article
    vectors: Sequence[Sequence[float]]


class ArticleKeeper:
    """Brings articles into the knowledge base."""

    def __init__(self, pools: Pools, embedder: Embedder) -> None:
        self._pools = pools
        self._embedder = embedder

    async def prepare(
        self, tenant: TenantId, articles: Sequence[tuple[ParsedArticle, Origin]], at: datetime
    ) -> list[Prepared]:
        """Embed what differs from the current versions, all of it in one batch; nothing is written."""
        wanted = [stored(article, origin, at) for article, origin in articles]
        async with self._pools.operator(tenant) as conn:
            changed = [
                article for article in wanted if not await is_current(conn, tenant, article, model=self._embedder.name)
            ]
        texts = [embedded_text(article, passage) for article in changed for passage in article.passages]
        if not texts:
            return []
        vectors = iter(await asyncio.to_thread(self._embedder.embed, texts))
        return [Prepared(article, [next(vectors).tolist() for _ in article.passages]) for article in changed]

    async def write(
        self, conn: Connection, tenant: TenantId, prepared: Sequence[Prepared], at: datetime
    ) -> list[ArticleVersion]:
        """Make prepared articles the current ones, in the caller's transaction."""
        return [
            await replace_article(conn, tenant, one.article, one.vectors, model=self._embedder.name, at=at)
            for one in prepared
        ]


def stored(article: ParsedArticle, origin: Origin, at: datetime) -> Article:
    """The article as the store keeps it, cut into passages."""
    return Article(
        slug=article.slug,
        title=article.title,
        language=article.language,
        valid_from=midnight(article.valid_from),
        valid_until=midnight(article.valid_until, days=1),
        source=origin.item,
        passages=tuple(Passage(section=block.path[-1], text=block.text) for block in passages_of(article.blocks)),
    )


def embedded_text(article: Article, passage: Passage) -> str:
    """What of a passage is embedded: it is found by its headings too."""
    return f"{article.title}. {passage.section}. {passage.text}"


def midnight(day: date | None, *, days: int = 0) -> datetime | None:
    """The start of a day in UTC; an article is valid through the whole of its last day."""
    return datetime.combine(day + timedelta(days=days), time.min, UTC) if day is not None else None
