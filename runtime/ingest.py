"""Loading a workspace into the store: articles become passages with embeddings, procedures become versions.

What is there already in the same version is left alone, so the second start costs a comparison.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from adapters.embeddings.port import Embedder
from adapters.workspace.tenant import Article, Workspace
from domain.ids import TenantId
from store.knowledge import Article as StoredArticle
from store.knowledge import Passage, is_current, replace_article, retire_others
from store.pools import Pools
from store.procedures import save_procedure


async def ingest_workspace(pools: Pools, workspace: Workspace, embedder: Embedder, now: datetime) -> int:
    """Bring the store up to the workspace; returns how many articles have a new version."""
    written = 0
    for tenant, config in workspace.tenants.items():
        async with pools.operator(tenant) as conn:
            for procedure in config.procedures.values():
                await save_procedure(conn, tenant, procedure, now)
            await retire_others(conn, tenant, [article.slug for article in config.articles], now)
        written += await _write(pools, tenant, config.articles, embedder, now)
    return written


async def _write(pools: Pools, tenant: TenantId, articles: Sequence[Article], embedder: Embedder, now: datetime) -> int:
    """Make each article the current version, unless it is already; returns how many were new.

    All that changed is embedded in one batch: a fresh database then finds a known workspace's vectors in the cache.
    """
    changed: list[tuple[Article, StoredArticle]] = []
    async with pools.operator(tenant) as conn:
        for article in articles:
            stored = _stored(article)
            if not await is_current(conn, tenant, stored, model=embedder.name):
                changed.append((article, stored))
    texts = [
        f"{article.title}. {section.heading}. {section.text}" for article, _ in changed for section in article.sections
    ]
    if not texts:
        return 0
    vectors = iter(await asyncio.to_thread(embedder.embed, texts))
    for article, stored in changed:
        mine = [next(vectors).tolist() for _ in article.sections]
        async with pools.operator(tenant) as conn:
            await replace_article(conn, tenant, stored, mine, model=embedder.name, at=now)
    return len(changed)


def _stored(article: Article) -> StoredArticle:
    return StoredArticle(
        slug=article.slug,
        title=article.title,
        language=article.language,
        valid_from=_midnight(article.valid_from),
        valid_until=_midnight(article.valid_until, days=1),
        source=f"{article.slug}.md",
        passages=tuple(Passage(section=section.heading, text=section.text) for section in article.sections),
    )


def _midnight(day: date | None, *, days: int = 0) -> datetime | None:
    """The start of a day in UTC; an article is valid through the whole of its last day."""
    return datetime.combine(day + timedelta(days=days), time.min, UTC) if day is not None else None
