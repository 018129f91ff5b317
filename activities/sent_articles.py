"""Articles that are sent one by one: parsed, embedded and stored at once, searchable when that returns."""

import asyncio
from datetime import date, datetime
from typing import Any, Literal

from activities.articles import ArticleKeeper, Origin
from adapters.embeddings.port import Embedder
from adapters.knowledge.parse import parse
from adapters.knowledge.parsed import Defaults, RawItem
from domain.errors import Conflict, InvalidInput
from domain.ids import TenantId
from domain.ingestion import API
from domain.model import Model
from store.pools import Pools
from store.sources import owner_of


class SentArticle(Model):
    """An article as it was sent; what is None is left to its front matter."""

    slug: str
    format: Literal["markdown", "html"]
    content: str
    title: str | None = None
    language: str | None = None
    audience: tuple[str, ...] | None = None
    products: tuple[str, ...] | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    fresh_for_days: int | None = None


class SentArticles:
    """Takes sent articles into the knowledge base."""

    def __init__(self, pools: Pools, embedder: Embedder) -> None:
        self._pools = pools
        self._keeper = ArticleKeeper(pools, embedder)

    async def keep(self, tenant: TenantId, sent: SentArticle, at: datetime) -> bool:
        """Make it the current version; False when it was just like this already.

        Raises:
            InvalidInput: the content cannot be read; the text says where and why.
            Conflict: a source gives an article of this name.
        """
        raw = RawItem(name=sent.slug, kind=sent.format, body=sent.content.encode(), slug=sent.slug, charset="utf-8")
        parsed = await asyncio.to_thread(parse, raw, Defaults())
        if parsed.problems:
            first = parsed.problems[0]
            raise InvalidInput(f"content, line {first.line}: {first.text}")
        [article] = parsed.articles
        own: dict[str, Any] = sent.model_dump(
            include={"title", "language", "audience", "products", "valid_from", "valid_until"}, exclude_none=True
        )
        article = article.model_copy(update={**own, "slug": sent.slug})
        origin = Origin(source_id=API, item=sent.slug, fresh_days=sent.fresh_for_days)
        prepared = await self._keeper.prepare(tenant, [(article, origin)], at)
        async with self._pools.operator(tenant) as conn:
            owner = await owner_of(conn, tenant, sent.slug)
            if owner not in {None, API}:
                raise Conflict(f"The source '{owner}' gives this article; change it there, or choose another name.")
            return await self._keeper.write(conn, tenant, prepared, at) > 0
