"""Sources of knowledge, their readings, and what each of their items gave.

An item and the articles it gives are written in one transaction, so a reading that dies goes on where it was.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from psycopg.types.json import Jsonb

from domain.errors import Conflict, NotFound
from domain.ids import Label, TenantId
from domain.ingestion import RESERVED, RunProgress, SourceId, SourceKind, SyncState
from domain.model import Model
from domain.sync_timing import next_sync
from store.queries import load_queries
from store.rows import Connection, Row, execute, fetch_all, fetch_one, fetch_value

_SQL = load_queries("sources")
#: Of one tenant.
MOST_SOURCES = 100
#: Of one item, and of one list: whoever mends these sees the rest at the next reading.
MOST_PROBLEMS = 50


class NewSource(Model):
    """A source to be read; the defaults hold for articles that say nothing themselves."""

    source_id: SourceId
    kind: SourceKind
    location: str
    language: str = "en"
    audience: tuple[Label, ...] = ()
    products: tuple[Label, ...] = ()
    fresh_days: int | None = None
    sync_every: timedelta | None = None  # after each reading; None: only when somebody says so
    created_by: str
    at: datetime


class SourceRow(Row):
    """A source as it is kept."""

    tenant: TenantId
    source_id: SourceId
    kind: SourceKind
    location: str
    language: str
    audience: tuple[Label, ...]
    products: tuple[Label, ...]
    fresh_days: int | None
    sync_every: timedelta | None
    created_at: datetime
    created_by: str


class ItemProblemRow(Row):
    """One thing wrong with an item."""

    line: int
    text: str


class ProblemRow(ItemProblemRow):
    """The same, with the item's name."""

    item: str


class SourceState(SourceRow):
    """A source and its latest reading; `articles` counts those it gives now, `bad` its items with problems."""

    run: int | None
    state: SyncState | None
    started_at: datetime | None
    ended_at: datetime | None
    version: str | None
    stored: int | None
    retired: int | None
    list_problems: tuple[ProblemRow, ...] | None
    error_code: Label | None
    found: int
    done: int
    bad: int
    articles: int
    good_run: int | None  # the last reading that did not fail …
    synced_at: datetime | None  # … and when it ended

    @property
    def failures(self) -> int:
        """How many readings have failed since the last good one."""
        return (self.run or 0) - (self.good_run or 0) - (self.state == "reading")

    @property
    def next_sync_at(self) -> datetime | None:
        """When it is read next by itself; None where it is not."""
        if self.sync_every is None:
            return None
        return next_sync(self.sync_every, self.ended_at or self.started_at or self.created_at, self.failures)


class ItemRow(Row):
    """An item as it was at its last reading."""

    item: str
    digest: str | None
    read_as: str | None
    etag: str | None
    modified: str | None
    slugs: tuple[str, ...]
    problems: tuple[ItemProblemRow, ...]


class ItemRead(Model):
    """What came of reading an item: the articles it gives now, and what is wrong with it."""

    item: str
    digest: str | None = None
    read_as: str
    etag: str | None = None
    modified: str | None = None
    slugs: tuple[str, ...] = ()
    problems: tuple[ItemProblemRow, ...] = ()
    is_gone: bool = False


async def add_source(conn: Connection, tenant: TenantId, source: NewSource) -> None:
    """Keep a source.

    Raises:
        Conflict: the name or the place is taken, or there are too many.
    """
    await fetch_value(conn, _SQL["lock_sources"], {"tenant": tenant})
    if source.source_id in RESERVED:
        raise Conflict(f"The name '{source.source_id}' is used by Setright itself; choose another.")
    key = {"tenant": tenant, "kind": source.kind, "location": source.location}
    if (known := await fetch_value(conn, _SQL["source_at"], key)) is not None:
        raise Conflict(f"This place is the source '{known}' already; sync that one.")
    if await fetch_value(conn, _SQL["count_sources"], {"tenant": tenant}) >= MOST_SOURCES:
        raise Conflict(f"There are {MOST_SOURCES} sources already; remove one first.")
    lists = {"audience": list(source.audience), "products": list(source.products)}
    if not await execute(conn, _SQL["insert_source"], {**source.model_dump(), **lists, "tenant": tenant}):
        raise Conflict(f"There is a source '{source.source_id}' already; choose another name.")


async def list_sources(conn: Connection, tenant: TenantId) -> Sequence[SourceState]:
    """Return a tenant's sources, the oldest first, each with its latest reading."""
    return await fetch_all(conn, SourceState, _SQL["read_sources"], {"tenant": tenant, "source_id": None})


async def read_source(conn: Connection, tenant: TenantId, source_id: SourceId) -> SourceState:
    """Return one source; raises NotFound."""
    key = {"tenant": tenant, "source_id": source_id}
    source = await fetch_one(conn, SourceState, _SQL["read_sources"], key)
    if source is None:
        raise NotFound("There is no such source.")
    return source


async def read_problems(conn: Connection, tenant: TenantId, source_id: SourceId, *, limit: int) -> list[ProblemRow]:
    """Return what is wrong with a source's items."""
    key = {"tenant": tenant, "source_id": source_id, "limit": limit}
    return await fetch_all(conn, ProblemRow, _SQL["read_problems"], key)


async def set_sync_every(conn: Connection, tenant: TenantId, source_id: SourceId, every: timedelta | None) -> None:
    """Set how long after a reading the next one begins by itself; None: it does not. Raises NotFound."""
    key = {"tenant": tenant, "source_id": source_id, "every": every}
    if not await execute(conn, _SQL["set_sync_every"], key):
        raise NotFound("There is no such source.")


async def remove_source(conn: Connection, tenant: TenantId, source_id: SourceId, at: datetime) -> list[str]:
    """Read a source no more, and return the slugs of the articles it gave; raises NotFound."""
    key = {"tenant": tenant, "source_id": source_id}
    slugs = await (await conn.execute(_SQL["live_slugs"], key)).fetchall()
    if not await execute(conn, _SQL["remove_source"], {**key, "at": at}):
        raise NotFound("There is no such source.")
    await execute(conn, _SQL["drop_items"], key)
    return [slug for (slug,) in slugs]


async def next_run(conn: Connection, tenant: TenantId, source_id: SourceId) -> int:
    """Return the number of the next reading."""
    last: int = await fetch_value(conn, _SQL["last_run"], {"tenant": tenant, "source_id": source_id})
    return last + 1


async def begin_run(conn: Connection, tenant: TenantId, source_id: SourceId, run: int, at: datetime) -> None:
    """Write down that a reading has begun; a second time changes nothing."""
    await execute(conn, _SQL["begin_run"], {"tenant": tenant, "source_id": source_id, "run": run, "at": at})


async def save_listing(
    conn: Connection,
    tenant: TenantId,
    source_id: SourceId,
    run: int,
    items: Mapping[str, str | None],
    *,
    read_as: str,
    version: str | None = None,
    problems: Sequence[ProblemRow] = (),
) -> list[str]:
    """Write down what a source holds, by name with its digest, and return the slugs of what it holds no more.

    `read_as` is the digest of the settings under which items are read: under others, an unchanged one is read again.
    """
    key = {"tenant": tenant, "source_id": source_id, "run": run}
    names = {"names": list(items), "digests": list(items.values()), "read_as": read_as}
    await execute(conn, _SQL["list_items"], {**key, **names})
    gone = await (await conn.execute(_SQL["gone_items"], key)).fetchall()
    noted = {"version": version, "problems": _json(problems)}
    await execute(conn, _SQL["note_listing"], {**key, **noted})
    return sorted({slug for (slugs,) in gone for slug in slugs})


async def count_changes(
    conn: Connection, tenant: TenantId, source_id: SourceId, run: int, *, stored: int = 0, retired: int = 0
) -> None:
    """Add to what a reading has changed."""
    key = {"tenant": tenant, "source_id": source_id, "run": run}
    await execute(conn, _SQL["count_changes"], {**key, "stored": stored, "retired": retired})


async def run_progress(conn: Connection, tenant: TenantId, source_id: SourceId, run: int) -> RunProgress:
    """Return how far a reading is."""
    key = {"tenant": tenant, "source_id": source_id, "run": run}
    progress = await fetch_one(conn, RunProgress, _SQL["run_progress"], key)
    return progress or RunProgress()


async def run_version(conn: Connection, tenant: TenantId, source_id: SourceId, run: int) -> str | None:
    """Return the commit that a reading reads, where there is one."""
    key = {"tenant": tenant, "source_id": source_id, "run": run}
    version: str | None = await fetch_value(conn, _SQL["run_version"], key)
    return version


async def next_items(
    conn: Connection, tenant: TenantId, source_id: SourceId, run: int, *, limit: int
) -> Sequence[ItemRow]:
    """Return items that a reading has not looked at."""
    key = {"tenant": tenant, "source_id": source_id, "run": run, "limit": limit}
    return await fetch_all(conn, ItemRow, _SQL["next_items"], key)


async def finish_item(conn: Connection, tenant: TenantId, source_id: SourceId, run: int, read: ItemRead) -> bool:
    """Write down what came of an item; False when the reading has it done already, and nothing may be changed."""
    row = {
        **read.model_dump(),
        "tenant": tenant,
        "source_id": source_id,
        "run": run,
        "slugs": list(read.slugs),
        "problems": _json(read.problems),
    }
    return await execute(conn, _SQL["finish_item"], row) == 1


async def hold_source(conn: Connection, tenant: TenantId, source_id: SourceId) -> None:
    """Let nobody remove the source before the transaction ends; raises NotFound for one that was removed."""
    if not await fetch_value(conn, _SQL["hold_source"], {"tenant": tenant, "source_id": source_id}):
        raise NotFound("There is no such source.")


async def owner_of(conn: Connection, tenant: TenantId, slug: str) -> str | None:
    """Return the source that gives the article now, or None where there is none of this name."""
    owner: str | None = await fetch_value(conn, _SQL["owner_of"], {"tenant": tenant, "slug": slug})
    return owner


async def item_of_slug(
    conn: Connection, tenant: TenantId, source_id: SourceId, slug: str, *, besides: str
) -> str | None:
    """Return another item of the source that gives this article, if one does."""
    key = {"tenant": tenant, "source_id": source_id, "slug": slug, "item": besides}
    item: str | None = await fetch_value(conn, _SQL["item_of_slug"], key)
    return item


async def end_run(
    conn: Connection, tenant: TenantId, source_id: SourceId, run: int, *, error_code: Label | None, at: datetime
) -> None:
    """Write down how a reading ended; a second time changes nothing."""
    state: SyncState = "done" if error_code is None else "failed"
    key = {"tenant": tenant, "source_id": source_id, "run": run}
    await execute(conn, _SQL["end_run"], {**key, "state": state, "error_code": error_code, "at": at})


def _json(problems: Sequence[ItemProblemRow]) -> Jsonb:
    return Jsonb([problem.model_dump() for problem in problems[:MOST_PROBLEMS]])
