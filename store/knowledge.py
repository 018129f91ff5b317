"""The knowledge base: articles in versions, each of which says from when until when it was known.

Nothing is deleted. Passages of older versions are kept, because answers cite them; only a search of the past finds them
(`store/search.py`).
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from pgvector import HalfVector
from pydantic import Field

from domain.canonical import sha256_of
from domain.ids import TenantId
from domain.model import Model
from store.queries import load_queries
from store.rows import Connection, execute, fetch_all, fetch_one

_SQL = load_queries("knowledge")
Embedding = Iterable[float]  # 384 numbers, normalised


class Passage(Model):
    """A piece of an article: the heading it stands under and its words.

    `path` holds the headings from the article's title down to its own; () stands for the title and `section`.
    """

    section: str
    text: str = Field(min_length=1)
    path: tuple[str, ...] = ()


class Article(Model):
    """An article as its source holds it."""

    slug: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$")
    title: str
    language: str = "en"
    audience: tuple[str, ...] = ()  # who may find it; empty: everybody
    products: tuple[str, ...] = ()  # what it is about; empty: everything
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    fresh_until: datetime | None = None  # from then on it is stale, until its source confirms it
    source: str  # the file or page it was read from
    source_id: str | None = None  # which of the tenant's sources brought it; None: the workspace
    url: str | None = None  # where a customer can read it
    passages: tuple[Passage, ...] = Field(min_length=1)


class ArticleVersion(Model):
    """Which version of an article is current, and whether it has just become so."""

    slug: str
    version: int
    is_new: bool


class PassageRow(Model):
    """A passage as it is cited; `is_valid` and `is_stale` say how it stands at the time asked for."""

    passage_id: int
    slug: str
    version: int
    title: str
    section: str
    path: tuple[str, ...]
    text: str
    language: str
    is_valid: bool
    is_stale: bool


class _Versions(Model):
    newest: int
    sha256: str | None


async def replace_article(
    conn: Connection, tenant: TenantId, article: Article, embeddings: Sequence[Embedding], *, model: str, at: datetime
) -> ArticleVersion:
    """Make `article` the current version, with one embedding per passage.

    The same content again makes no version: it only sets until when the article counts as fresh.
    """
    key = {"tenant": tenant, "slug": article.slug}
    await conn.execute(_SQL["lock_article"], key)
    digest = _digest(article, model)
    versions = await fetch_one(conn, _Versions, _SQL["read_versions"], key)
    newest = versions.newest if versions else 0
    if versions is not None and versions.sha256 == digest:
        await execute(conn, _SQL["confirm_article"], {**key, "fresh_until": article.fresh_until})
        return ArticleVersion(slug=article.slug, version=newest, is_new=False)
    await retire_article(conn, tenant, article.slug, at)
    about = {**article.model_dump(exclude={"passages"}), "tenant": tenant, "version": newest + 1, "sha256": digest}
    about |= {"audience": list(article.audience), "products": list(article.products), "at": at}
    await execute(conn, _SQL["insert_article"], about)
    rows = [
        {
            **key,
            "version": newest + 1,
            "position": position,
            "section": passage.section,
            "path": list(passage.path or dict.fromkeys((article.title, passage.section))),
            "text": passage.text,
            "model": model,
            "embedding": _text(embedding),
        }
        for position, (passage, embedding) in enumerate(zip(article.passages, embeddings, strict=True), 1)
    ]
    async with conn.cursor() as cursor:
        await cursor.executemany(_SQL["insert_passage"], rows)
    return ArticleVersion(slug=article.slug, version=newest + 1, is_new=True)


async def is_current(conn: Connection, tenant: TenantId, article: Article, *, model: str) -> bool:
    """Whether this very content is the current version, so that nothing need be embedded again."""
    versions = await fetch_one(conn, _Versions, _SQL["read_versions"], {"tenant": tenant, "slug": article.slug})
    return versions is not None and versions.sha256 == _digest(article, model)


async def retire_article(conn: Connection, tenant: TenantId, slug: str, at: datetime) -> None:
    """Let no search find the article from `at` on; what cites it still reads it, and a search of the past finds it."""
    key = {"tenant": tenant, "slug": slug, "at": at}
    await execute(conn, _SQL["retire_passages"], key)
    await execute(conn, _SQL["retire_article"], key)


async def retire_others(conn: Connection, tenant: TenantId, keep: Collection[str], at: datetime) -> list[str]:
    """Retire every article of the workspace whose slug is not among `keep`, and return the slugs that went."""
    rows = await conn.execute(_SQL["list_current"], {"tenant": tenant})
    gone = [slug for (slug,) in await rows.fetchall() if slug not in keep]
    for slug in gone:
        await retire_article(conn, tenant, slug, at)
    return gone


async def read_passages(
    conn: Connection, tenant: TenantId, passage_ids: Collection[int], at: datetime
) -> dict[int, PassageRow]:
    """Return the passages of these ids, by id, whatever their version; ids that name nothing are left out."""
    key = {"tenant": tenant, "ids": list(passage_ids), "at": at}
    return {row.passage_id: row for row in await fetch_all(conn, PassageRow, _SQL["read_passages"], key)}


def _digest(article: Article, model: str) -> str:
    """What makes a version: all but for how long its source vouches for it."""
    return sha256_of([model, article.model_dump(exclude={"fresh_until"})])


def _text(embedding: Embedding) -> str:
    return str(HalfVector([float(number) for number in embedding]).to_text())
