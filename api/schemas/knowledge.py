"""Articles and sources of knowledge: what is sent, and how they are shown."""

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from api.schemas.base import Body, OneLine, WholeNumber, example
from domain.ids import Label
from domain.ingestion import SourceId, SourceKind, SyncState
from domain.model import Model
from domain.sync_timing import LONGEST, SHORTEST
from store.articles import ArticleRow, ArticleText
from store.sources import ProblemRow, SourceState

ARTICLE = "returns"
SOURCE = "help-center"
MAX_CONTENT_CHARS = 200_000

Locale = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")]
Labels = Annotated[tuple[Label, ...], Field(max_length=20)]
SyncMinutes = Annotated[WholeNumber, Field(ge=SHORTEST // timedelta(minutes=1), le=LONGEST // timedelta(minutes=1))]
FreshDays = Annotated[WholeNumber, Field(ge=1, le=3650)]
_AUDIENCE = "Who may find it; empty: everybody."
_PRODUCTS = "What it is about; empty: everything."


class ArticleBody(Body):
    """An article as it is to be; what is sent here wins over its front matter."""

    model_config = example(
        format="markdown", title="Returns", content="## How long?\n\nYou can return an item within 30 days."
    )

    format: Literal["markdown", "html"] = "markdown"
    content: Annotated[str, StringConstraints(min_length=1, max_length=MAX_CONTENT_CHARS)] = Field(
        description="Markdown, perhaps with front matter, or an HTML page, of which the main text is taken."
    )
    title: OneLine | None = None
    language: Locale | None = None
    audience: Labels | None = Field(default=None, description=_AUDIENCE)
    products: Labels | None = Field(default=None, description=_PRODUCTS)
    valid_from: date | None = None
    valid_until: date | None = Field(default=None, description="The last day on which it holds.")
    fresh_for_days: FreshDays | None = Field(default=None, description="After that it is stale until reviewed.")

    @model_validator(mode="after")
    def _validity_is_a_span(self) -> "ArticleBody":
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError("valid_until lies before valid_from.")
        return self


class KnowledgeArticle(Model):
    """A version of an article."""

    slug: str = Field(examples=[ARTICLE])
    version: int
    title: str
    language: str
    audience: tuple[Label, ...] = Field(description=_AUDIENCE)
    products: tuple[Label, ...] = Field(description=_PRODUCTS)
    valid_from: datetime | None
    valid_until: datetime | None
    known_from: datetime = Field(description="When this version became known.")
    known_until: datetime | None = Field(description="When it was replaced or withdrawn; null: it is current.")
    fresh_until: datetime | None = Field(description="From then on it is stale until somebody reviews it.")
    is_stale: bool
    source_id: str = Field(description="`workspace`, `api`, or a source's name.")
    item: str = Field(description="The file or page it was read from.")
    url: str | None

    @classmethod
    def of(cls, article: ArticleRow, now: datetime) -> "KnowledgeArticle":
        """Show a version."""
        is_stale = article.fresh_until is not None and article.fresh_until <= now
        return cls(**article.model_dump(), is_stale=is_stale)


class KnowledgePassage(Model):
    """A passage, as it is found and cited."""

    passage_id: int
    path: tuple[str, ...] = Field(description="The headings it stands under, from the article's title down.")
    text: str


class KnowledgeArticleText(Model):
    """An article with its passages."""

    article: KnowledgeArticle
    passages: tuple[KnowledgePassage, ...]

    @classmethod
    def of(cls, found: ArticleText, now: datetime) -> "KnowledgeArticleText":
        """Show an article."""
        passages = tuple(KnowledgePassage(**passage.model_dump()) for passage in found.passages)
        return cls(article=KnowledgeArticle.of(found.article, now), passages=passages)


class KnowledgeArticlePage(Model):
    """Current articles by name."""

    articles: tuple[KnowledgeArticle, ...]
    cursor: str | None = Field(description="Send it to get the next page; null on the last.")


class KnowledgeVersions(Model):
    """An article's versions, the newest first."""

    versions: tuple[KnowledgeArticle, ...]


class KeptArticle(Model):
    """An article that was sent: searchable now."""

    article: KnowledgeArticle
    is_new: bool = Field(description="False: it was just like this already.")


class _Timed(Body):
    """Says how often a source is read by itself."""

    sync_every_minutes: SyncMinutes | None

    @property
    def sync_every(self) -> timedelta | None:
        """How long after a reading the next one begins."""
        return None if self.sync_every_minutes is None else timedelta(minutes=self.sync_every_minutes)


class SourceBody(_Timed):
    """A source to be read; the defaults hold for articles that say nothing themselves."""

    model_config = example(kind="page", location="https://example.com/help/returns")

    kind: SourceKind = Field(
        description="`folder` and local `git` need the scope `admin`: they name files of the worker's machine."
    )
    location: Annotated[str, StringConstraints(min_length=1, max_length=2_000)] = Field(
        description="An absolute path, a repository, a sitemap's or a page's https address. No passwords in it."
    )
    source_id: SourceId | None = Field(default=None, description="Its name; made of the location if left out.")
    language: Locale = "en"
    audience: Labels = Field(default=(), description=_AUDIENCE)
    products: Labels = Field(default=(), description=_PRODUCTS)
    fresh_for_days: FreshDays | None = Field(
        default=None, description="How many days an article counts as fresh after its review or its last change."
    )

    sync_every_minutes: SyncMinutes | None = Field(
        default=None, description="Read it again by itself, so long after each reading; null: only when told to."
    )

    @model_validator(mode="after")
    def _location_is_printable(self) -> "SourceBody":
        if not self.location.isprintable() or not self.location.isascii():
            raise ValueError("location: printable ASCII is needed, encoded where it is not.")
        return self


class SourceChangeBody(_Timed):
    """What of a source is to be otherwise."""

    model_config = example(sync_every_minutes=360)

    sync_every_minutes: SyncMinutes | None = Field(
        description="Read it by itself, so long after each reading; null: only when told to. A failing source is tried "
        "less and less often, at least once a day."
    )


class SyncStarted(Model):
    """A reading of a source was started; look at the source for its progress."""

    source_id: SourceId = Field(examples=[SOURCE])
    run: int = Field(description="The number of this reading.")


class SyncView(Model):
    """A reading of a source."""

    run: int
    state: SyncState
    started_at: datetime
    ended_at: datetime | None
    version: str | None = Field(description="The commit, of a repository.")
    found: int = Field(description="Files or pages.")
    done: int
    stored: int = Field(description="Article versions that became current.")
    retired: int = Field(description="Articles that are found no more.")
    error_code: str | None = Field(description="Why it failed; what was there before stays.")


class ProblemView(Model):
    """Something wrong with a file or a page; the article it gave before stays."""

    item: str
    line: int
    text: str


class SourceView(Model):
    """A source, and its latest reading."""

    source_id: SourceId = Field(examples=[SOURCE])
    kind: SourceKind
    location: str
    language: str
    audience: tuple[Label, ...]
    products: tuple[Label, ...]
    fresh_for_days: int | None
    created_at: datetime
    created_by: str
    articles: int = Field(description="How many articles it gives now.")
    items_with_problems: int
    sync_every_minutes: int | None = Field(description="How long after a reading it is read by itself; null: never.")
    next_sync_at: datetime | None = Field(description="When it is read next by itself.")
    synced_at: datetime | None = Field(description="When the last reading that did not fail has ended.")
    failures: int = Field(description="Readings that have failed since then.")
    sync: SyncView | None = Field(description="The latest reading; null before the first has begun.")

    @classmethod
    def of(cls, source: SourceState) -> "SourceView":
        """Show a source."""
        same = set(cls.model_fields) & set(SourceState.model_fields)
        sync = SyncView.model_validate(source.model_dump(include=set(SyncView.model_fields))) if source.run else None
        return cls(
            **source.model_dump(include=same),
            fresh_for_days=source.fresh_days,
            items_with_problems=source.bad,
            sync_every_minutes=source.sync_every // timedelta(minutes=1) if source.sync_every else None,
            next_sync_at=source.next_sync_at,
            failures=source.failures,
            sync=sync,
        )


class SourceDetail(Model):
    """A source with what is wrong with its items."""

    source: SourceView
    problems: tuple[ProblemView, ...] = Field(description="Up to 200 of them.")

    @classmethod
    def of(cls, source: SourceState, problems: list[ProblemRow]) -> "SourceDetail":
        """Show a source and its problems."""
        told = (*(source.list_problems or ()), *problems)
        return cls(source=SourceView.of(source), problems=tuple(ProblemView(**one.model_dump()) for one in told))


class SourceListView(Model):
    """A tenant's sources, the oldest first."""

    sources: tuple[SourceView, ...]
