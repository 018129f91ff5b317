"""Everything in one command: the embedded servers, the database made ready, a worker process, the API and the relay.

Servers that the settings point to (DATABASE_URL, TEMPORAL_ADDRESS) are used instead of embedded ones.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr
from temporalio.client import Client

from adapters.workspace.loader import load_workspace
from adapters.workspace.tenant import Workspace
from console.members import link_url
from domain.approval import EVERY_ROLE
from runtime.audit.keeper import HeadKeeper
from runtime.cli.running import STACK_FILE
from runtime.console import LOCAL_OPERATOR, seat_local_operator
from runtime.database import embedded_secret, open_pools, prepare_database
from runtime.embedded.folder import DataFolder
from runtime.embedded.ports import LOOPBACK, Ports
from runtime.embedded.postgres import DATABASE
from runtime.embedded.stack import EmbeddedStack, StackOptions
from runtime.seed import seed_store, seed_workspace
from runtime.server import serve_api
from runtime.settings import Settings, SettingsError
from runtime.temporal_config import configured_temporal
from runtime.wiring import connect_temporal, embedder_of, forbid_tracing
from runtime.worker_keeper import OnProgress, WorkerKeeper
from store.api_keys import create_key
from store.pools import Pools
from workflows.ticket import SEARCH_ATTRIBUTES

#: What the local operator's key may do: everything; it never leaves this machine.
OPERATOR_SCOPES = (
    "tickets_read",
    "tickets_write",
    "identity_assert",
    "approvals_read",
    "approvals_decide",
    "operators",
    "knowledge",
    "admin",
)


@dataclass(frozen=True)
class RunningStack:
    """A stack that is up: where to find it, and the worker process, which is kept running."""

    api_url: str
    temporal_ui: str | None
    temporal_address: str
    data_dir: Path
    workspace: Workspace
    keys: Mapping[str, str]
    client: Client
    pools: Pools
    worker: WorkerKeeper


@asynccontextmanager
async def running_stack(settings: Settings, on_progress: OnProgress) -> AsyncIterator[RunningStack]:
    """Start everything, hold it while the block runs, and stop it in order.

    Raises:
        EmbeddedError: a server could not be started; the text says why and what to do.
        WorkspaceErrors: a file of the workspace is wrong.
        Unavailable: a server we were pointed to does not answer.
    """
    forbid_tracing()
    workspace = load_workspace(settings.workspace / "tenants")
    folder = DataFolder(settings.data_dir)
    async with AsyncExitStack() as stack:
        options = StackOptions(
            has_postgres=settings.database_url is None,
            has_temporal=configured_temporal() is None,
            postgres_port=settings.postgres_port,
            temporal_port=settings.temporal_port,
            ui_port=settings.temporal_ui_port,
        )
        embedded = await stack.enter_async_context(
            EmbeddedStack(
                settings.data_dir,
                options,
                search_attributes={key.name: "Keyword" for key in SEARCH_ATTRIBUTES},
                on_progress=on_progress,
            )
        )
        address = embedded.temporal_address if options.has_temporal else None
        settings = await _prepare(settings, embedded, options, on_progress)
        pools = await open_pools(settings)
        stack.push_async_callback(pools.close)
        stack.push_async_callback(HeadKeeper(pools, settings).keep_last)  # when the worker has stopped
        client = await connect_temporal(address)
        worker = WorkerKeeper(folder, worker_environment(settings, address))
        stack.push_async_callback(worker.stop)
        on_progress("worker", "starting", "")
        starting = asyncio.create_task(worker.start())
        try:
            await seed_workspace(pools, workspace, embedder_of(settings), on_progress)
        finally:
            await starting
        on_progress("worker", "ready", f"process {worker.child.pid if worker.child else 0}")
        worker.keep(on_progress)
        ui = embedded.temporal_ui if options.has_temporal else None
        port = Ports(folder.ports).choose("api", settings.api_port)
        api_url = await stack.enter_async_context(
            serve_api(settings, pools, client, workspace, temporal_ui=ui, port=port, may_call_loopback=True)
        )
        on_progress("api", "ready", api_url)
        keys = await _operator_keys(settings, pools, workspace)
        state = {
            "pid": os.getpid(),
            "api_url": api_url,
            "temporal_ui": ui,
            "temporal_address": client.service_client.config.target_host,
            "keys": keys,
        }
        _write_private(state_file(settings.data_dir), json.dumps(state))
        stack.callback(state_file(settings.data_dir).unlink, missing_ok=True)
        yield RunningStack(
            api_url=api_url,
            temporal_ui=ui,
            temporal_address=client.service_client.config.target_host,
            data_dir=settings.data_dir,
            workspace=workspace,
            keys=keys,
            client=client,
            pools=pools,
            worker=worker,
        )


async def local_link(stack: RunningStack) -> str:
    """The address of a link that signs this machine's own user in to the console, once."""
    return link_url(stack.api_url, await seat_local_operator(stack.pools, stack.workspace.tenants))


def state_file(data_dir: Path) -> Path:
    """Where a running stack says how to reach it."""
    return data_dir / STACK_FILE


async def _prepare(
    settings: Settings, embedded: EmbeddedStack, options: StackOptions, on_progress: OnProgress
) -> Settings:
    """Make the database ready; returns the settings that our own processes connect with: no superuser in them."""
    on_progress("database", "starting", "")
    if options.has_postgres:
        superuser_url = embedded.database_url
        secret = settings.role_secret or embedded_secret(settings.data_dir)
        url = f"postgresql://{LOOPBACK}:{embedded.postgres.port}/{DATABASE}"
    else:
        if settings.database_url is None or settings.role_secret is None:
            raise SettingsError("With DATABASE_URL, set SETRIGHT_ROLE_SECRET too: the roles' passwords are made of it.")
        superuser_url = url = settings.database_url.get_secret_value()
        secret = settings.role_secret
    applied = await prepare_database(superuser_url, secret)
    if settings.is_example and await seed_store(superuser_url):
        on_progress("database", "starting", "example shop loaded")
    on_progress("database", "ready", f"{len(applied)} migrations applied" if applied else "up to date")
    # On one machine, whoever holds the operator's key is whoever started the stack: it may read what they may.
    folders = settings.knowledge_folders or (Path("/"),)
    return settings.model_copy(
        update={"database_url": SecretStr(url), "role_secret": secret, "knowledge_folders": folders}
    )


def worker_environment(settings: Settings, address: str | None) -> dict[str, str]:
    """What a worker process is told; the passwords in it are those of roles that see one tenant at a time."""
    if settings.database_url is None or settings.role_secret is None:
        raise RuntimeError("the database has not been prepared")
    told = {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "SETRIGHT_ROLE_SECRET": settings.role_secret.get_secret_value(),
        "SETRIGHT_DATA_DIR": str(settings.data_dir),
        "SETRIGHT_WORKSPACE": str(settings.workspace),
        "SETRIGHT_VECTOR_CACHE": str(settings.vector_cache),
        "SETRIGHT_TASK_QUEUE": settings.task_queue,
        "SETRIGHT_LOG_LEVEL": settings.log_level,
        "SETRIGHT_LOG_FORMAT": settings.log_format,
        "SETRIGHT_MAX_CACHED_WORKFLOWS": str(settings.max_cached_workflows),
        "SETRIGHT_MAX_CONCURRENT_ACTIVITIES": str(settings.max_concurrent_activities),
        "SETRIGHT_KNOWLEDGE_FOLDERS": json.dumps([str(folder) for folder in settings.knowledge_folders]),
        "SETRIGHT_KNOWLEDGE_PRIVATE": str(settings.knowledge_private).lower(),
        "SETRIGHT_RERANKER": settings.reranker,
        "SETRIGHT_SANDBOXED": str(settings.sandboxed).lower(),
        "OPENBLAS_NUM_THREADS": "1",  # measured: a second thread makes the embedder slower
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(Path(__file__).resolve().parent.parent),  # the code that we run, wherever we run from
    }
    model = {"SETRIGHT_MODEL": settings.model, "SETRIGHT_MODEL_BASE_URL": settings.model_base_url}
    model["SETRIGHT_MODEL_SECONDS"] = f"{settings.model_seconds:g}"
    if settings.model_key is not None:
        model["SETRIGHT_MODEL_KEY"] = settings.model_key.get_secret_value()
    if settings.model_prices is not None:
        model["SETRIGHT_MODEL_PRICES"] = settings.model_prices.model_dump_json(exclude_none=True)
    if settings.model is not None:  # a provider's own variable is read by its client
        model |= {name: os.environ.get(name) for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY")}
    told |= {name: value for name, value in model.items() if value is not None}
    temporal = {name: value for name, value in os.environ.items() if name.startswith("TEMPORAL_")}
    if address is not None:
        temporal = {"TEMPORAL_ADDRESS": address}
    openblas = {name: value for name, value in os.environ.items() if name.startswith("OPENBLAS_")}
    return openblas | told | temporal


async def _operator_keys(settings: Settings, pools: Pools, workspace: Workspace) -> dict[str, str]:
    """A key per tenant for this machine's own commands, made once and kept readable by its owner only."""
    path = settings.data_dir / "operator-keys.json"
    keys: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    for tenant in workspace.tenants:
        if tenant not in keys:
            async with pools.operator(tenant) as conn:
                made = await create_key(
                    conn,
                    tenant,
                    "this machine",
                    OPERATOR_SCOPES,
                    datetime.now(UTC),
                    operator_id=LOCAL_OPERATOR,
                    roles=(EVERY_ROLE,),
                )
            keys[tenant] = made.key
    _write_private(path, json.dumps(keys))
    return keys


def _write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, all of it or none."""
    aside = path.with_suffix(".new")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    aside.replace(path)
