"""Making parsed articles current: what is new is embedded and stored, what is not costs a comparison.

One path for every article: of a workspace, of a source, or sent by the API.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from activities.doubts import examine_articles
from adapters.embeddings.port import Embedder
from adapters.knowledge.parsed import ParsedArticle
from adapters.knowledge.split import passages_of
from domain.ids import TenantId
from store.articles import read_article, set_fresh_until
from store.knowledge import Article, Passage, is_current, replace_article
from store.pools import Pools
from store.rows import Connection


@dataclass(frozen=True)
class Origin:
    """Where articles come from: their source (None: the workspace), the file or page in it, how long they are fresh."""

    source_id: str | None
    item: str
    url: str | None = None
    fresh_days: int | None = None


@dataclass
class Prepared:
    """What is to be written: new versions with the vectors of their passages, and how long unchanged ones are fresh."""

    changed: list[tuple[Article, list[list[float]]]] = field(default_factory=list)
    fresh_until: dict[str, datetime | None] = field(default_factory=dict)


class ArticleKeeper:
    """Brings articles into the knowledge base."""

    def __init__(self, pools: Pools, embedder: Embedder) -> None:
        self._pools = pools
        self._embedder = embedder

    async def prepare(
        self, tenant: TenantId, articles: Sequence[tuple[ParsedArticle, Origin]], at: datetime
    ) -> Prepared:
        """Embed what differs from the current versions, all of it in one batch; nothing is written."""
        prepared, changed = Prepared(), list[Article]()
        async with self._pools.operator(tenant) as conn:
            for parsed, origin in articles:
                article = stored(parsed, origin, at)
                if await is_current(conn, tenant, article, model=self._embedder.name):
                    kept = (await read_article(conn, tenant, article.slug)).article
                    prepared.fresh_until[article.slug] = fresh_until(parsed, origin, kept.known_from)
                else:
                    changed.append(article)
        texts = [embedded_text(article, passage) for article in changed for passage in article.passages]
        if texts:
            vectors = iter(await asyncio.to_thread(self._embedder.embed, texts))
            prepared.changed += [(one, [next(vectors).tolist() for _ in one.passages]) for one in changed]
        return prepared

    async def write(self, conn: Connection, tenant: TenantId, prepared: Prepared, at: datetime) -> int:
        """Make prepared articles the current ones, in the caller's transaction; returns how many versions are new."""
        for slug, until in prepared.fresh_until.items():
            await set_fresh_until(conn, tenant, slug, until)
        versions = [
            await replace_article(conn, tenant, article, vectors, model=self._embedder.name, at=at)
            for article, vectors in prepared.changed
        ]
        new = [version.slug for version in versions if version.is_new]
        if new:
            await examine_articles(conn, tenant, new, at)
        return len(new)


def stored(article: ParsedArticle, origin: Origin, at: datetime) -> Article:
    """The article as the store keeps it, cut into passages."""
    title = (article.title,)
    return Article(
        slug=article.slug,
        title=article.title,
        language=article.language,
        audience=article.audience,
        products=article.products,
        valid_from=midnight(article.valid_from),
        valid_until=midnight(article.valid_until, days=1),
        fresh_until=fresh_until(article, origin, at),
        source=origin.item,
        source_id=origin.source_id,
        url=origin.url,
        passages=tuple(
            Passage(
                section=block.path[-1],
                path=title if block.path == title else (*title, *block.path),
                text=block.text,
            )
            for block in passages_of(article.blocks)
        ),
    )


def fresh_until(article: ParsedArticle, origin: Origin, known_from: datetime) -> datetime | None:
    """Until when an article needs no review: as it says, else so many days after its review or its last change."""
    if article.fresh_until is not None:
        return midnight(article.fresh_until, days=1)
    if origin.fresh_days is None:
        return None
    return (midnight(article.reviewed) or known_from) + timedelta(days=origin.fresh_days)


def embedded_text(article: Article, passage: Passage) -> str:
    """What of a passage is embedded: it is found by its headings too."""
    return ". ".join((*(passage.path or (article.title, passage.section)), passage.text))


def midnight(day: date | None, *, days: int = 0) -> datetime | None:
    """The start of a day in UTC; an article is valid through the whole of its last day."""
    return datetime.combine(day + timedelta(days=days), time.min, UTC) if day is not None else None
