"""First contents of a fresh stack: the example's customers and orders, and the workspace's articles and procedures."""

from datetime import UTC, datetime

from psycopg import AsyncConnection

from adapters.backends.shop.generate.load import load_example
from adapters.embeddings.port import Embedder
from adapters.workspace.tenant import Workspace
from runtime.ingest import ingest_workspace
from runtime.worker_keeper import OnProgress
from store.pools import Pools


async def seed_store(superuser_url: str) -> bool:
    """Load the example's customers and orders into an empty shop; False when there are customers already."""
    async with await AsyncConnection.connect(superuser_url) as conn:
        cursor = await conn.execute("select exists(select from shop.customers)")
        row = await cursor.fetchone()
        if row is not None and row[0]:
            return False
        await load_example(conn, today=datetime.now(UTC).date())
    return True


async def seed_workspace(pools: Pools, workspace: Workspace, embedder: Embedder, on_progress: OnProgress) -> None:
    """Bring the knowledge base and the versions of procedures up to the workspace."""
    on_progress("workspace", "starting", "")
    written = await ingest_workspace(pools, workspace, embedder, datetime.now(UTC))
    articles = sum(len(config.articles) for config in workspace.tenants.values())
    detail = f"{len(workspace.tenants)} tenants, {articles} articles" + (f" ({written} embedded)" if written else "")
    on_progress("workspace", "ready", detail)
