"""The knowledge base: articles one by one, and the sources that bring them."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, status

from api import sourcing
from api.auth import KnowledgeKeeper
from api.errors import documented
from api.idempotency import OnceOnly
from api.keeping import keep_article, withdraw_article
from api.routers.common import Cursor
from api.schemas.base import Moment
from api.schemas.knowledge import (
    ARTICLE,
    SOURCE,
    ArticleBody,
    KeptArticle,
    KnowledgeArticle,
    KnowledgeArticlePage,
    KnowledgeArticleText,
    KnowledgeVersions,
    SourceBody,
    SourceChangeBody,
    SourceDetail,
    SourceListView,
    SourceView,
    SyncStarted,
)
from api.schemas.moves import EmptyBody
from api.services import Shared
from api.strict_json import StrictRoute
from api.sync_timing import set_every
from domain.errors import NotFound
from domain.ingestion import SourceId
from store.articles import list_articles, list_versions, read_article
from store.sources import list_sources, read_problems, read_source

router = APIRouter(prefix="/v1/knowledge", tags=["knowledge"], route_class=StrictRoute)
_SENT = ("conflict", "invalid_input", "bad_text", "too_large", "unsupported_media_type")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
_SOURCE = re.compile(r"[a-z][a-z0-9-]{0,62}")
_MOST_PROBLEMS = 200


def _slug(slug: Annotated[str, Path(description="The article's name.", examples=[ARTICLE])]) -> str:
    if not _SLUG.fullmatch(slug):
        raise NotFound("There is no such article, or there was none then.")
    return slug


def _source_id(source_id: Annotated[str, Path(description="The source's name.", examples=[SOURCE])]) -> SourceId:
    if not _SOURCE.fullmatch(source_id):
        raise NotFound("There is no such source.")
    return source_id


ArticlePath = Annotated[str, Depends(_slug)]
SourcePath = Annotated[SourceId, Depends(_source_id)]
At = Annotated[Moment | None, Query(description="As it was known then; left out: as it is now.")]


@router.get(
    "/articles",
    operation_id="list_articles",
    summary="List articles",
    response_description="Articles.",
    responses=documented("invalid_input"),
)
async def get_articles(
    caller: KnowledgeKeeper,
    services: Shared,
    source_id: Annotated[SourceId | None, Query(description="Only what this source gives.")] = None,
    stale: Annotated[bool, Query(description="Only what needs a review.")] = False,  # noqa: FBT002
    limit: Annotated[int, Query(ge=1, le=200)] = 100,
    cursor: Cursor | None = None,
) -> KnowledgeArticlePage:
    """Return current articles by name."""
    now = services.deps.clock()
    async with services.pools.operator(caller.tenant) as conn:
        page = await list_articles(
            conn,
            caller.tenant,
            source_id=source_id,
            stale_at=now if stale else None,
            limit=limit,
            cursor=cursor,
        )
    articles = tuple(KnowledgeArticle.of(article, now) for article in page.articles)
    return KnowledgeArticlePage(articles=articles, cursor=page.cursor)


@router.get(
    "/articles/{slug}",
    operation_id="read_article",
    summary="Read an article",
    response_description="The article with its passages.",
    responses=documented("not_found", "invalid_input"),
)
async def get_article(
    slug: ArticlePath, caller: KnowledgeKeeper, services: Shared, at: At = None
) -> KnowledgeArticleText:
    """Return an article as it is, or as it was known at a time: also one that was withdrawn since."""
    now = services.deps.clock()
    async with services.pools.operator(caller.tenant) as conn:
        return KnowledgeArticleText.of(await read_article(conn, caller.tenant, slug, at), now)


@router.get(
    "/articles/{slug}/versions",
    operation_id="list_article_versions",
    summary="List an article's versions",
    response_description="The versions.",
    responses=documented("not_found", "invalid_input"),
)
async def get_versions(slug: ArticlePath, caller: KnowledgeKeeper, services: Shared) -> KnowledgeVersions:
    """Return the versions of an article, the newest first; none is ever deleted."""
    now = services.deps.clock()
    async with services.pools.operator(caller.tenant) as conn:
        versions = await list_versions(conn, caller.tenant, slug)
    return KnowledgeVersions(versions=tuple(KnowledgeArticle.of(version, now) for version in versions))


@router.put(
    "/articles/{slug}",
    operation_id="put_article",
    summary="Write an article",
    response_description="The article as it is now.",
    responses=documented("not_found", *_SENT),
)
async def put_article(slug: ArticlePath, body: ArticleBody, caller: KnowledgeKeeper, services: Shared) -> KeptArticle:
    """Make this the article's current version. It is searchable when this returns; the same again changes nothing."""
    return await keep_article(services, caller, slug, body)


@router.delete(
    "/articles/{slug}",
    operation_id="withdraw_article",
    summary="Withdraw an article",
    response_description="The article as it was.",
    responses=documented("not_found", "conflict", "invalid_input"),
)
async def delete_article(slug: ArticlePath, caller: KnowledgeKeeper, services: Shared) -> KnowledgeArticle:
    """Let no answer rest on an article any more that was sent here; its versions can still be read."""
    return await withdraw_article(services, caller, slug)


@router.get(
    "/sources",
    operation_id="list_sources",
    summary="List sources",
    response_description="The sources.",
    responses=documented(),
)
async def get_sources(caller: KnowledgeKeeper, services: Shared) -> SourceListView:
    """Return the sources, the oldest first, each with its latest reading."""
    async with services.pools.operator(caller.tenant) as conn:
        sources = await list_sources(conn, caller.tenant)
    return SourceListView(sources=tuple(SourceView.of(source) for source in sources))


@router.post(
    "/sources",
    operation_id="add_source",
    summary="Add a source",
    status_code=status.HTTP_202_ACCEPTED,
    response_description="It is kept, and being read.",
    responses=documented(*_SENT),
)
async def post_source(body: SourceBody, caller: KnowledgeKeeper, once: OnceOnly, services: Shared) -> SyncStarted:
    """Add a folder, a repository, a sitemap or a page, and begin to read it; look at the source for the progress."""
    return await sourcing.add(services, caller, once, body)


@router.get(
    "/sources/{source_id}",
    operation_id="read_source",
    summary="Read a source",
    response_description="The source.",
    responses=documented("not_found", "invalid_input"),
)
async def get_source(source_id: SourcePath, caller: KnowledgeKeeper, services: Shared) -> SourceDetail:
    """Return a source, how far its latest reading is, and what is wrong with its files or pages."""
    async with services.pools.operator(caller.tenant) as conn:
        source = await read_source(conn, caller.tenant, source_id)
        problems = await read_problems(conn, caller.tenant, source_id, limit=_MOST_PROBLEMS)
    return SourceDetail.of(source, problems)


@router.patch(
    "/sources/{source_id}",
    operation_id="change_source",
    summary="Change a source",
    response_description="The source as it is now.",
    responses=documented("not_found", *_SENT),
)
async def patch_source(
    source_id: SourcePath, body: SourceChangeBody, caller: KnowledgeKeeper, services: Shared
) -> SourceView:
    """Set how often a source is read by itself, or that it is not."""
    return SourceView.of(await set_every(services, caller, source_id, body.sync_every))


@router.post(
    "/sources/{source_id}/sync",
    operation_id="sync_source",
    summary="Read a source again",
    status_code=status.HTTP_202_ACCEPTED,
    response_description="It is being read.",
    responses=documented("not_found", *_SENT),
)
async def post_sync(
    source_id: SourcePath, caller: KnowledgeKeeper, once: OnceOnly, services: Shared, _: EmptyBody | None = None
) -> SyncStarted:
    """Begin to read a source again. What has not changed costs nothing; what is gone is found no more, at once."""
    return await sourcing.sync(services, caller, once, source_id)


@router.delete(
    "/sources/{source_id}",
    operation_id="remove_source",
    summary="Remove a source",
    response_description="The source as it was.",
    responses=documented("not_found", "invalid_input"),
)
async def delete_source(source_id: SourcePath, caller: KnowledgeKeeper, services: Shared) -> SourceView:
    """Remove a source and withdraw what it gave; the articles' versions can still be read."""
    return SourceView.of(await sourcing.remove(services, caller, source_id))
