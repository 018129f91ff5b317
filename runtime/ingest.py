"""Loading a workspace into the store: articles become passages with embeddings, procedures become versions.

What is there already in the same version is left alone, so the second start costs a comparison.
"""

import asyncio
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
            await retire_others(conn, tenant, [article.slug for article in config.articles])
        for article in config.articles:
            written += await _write(pools, tenant, article, embedder, now)
    return written


async def _write(pools: Pools, tenant: TenantId, article: Article, embedder: Embedder, now: datetime) -> bool:
    """Embed an article's sections and make it the current version, unless it is already."""
    stored = StoredArticle(
        slug=article.slug,
        title=article.title,
        language=article.language,
        valid_from=_midnight(article.valid_from),
        valid_until=_midnight(article.valid_until, days=1),
        source=f"{article.slug}.md",
        passages=tuple(Passage(section=section.heading, text=section.text) for section in article.sections),
    )
    async with pools.operator(tenant) as conn:
        if await is_current(conn, tenant, stored, model=embedder.name):
            return False
    texts = [f"{article.title}. {section.heading}. {section.text}" for section in article.sections]
    vectors = await asyncio.to_thread(embedder.embed, texts)
    async with pools.operator(tenant) as conn:
        version = await replace_article(
            conn, tenant, stored, [vector.tolist() for vector in vectors], model=embedder.name, at=now
        )
    return version.is_new


def _midnight(day: date | None, *, days: int = 0) -> datetime | None:
    """The start of a day in UTC; an article is valid through the whole of its last day."""
    return datetime.combine(day + timedelta(days=days), time.min, UTC) if day is not None else None
