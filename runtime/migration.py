"""Making a database and a Temporal of one's own ready: what the embedded stack does by itself at each start.

Run once per release, before its workers: `setright db migrate`.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest, ListSearchAttributesRequest
from temporalio.client import Client

from adapters.workspace.loader import load_workspace
from domain.approval import Role
from domain.ids import Label, TenantId
from runtime.database import database_of, open_pools, prepare_database
from runtime.seed import seed_store, seed_workspace
from runtime.settings import Settings
from runtime.wiring import connect_temporal, embedder_of
from runtime.worker_keeper import OnProgress
from store.api_keys import create_key
from workflows.ticket import SEARCH_ATTRIBUTES


async def migrate_all(settings: Settings, on_progress: OnProgress) -> None:
    """Migrate, give the roles their passwords, load the workspace, register search attributes.

    Raises:
        SettingsError: DATABASE_URL (of a superuser, or the owner) or SETRIGHT_ROLE_SECRET is missing.
        MigrationError: the database is newer than this code, or its past was edited.
        WorkspaceErrors: a file of the workspace is wrong.
        Unavailable: Postgres or Temporal does not answer.
    """
    url, secret = database_of(settings)
    on_progress("database", "starting", "")
    applied = await prepare_database(url, secret)
    if settings.is_example and await seed_store(url):
        on_progress("database", "starting", "example shop loaded")
    on_progress("database", "ready", f"{len(applied)} migrations applied" if applied else "up to date")
    pools = await open_pools(settings)
    try:
        workspace = load_workspace(settings.workspace / "tenants")
        await seed_workspace(pools, workspace, embedder_of(settings), on_progress)
    finally:
        await pools.close()
    on_progress("temporal", "starting", "")
    added = await register_search_attributes(await connect_temporal())
    on_progress("temporal", "ready", f"{len(added)} search attributes registered" if added else "up to date")


async def register_search_attributes(client: Client) -> Sequence[str]:
    """Register what ticket workflows set, and return what was new; an unregistered one fails their first task."""
    namespace = client.namespace
    known = await client.operator_service.list_search_attributes(ListSearchAttributesRequest(namespace=namespace))
    missing = [key.name for key in SEARCH_ATTRIBUTES if key.name not in known.custom_attributes]
    if missing:
        wanted: Mapping[str, IndexedValueType.ValueType] = dict.fromkeys(
            missing, IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
        )
        await client.operator_service.add_search_attributes(
            AddSearchAttributesRequest(namespace=namespace, search_attributes=wanted)
        )
    return missing


async def make_key(
    settings: Settings,
    tenant: TenantId,
    name: str,
    scopes: Sequence[Label],
    operator: str | None,
    roles: Sequence[Role] = (),
) -> str:
    """Make an API key and return it, this once; `operator` makes it an operator's own, who may approve as `roles`."""
    pools = await open_pools(settings)
    try:
        async with pools.operator(tenant) as conn:
            made = await create_key(conn, tenant, name, scopes, datetime.now(UTC), operator_id=operator, roles=roles)
    finally:
        await pools.close()
    return made.key
