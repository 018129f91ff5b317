"""Articles as people look at them: those there are, each with its passages, now or as they were known at a time."""

import base64
from datetime import datetime

from domain.errors import InvalidInput, NotFound
from domain.ids import Label, TenantId
from domain.model import Model
from store.queries import load_queries
from store.rows import Connection, Row, execute, fetch_all, fetch_one

_SQL = load_queries("articles")
_MOST_VERSIONS = 200


class ArticleRow(Row):
    """A version of an article; `known_until` is None for the current one, `fresh_until` for what never gets stale."""

    slug: str
    version: int
    title: str
    language: str
    valid_from: datetime | None
    valid_until: datetime | None
    known_from: datetime
    known_until: datetime | None
    fresh_until: datetime | None
    audience: tuple[Label, ...]
    products: tuple[Label, ...]
    source_id: str
    item: str
    url: str | None


class PassageText(Row):
    """A passage of an article, with the headings it stands under."""

    passage_id: int
    path: tuple[str, ...]
    text: str


class ArticleText(Model):
    """An article with its passages, in their order."""

    article: ArticleRow
    passages: tuple[PassageText, ...]


class ArticlePage(Model):
    """Some articles by name, and where to go on; `cursor` is None on the last page."""

    articles: tuple[ArticleRow, ...]
    cursor: str | None


async def list_articles(
    conn: Connection,
    tenant: TenantId,
    *,
    source_id: str | None = None,
    stale_at: datetime | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> ArticlePage:
    """Return current articles by name: all, those of a source, or those that are stale at a time.

    Raises:
        InvalidInput: the cursor is none that a list of articles gave.
    """
    key = {
        "tenant": tenant,
        "source_id": source_id,
        "stale_at": stale_at,
        "after": _read_cursor(cursor) if cursor else None,
        "limit": limit + 1,
    }
    found = await fetch_all(conn, ArticleRow, _SQL["list_articles"], key)
    page = tuple(found[:limit])
    return ArticlePage(articles=page, cursor=_write_cursor(page[-1].slug) if len(found) > limit else None)


async def read_article(conn: Connection, tenant: TenantId, slug: str, at: datetime | None = None) -> ArticleText:
    """Return an article as it is, or as it was known at a time; raises NotFound."""
    article = await fetch_one(conn, ArticleRow, _SQL["read_article"], {"tenant": tenant, "slug": slug, "at": at})
    if article is None:
        raise NotFound("There is no such article, or there was none then.")
    key = {"tenant": tenant, "slug": slug, "version": article.version}
    passages = await fetch_all(conn, PassageText, _SQL["list_passages"], key)
    return ArticleText(article=article, passages=tuple(passages))


async def set_fresh_until(conn: Connection, tenant: TenantId, slug: str, until: datetime | None) -> None:
    """Say until when the current version counts as fresh; None: it never gets stale."""
    await execute(conn, _SQL["set_fresh_until"], {"tenant": tenant, "slug": slug, "fresh_until": until})


async def list_versions(conn: Connection, tenant: TenantId, slug: str) -> list[ArticleRow]:
    """Return an article's versions, the newest first; raises NotFound when there never was one."""
    key = {"tenant": tenant, "slug": slug, "limit": _MOST_VERSIONS}
    versions = await fetch_all(conn, ArticleRow, _SQL["list_versions"], key)
    if not versions:
        raise NotFound("There is no such article, or there was none then.")
    return versions


def _write_cursor(slug: str) -> str:
    return base64.urlsafe_b64encode(slug.encode()).decode()


def _read_cursor(cursor: str) -> str:
    try:
        return base64.urlsafe_b64decode(cursor.encode()).decode()
    except ValueError:
        raise InvalidInput("The cursor is none that a list of articles gave; leave it out to start again.") from None
