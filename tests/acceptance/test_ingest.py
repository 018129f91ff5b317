"""Loading a workspace into the store: what has not changed is left alone, what has is found in its new version."""

from datetime import UTC, datetime

from adapters.workspace.loader import load_workspace
from runtime.ingest import ingest_workspace
from runtime.wiring import embedder_of
from tests.support.harness import Harness
from tests.support.servers import WORKSPACE


async def test_an_unchanged_workspace_costs_a_comparison_and_a_changed_article_is_replaced(idle: Harness) -> None:
    """Nothing is written twice; one new sentence makes one new version."""
    workspace = load_workspace(WORKSPACE / "tenants")
    embedder = embedder_of(idle.settings)
    now = datetime.now(UTC)
    assert await ingest_workspace(idle.desk.pools, workspace, embedder, now) == 0
    config = workspace.tenants["meridian"]
    article = config.articles[0]
    changed = article.model_copy(update={"body": f"Llamas are welcome in our shop on Tuesdays.\n\n{article.body}"})
    tenants = {"meridian": config.model_copy(update={"articles": (changed, *config.articles[1:])})}
    assert (
        await ingest_workspace(idle.desk.pools, workspace.model_copy(update={"tenants": tenants}), embedder, now) == 1
    )
    async with idle.worker():
        ref = await idle.open("cus_gia", "Are llamas welcome in your shop on Tuesdays?")
        assert "Llamas are welcome" in await idle.last_reply(ref)
