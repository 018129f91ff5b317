"""Loading a workspace into the store: articles become passages with embeddings, procedures become versions.

What is there already in the same version is left alone, so the second start costs a comparison. Articles go the way of
every article (activities/articles.py); only their source is always at hand, so no workflow is needed.
"""

from datetime import datetime

from activities.articles import ArticleKeeper, Origin
from adapters.embeddings.port import Embedder
from adapters.knowledge.markdown import blocks_of, outline
from adapters.knowledge.parsed import ParsedArticle
from adapters.workspace.tenant import Article, Workspace
from store.conflicts import close_ended
from store.knowledge import retire_others
from store.pools import Pools
from store.procedures import save_procedure


async def ingest_workspace(pools: Pools, workspace: Workspace, embedder: Embedder, now: datetime) -> int:
    """Bring the store up to the workspace; returns how many articles have a new version."""
    written = 0
    keeper = ArticleKeeper(pools, embedder)
    for tenant, config in workspace.tenants.items():
        articles = [(parsed(article), _origin(article)) for article in config.articles]
        prepared = await keeper.prepare(tenant, articles, now)
        async with pools.operator(tenant) as conn:
            for procedure in config.procedures.values():
                await save_procedure(conn, tenant, procedure, now)
            await retire_others(conn, tenant, [article.slug for article in config.articles], now)
            written += await keeper.write(conn, tenant, prepared, now)
            await close_ended(conn, tenant, now)
    return written


def parsed(article: Article) -> ParsedArticle:
    """A workspace's article in the form that every parser gives."""
    return ParsedArticle(
        slug=article.slug,
        title=article.title,
        language=article.language,
        audience=article.audience or (),
        products=article.products or (),
        valid_from=article.valid_from,
        valid_until=article.valid_until,
        reviewed=max(filter(None, (article.updated, article.reviewed))),
        blocks=blocks_of(outline(article.body), article.title),
    )


def _origin(article: Article) -> Origin:
    return Origin(source_id=None, item=f"articles/{article.slug}.md", fresh_days=article.fresh_for)
