"""A source that keeps itself up to date: read when it is due, backed off from while it fails, stopped when told to."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from temporalio.client import WorkflowExecutionStatus

from api.sync_timing import tell_timer, wake_late_timers
from domain.sync_timing import timer_id
from store.articles import read_article
from store.sources import NewSource, SourceState, add_source, read_source, set_sync_every
from tests.support.harness import Harness, eventually

EVERY = timedelta(hours=6)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one article."""
    (tmp_path / "kites.md").write_text("# Kites\n\nWe sell red kites.\n")
    return tmp_path


@pytest.fixture
async def days(skipping: Harness, folder: Path) -> AsyncIterator[Harness]:
    """A shop whose days pass at once, with the folder as a source that is read every six hours."""
    settings = skipping.settings.model_copy(update={"knowledge_folders": (folder,), "task_queue": "by-themselves"})
    shop = replace(skipping, settings=settings)
    async with shop.desk.pools.operator(shop.tenant) as conn:
        await add_source(
            conn,
            shop.tenant,
            NewSource(
                source_id="files",
                kind="folder",
                location=str(folder),
                sync_every=EVERY,
                created_by="olga",
                at=datetime.now(UTC),
            ),
        )
    async with shop.worker():
        yield shop


async def source_of(shop: Harness) -> SourceState:
    """The source as its row says."""
    async with shop.desk.pools.operator(shop.tenant) as conn:
        return await read_source(conn, shop.tenant, "files")


async def article_of(shop: Harness) -> str:
    """What the article says now."""
    async with shop.desk.pools.operator(shop.tenant) as conn:
        return (await read_article(conn, shop.tenant, "kites")).passages[0].text


async def pass_until(shop: Harness, run: int, state: str) -> SourceState:
    """Let hours pass until a reading has ended so; returns the source."""

    async def is_over() -> bool:
        await shop.sleep(timedelta(hours=1))
        source = await source_of(shop)
        return (source.run or 0) >= run and source.state == state

    await eventually(is_over, within=40)
    source = await source_of(shop)
    assert source.run == run
    return source


async def test_a_source_is_read_by_itself_backs_off_and_is_stopped(days: Harness, folder: Path) -> None:
    """A changed file is found six hours later; a folder that is away keeps its article, and is tried less often."""
    shop = days
    tell = (shop.client, shop.settings.task_queue, shop.tenant, "files")
    assert await tell_timer(*tell)
    first = await pass_until(shop, 1, "done")
    assert first.ended_at is not None
    assert first.next_sync_at == first.ended_at + EVERY
    assert await article_of(shop) == "We sell red kites."

    (folder / "kites.md").write_text("# Kites\n\nWe sell blue kites.\n")
    second = await pass_until(shop, 2, "done")
    assert second.started_at is not None
    assert EVERY <= second.started_at - first.ended_at < EVERY + timedelta(minutes=10)
    assert await article_of(shop) == "We sell blue kites."

    away = folder.with_name(f"{folder.name}-unmounted")
    await asyncio.to_thread(folder.rename, away)
    failed = await pass_until(shop, 3, "failed")
    assert (failed.error_code, failed.failures, failed.synced_at) == ("source_missing", 1, second.ended_at)
    assert failed.ended_at is not None
    assert failed.next_sync_at == failed.ended_at + 2 * EVERY
    assert await article_of(shop) == "We sell blue kites."
    await asyncio.to_thread(away.rename, folder)
    well = await pass_until(shop, 4, "done")
    assert well.failures == 0
    assert well.started_at is not None
    assert well.started_at - failed.ended_at >= 2 * EVERY

    async with shop.desk.pools.operator(shop.tenant) as conn:
        await set_sync_every(conn, shop.tenant, "files", None)
    assert await tell_timer(*tell)
    timer = shop.client.get_workflow_handle(timer_id(shop.tenant, "files"))
    await timer.result()
    assert (await timer.describe()).status is WorkflowExecutionStatus.COMPLETED
    assert (await source_of(shop)).run == 4


async def test_a_timer_that_was_lost_is_started_again(days: Harness) -> None:
    """Only the row knows of it; once it is late, it is read, and nothing else is woken."""
    shop = days
    wake = (shop.desk.pools, shop.client, shop.settings.task_queue, shop.tenant)
    assert await wake_late_timers(*wake, datetime.now(UTC)) == 0
    assert await wake_late_timers(*wake, datetime.now(UTC) + EVERY + timedelta(minutes=6)) == 1
    read = await pass_until(shop, 1, "done")
    assert read.articles == 1
