"""Articles that are sent and withdrawn one by one."""

from api.auth import Principal
from api.schemas.knowledge import ArticleBody, KeptArticle, KnowledgeArticle
from api.services import Services
from domain.errors import Conflict, Unavailable
from domain.ingestion import API
from domain.text import clean_text
from store.articles import read_article
from store.knowledge import retire_article

_MOST_CHARS = 200_000


async def keep_article(services: Services, caller: Principal, slug: str, body: ArticleBody) -> KeptArticle:
    """Make an article the current version.

    Raises:
        BadText, InvalidInput: the content cannot be read.
        Conflict: a source gives an article of this name.
        Unavailable: this process has nothing to embed with.
    """
    if services.deps.keep_article is None:
        raise Unavailable("This API takes no articles; use a process that has the embedding model.")
    now = services.deps.clock()
    clean_text(body.content, most=_MOST_CHARS)  # refuses what cannot be stored; what is kept is cleaned by its parser
    is_new = await services.deps.keep_article(caller.tenant, slug, body.model_dump(), now)
    async with services.pools.operator(caller.tenant) as conn:
        found = await read_article(conn, caller.tenant, slug)
    return KeptArticle(article=KnowledgeArticle.of(found.article, now), is_new=is_new)


async def withdraw_article(services: Services, caller: Principal, slug: str) -> KnowledgeArticle:
    """Let no search find an article any more; raises NotFound, and Conflict for one that a source gives."""
    now = services.deps.clock()
    async with services.pools.operator(caller.tenant) as conn:
        article = (await read_article(conn, caller.tenant, slug)).article
        if article.source_id != API:
            raise Conflict(f"The source '{article.source_id}' gives this article; remove it there, or the source.")
        await retire_article(conn, caller.tenant, slug, now)
    return KnowledgeArticle.of(article, now)
