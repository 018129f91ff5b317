"""Reading knowledge sources: list, read what changed, store it with its item, and say what was wrong.

Each item is one transaction, so nothing is read twice after a crash; an item that cannot be read keeps the articles it
gave before.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from temporalio import activity
from typing_extensions import override

from activities.articles import ArticleKeeper, Origin
from activities.beating import beating
from activities.contracts import IngestionActivities
from activities.desk import Desk
from activities.failures import typed_failures
from adapters.knowledge.parse import parse
from adapters.knowledge.parsed import Defaults, ItemProblem, Parsed, ParsedArticle, RawItem
from adapters.knowledge.sources.port import OpenSource, Read, Seen
from adapters.knowledge.sources.reader import SourceReader
from domain.canonical import sha256_of
from domain.errors import NotFound
from domain.ids import Sha256
from domain.ingestion import EndAsk, RunAsk, RunProgress
from domain.sync_timing import PlanSyncAsk, SyncPlan
from store.knowledge import retire_article
from store.rows import Connection
from store.sources import (
    ItemProblemRow,
    ItemRead,
    ItemRow,
    ProblemRow,
    SourceState,
    begin_run,
    count_changes,
    end_run,
    finish_item,
    hold_source,
    item_of_slug,
    list_sources,
    next_items,
    next_run,
    owner_of,
    read_source,
    run_progress,
    run_version,
    save_listing,
)

#: Items of one step: so few that a step is short, so many that a source of thousands makes a short history.
ITEMS = 20
#: Of CPU for one item; a file that is made to take for ever becomes a problem.
PARSE_SECONDS = 120.0
#: Raised when parsers or passages change, so that unchanged files are read again.
_READ_AS = 1


class Ingestion(IngestionActivities):
    """Reads sources into the knowledge base."""

    def __init__(self, desk: Desk, reader: SourceReader) -> None:
        self._desk = desk
        self._reader = reader
        self._keeper = ArticleKeeper(desk.pools, desk.embedder)

    @override
    @activity.defn
    @typed_failures
    async def plan_sync(self, ask: PlanSyncAsk) -> SyncPlan:
        async with self._desk.pools.operator(ask.tenant) as conn:
            try:
                source = await read_source(conn, ask.tenant, ask.source_id)
            except NotFound:  # removed, or never there
                return SyncPlan()
            if source.next_sync_at is None:
                return SyncPlan()
            run = await next_run(conn, ask.tenant, ask.source_id)
        return SyncPlan(run=run, due_in=max(source.next_sync_at - ask.now, timedelta(0)))

    @override
    @activity.defn
    @typed_failures
    async def list_source(self, ask: RunAsk) -> RunProgress:
        tenant, source_id, run = ask.tenant, ask.source_id, ask.run
        async with self._desk.pools.operator(tenant) as conn:
            source = await read_source(conn, tenant, source_id)
            await begin_run(conn, tenant, source_id, run, ask.now)
        async with beating(), self._reader.open(source.kind, source.location) as opened:
            listing = await opened.list()
        async with self._desk.pools.operator(tenant) as conn:
            await hold_source(conn, tenant, source_id)
            gone = await save_listing(
                conn,
                tenant,
                source_id,
                run,
                listing.items,
                read_as=self._read_as(source),
                version=listing.version,
                problems=[ProblemRow(**problem.model_dump()) for problem in listing.problems],
            )
            await self._retire(conn, ask, gone)
            return await run_progress(conn, tenant, source_id, run)

    @override
    @activity.defn
    @typed_failures
    async def read_items(self, ask: RunAsk) -> RunProgress:
        tenant, source_id, run = ask.tenant, ask.source_id, ask.run
        async with self._desk.pools.operator(tenant) as conn:
            source = await read_source(conn, tenant, source_id)
            version = await run_version(conn, tenant, source_id, run)
            items = await next_items(conn, tenant, source_id, run, limit=ITEMS)
        async with beating(), self._reader.open(source.kind, source.location, version) as opened:
            for item in items:
                await self._read_item(ask, source, opened, item)
        async with self._desk.pools.operator(tenant) as conn:
            return await run_progress(conn, tenant, source_id, run)

    @override
    @activity.defn
    @typed_failures
    async def end_sync(self, ask: EndAsk) -> None:
        async with self._desk.pools.operator(ask.tenant) as conn:
            await end_run(conn, ask.tenant, ask.source_id, ask.run, error_code=ask.error_code, at=ask.now)
            kept = [one for one in await list_sources(conn, ask.tenant) if one.source_id == ask.source_id]
        for source in kept:  # none, if it was removed while it was read
            await self._reader.close(source.kind, source.location)

    async def _read_item(self, ask: RunAsk, source: SourceState, opened: OpenSource, item: ItemRow) -> None:
        read_as = self._read_as(source)
        seen = Seen(digest=item.digest, etag=item.etag, modified=item.modified)
        read = await opened.read(item.item, seen if item.read_as == read_as else Seen())
        if read.raw is not None:
            await self._keep(ask, source, item, read, read.raw)
            return
        same = item.model_dump(include={"item", "digest", "etag", "modified", "slugs", "problems"})
        if read.is_gone:
            done = ItemRead(item=item.item, read_as=read_as, is_gone=True)
        elif read.problem is not None:
            told = ItemProblemRow(line=read.problem.line, text=read.problem.text)
            done = ItemRead(item=item.item, read_as=read_as, slugs=item.slugs, problems=(told,))
        else:
            done = ItemRead(**same | {"etag": read.seen.etag, "modified": read.seen.modified}, read_as=read_as)
        async with self._desk.pools.operator(ask.tenant) as conn:
            if await finish_item(conn, ask.tenant, ask.source_id, ask.run, done):
                await self._retire(conn, ask, set(item.slugs) - set(done.slugs))

    async def _keep(self, ask: RunAsk, source: SourceState, item: ItemRow, read: Read, raw: RawItem) -> None:
        """Parse an item and make what it holds current."""
        tenant = ask.tenant
        defaults = Defaults(language=source.language, audience=source.audience, products=source.products)
        parsed = await _parsed(raw, defaults)
        articles, problems = await self._free(ask, item, parsed)
        url = item.item if source.kind in {"sitemap", "page"} else None
        origin = Origin(source_id=source.source_id, item=item.item, url=url, fresh_days=source.fresh_days)
        prepared = await self._keeper.prepare(tenant, [(article, origin) for article in articles], ask.now)
        gives = {article.slug for article in articles}
        # A name that is another's now may become free: what lost an article to one is read anew each time.
        seen = read.seen if len(articles) == len(parsed.articles) else Seen()
        # What an item with losses gave before stays: it may be just what could not be read this time.
        kept = gives | set(item.slugs) if any(problem.loses for problem in problems) else gives
        done = ItemRead(
            item=item.item,
            digest=seen.digest,
            etag=seen.etag,
            modified=seen.modified,
            read_as=self._read_as(source),
            slugs=tuple(sorted(kept)),
            problems=tuple(ItemProblemRow(line=problem.line, text=problem.text) for problem in problems),
        )
        async with self._desk.pools.operator(tenant) as conn:
            await hold_source(conn, tenant, ask.source_id)
            if not await finish_item(conn, tenant, ask.source_id, ask.run, done):
                return
            stored = await self._keeper.write(conn, tenant, prepared, ask.now)
            await self._retire(conn, ask, set(item.slugs) - kept)
            await count_changes(conn, tenant, ask.source_id, ask.run, stored=stored)

    async def _free(self, ask: RunAsk, item: ItemRow, parsed: Parsed) -> tuple[list[ParsedArticle], list[ItemProblem]]:
        """Leave out articles whose name another item or another source has, and say so."""
        articles: list[ParsedArticle] = []
        problems = list(parsed.problems)
        async with self._desk.pools.operator(ask.tenant) as conn:
            for article in parsed.articles:
                owner = await owner_of(conn, ask.tenant, article.slug)
                other = await item_of_slug(conn, ask.tenant, ask.source_id, article.slug, besides=item.item)
                if other is not None or owner not in {None, ask.source_id}:
                    where = other or f"the source '{owner}'"
                    text = f"the article '{article.slug}' is given by {where} already; name it otherwise with `slug:`"
                    problems.append(ItemProblem(item=item.item, text=text))
                else:
                    articles.append(article)
        return articles, problems

    async def _retire(self, conn: Connection, ask: RunAsk, slugs: Sequence[str] | set[str]) -> None:
        """Let no search find articles of this source any more."""
        retired = 0
        for slug in sorted(slugs):
            if await owner_of(conn, ask.tenant, slug) == ask.source_id:
                await retire_article(conn, ask.tenant, slug, ask.now)
                retired += 1
        if retired:
            await count_changes(conn, ask.tenant, ask.source_id, ask.run, retired=retired)

    def _read_as(self, source: SourceState) -> Sha256:
        settings = source.model_dump(include={"language", "audience", "products", "fresh_days"}, mode="json")
        return sha256_of([_READ_AS, self._desk.embedder.name, settings])


async def _parsed(raw: RawItem, defaults: Defaults) -> Parsed:
    try:
        return await asyncio.wait_for(asyncio.to_thread(parse, raw, defaults), PARSE_SECONDS)
    except TimeoutError:
        text = f"takes more than {PARSE_SECONDS:.0f} seconds to read; split it, or save it in a plainer form"
        return Parsed(problems=(ItemProblem(item=raw.name, text=text),))
