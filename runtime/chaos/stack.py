"""A throw-away stack whose every part can be killed or cut off: servers, proxies before them, a worker and an API.

It is built of the parts of the embedded stack, but keeps none of them running by itself: what falls is for the run to
let lie or to start again.
"""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr

from adapters.backends.shop.generate.copies import fill_with_copies
from adapters.backends.shop.generate.load import SHOP as TENANT
from adapters.workspace.loader import load_workspace
from domain.approval import EVERY_ROLE
from domain.ids import CustomerId
from runtime.chaos.process import Kept
from runtime.chaos.proxy import Proxy
from runtime.database import open_pools, prepare_database
from runtime.embedded.folder import DataFolder
from runtime.embedded.ports import LOOPBACK, free_port
from runtime.embedded.postgres import DATABASE, PostgresServer
from runtime.embedded.server import Server
from runtime.embedded.temporal import TemporalServer
from runtime.seed import seed_workspace
from runtime.settings import Settings
from runtime.up import OPERATOR_SCOPES, worker_environment
from runtime.wiring import embedder_of
from store.api_keys import create_key
from workflows.ticket import SEARCH_ATTRIBUTES

#: The people who decide; the first also moves tickets.
OPERATORS = ("olga", "otto", "petra")

Say = Callable[[str], None]


@dataclass(frozen=True)
class Stack:
    """A running stack and all its handles."""

    settings: Settings  # as the worker and the API have them, through the proxies
    folder: DataFolder
    postgres: PostgresServer
    temporal: TemporalServer
    postgres_proxy: Proxy
    temporal_proxy: Proxy
    worker: Kept
    api: Kept
    api_url: str
    keys: Mapping[str, str]  # operator -> API key
    customers: Sequence[CustomerId]

    @property
    def database(self) -> str:
        """The superuser's address, past the proxy."""
        return self.postgres.dsn()

    async def kill_server(self, server: Server, down_seconds: float) -> None:
        """Kill a server, let it lie for a while, and start it on the same data and port."""
        server.child.kill()
        await server.child.ended()
        await asyncio.sleep(down_seconds)
        await server.start()


@asynccontextmanager
async def running_stack(
    folder: Path, like: Sequence[CustomerId], say: Say, *, continue_after: int | None = None
) -> AsyncIterator[Stack]:
    """Start everything with a customer for each of `like`; `continue_after` events a ticket continues as new."""
    async with AsyncExitStack() as stack:
        data = DataFolder(folder)
        data.prepare()
        stack.enter_context(data.held())
        postgres, temporal = (
            PostgresServer(data),
            TemporalServer(
                data,
                search_attributes={key.name: "Keyword" for key in SEARCH_ATTRIBUTES},
                has_ui=False,
                dynamic_config=(
                    {"limit.historyCount.suggestContinueAsNew": str(continue_after)}
                    if continue_after is not None
                    else {}
                ),
            ),
        )
        say("starting Postgres and Temporal")
        for server in (postgres, temporal):
            stack.push_async_callback(server.stop)
        await asyncio.gather(postgres.start(), temporal.start())
        before_postgres = await stack.enter_async_context(Proxy(postgres.port).running())
        before_temporal = await stack.enter_async_context(Proxy(int(temporal.address.rpartition(":")[2])).running())
        settings = _settings(folder, before_postgres.port)
        say(f"making {len(like)} customers")
        customers, keys = await _prepare(settings, postgres.dsn(), like)
        environment = {
            **worker_environment(settings, f"{LOOPBACK}:{before_temporal.port}"),
            "SETRIGHT_API_PORT": str(settings.api_port),
        }
        worker = Kept("worker", "ready", data, environment)
        api = Kept("api", "http://", data, environment)
        for process in (worker, api):
            stack.push_async_callback(process.stop)
        say("starting a worker and the API")
        await asyncio.gather(worker.start(), api.start())
        yield Stack(
            settings=settings,
            folder=data,
            postgres=postgres,
            temporal=temporal,
            postgres_proxy=before_postgres,
            temporal_proxy=before_temporal,
            worker=worker,
            api=api,
            api_url=f"http://{LOOPBACK}:{settings.api_port}",
            keys=keys,
            customers=customers,
        )


def _settings(folder: Path, postgres_port: int) -> Settings:
    """Those of this machine's user, but on servers and a folder of the run's own."""
    return Settings.load(
        data_dir=folder,
        database_url=SecretStr(f"postgresql://{LOOPBACK}:{postgres_port}/{DATABASE}"),
        role_secret=SecretStr(secrets.token_hex(32)),
        api_port=free_port(),
        log_level="warning",
    )


async def _prepare(
    settings: Settings, superuser_url: str, like: Sequence[CustomerId]
) -> tuple[list[CustomerId], dict[str, str]]:
    """Schema, customers, knowledge and a key for each operator."""
    if settings.role_secret is None:
        raise RuntimeError("a run makes its own role secret")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    await prepare_database(superuser_url, settings.role_secret)
    customers = await fill_with_copies(superuser_url, like)
    pools = await open_pools(settings)
    try:
        workspace = load_workspace(settings.workspace / "tenants")
        await seed_workspace(pools, workspace, embedder_of(settings), lambda *_: None)
        keys = {}
        async with pools.operator(TENANT) as conn:
            for name in OPERATORS:
                made = await create_key(
                    conn, TENANT, name, OPERATOR_SCOPES, datetime.now(UTC), operator_id=name, roles=(EVERY_ROLE,)
                )
                keys[name] = made.key
    finally:
        await pools.close()
    return customers, keys
