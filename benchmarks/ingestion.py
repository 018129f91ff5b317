"""How long a source takes: `python benchmarks/ingestion.py FOLDER`, on real servers of its own.

FOLDER holds the files. It is copied, read, read again unchanged, and read again with one file changed; printed are the
seconds of each reading, workflow and all, and how many texts were embedded.
"""

import asyncio
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.embeddings.port import Embedder, Vectors
from domain.ingestion import SyncAsk, sync_id
from store.sources import NewSource, add_source, read_source
from tests.support.harness import Harness
from tests.support.servers import assistants_of, harness, running_servers
from workflows.ingestion import KnowledgeSync

SOURCE = "bench"


class Counting:
    """An embedder that counts texts."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.texts = 0
        self.name, self.dimensions = embedder.name, embedder.dimensions

    def knows(self, word: str) -> bool:
        """As the embedder says."""
        return self._embedder.knows(word)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Embed, and count."""
        self.texts += len(texts)
        return self._embedder.embed(texts)


async def read(shop: Harness, run: int, what: str) -> None:
    """Read the source once and print how long that took."""
    counting = shop.desk.embedder
    assert isinstance(counting, Counting)  # noqa: S101 - it was put there by `measure`
    before, began = counting.texts, time.monotonic()
    ask = SyncAsk(tenant=shop.tenant, source_id=SOURCE, run=run)
    name = sync_id(shop.tenant, SOURCE)
    await shop.client.execute_workflow(KnowledgeSync.run, ask, id=name, task_queue=shop.settings.task_queue)
    seconds = time.monotonic() - began
    async with shop.desk.pools.operator(shop.tenant) as conn:
        source = await read_source(conn, shop.tenant, SOURCE)
    history = await shop.client.get_workflow_handle(name).fetch_history()
    print(
        f"{what:>12}: {seconds:6.1f} s  {source.done} items, {source.articles} articles, {source.stored} new,"
        f" {counting.texts - before} texts embedded, {source.bad} with problems, {len(history.events)} events"
    )


def change_one(folder: Path) -> None:
    """Add a sentence to the first Markdown file."""
    path = min(folder.rglob("*.md"))
    path.write_text(f"{path.read_text()}\n\nOne sentence more.\n")


async def measure(shop: Harness, folder: Path) -> None:
    """Read a folder three times."""
    shop.settings = shop.settings.model_copy(update={"knowledge_folders": (folder,)})
    shop.desk = replace(shop.desk, embedder=Counting(shop.desk.embedder))
    source = NewSource(
        source_id=SOURCE, kind="folder", location=str(folder), created_by="benchmark", at=datetime.now(UTC)
    )
    async with shop.desk.pools.operator(shop.tenant) as conn:
        await add_source(conn, shop.tenant, source)
    async with shop.worker():
        await read(shop, 1, "first")
        await read(shop, 2, "unchanged")
        await asyncio.to_thread(change_one, folder)
        await read(shop, 3, "one changed")


def main() -> None:
    """Measure the folder that the command line names."""
    with TemporaryDirectory() as scratch, running_servers() as servers:
        folder = Path(scratch, "files").resolve()
        shutil.copytree(sys.argv[1], folder)
        assistants = assistants_of(servers)

        async def play() -> None:
            async with harness(servers, assistants) as shop:
                await measure(shop, folder)

        asyncio.run(play())


if __name__ == "__main__":
    main()
