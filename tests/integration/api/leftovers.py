"""What is in the tables: counted before and after, it tells whether a refused request left anything behind."""

from tests.integration.api.calling import Api

_TABLES = (
    "tickets",
    "messages",
    "attachments",
    "outbox",
    "events",
    "approval_requests",
    "approval_decisions",
    "approval_settlements",
    "action_ledger",
    "ratings",
    "pauses",
    "articles",
    "passages",
    "knowledge_sources",
    "knowledge_runs",
    "knowledge_items",
    "effect_changes",
    "knowledge_conflicts",
    "hooks",
    "hook_calls",
    "hook_deliveries",
    "hook_conversations",
    "published_versions",
    "version_changes",
    "idempotency",
    "autonomy_levels",
    "corrections",
    "correction_reviews",
    "handling",
)


async def leftovers(api: Api) -> dict[str, int]:
    """The rows of the tenant in every table that a request may write to, and the ledger's sum."""
    async with api.pools.operator(api.tenant) as conn:
        found = {}
        for table in _TABLES:
            cursor = await conn.execute(f"select count(*) from setright.{table}".encode())
            found[table] = int((await cursor.fetchone() or (0,))[0])
        cursor = await conn.execute("select coalesce(sum(amount), 0) from setright.action_ledger")
        found["money"] = int((await cursor.fetchone() or (0,))[0])
    return found
