"""The API process: serves HTTP on the loopback address (or where the settings say) and runs the relay beside it."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any

import uvicorn
from temporalio.client import Client

from activities.doubts import between
from activities.sent_articles import SentArticle, SentArticles
from adapters.gaps.gaps import gaps_of
from adapters.workspace.loader import load_workspace
from adapters.workspace.published import PublishedTexts
from adapters.workspace.tenant import TenantConfig, Workspace
from api.app import create_app
from api.deps import ApiDeps, KeepArticle
from api.nudge import Nudger
from api.rates import RateLimits
from api.widget.site import WidgetSite
from console import app as console
from domain.errors import Unavailable
from domain.ids import TenantId
from runtime.audit.keeper import HeadKeeper
from runtime.audit.replay import forget_again
from runtime.backends import stripe_webhooks
from runtime.console import behind_proxies, console_options
from runtime.crash import crash_when_told
from runtime.database import database_of, dsn_as, hook_key, open_pools
from runtime.hook_relay import run_hook_relay
from runtime.identity import account_finder, code_key, code_sender, customer_tokens, open_contacts, visitor_key
from runtime.relay import run_relay
from runtime.settings import Settings
from runtime.sync_keeper import keep_timers
from runtime.trust import trust_of
from runtime.wiring import connect_temporal, embedder_of
from store.pools import Pools

DEFAULT_PORT = 8080
STOP_SECONDS = 5  # open streams are told to end; requests in flight get this long


async def run_api(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, on the settings' port (8080 unless told otherwise).

    Raises:
        SettingsError: the database is not named.
        WorkspaceErrors: a file of the workspace is wrong.
        Unavailable: Postgres or Temporal does not answer, or the port is taken.
    """
    crash_when_told(settings.crash_at)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    workspace = load_workspace(settings.workspace / "tenants")
    client = await connect_temporal()
    pools = await open_pools(settings)
    try:
        port = settings.api_port if "api_port" in settings.model_fields_set else DEFAULT_PORT
        async with serve_api(settings, pools, client, workspace, temporal_ui=None, port=port) as url:
            sys.stdout.write(f"{url}\n")
            sys.stdout.flush()
            await stop.wait()
        await HeadKeeper(pools, settings).keep_last()
    finally:
        await pools.close()


def _keeper(settings: Settings, pools: Pools) -> KeepArticle:
    """What takes sent articles; the model's weights are read at the first one."""
    articles = SentArticles(pools, embedder_of(settings))

    async def keep(tenant: TenantId, slug: str, fields: Mapping[str, Any], at: datetime) -> bool:
        return await articles.keep(tenant, SentArticle(slug=slug, **fields), at)

    return keep


def _site(config: TenantConfig) -> WidgetSite:
    return WidgetSite(
        name=config.name,
        language=config.language,
        origins=frozenset(config.widget.origins),
        choice_words=config.choice_words,
    )


@asynccontextmanager
async def serve_api(
    settings: Settings,
    pools: Pools,
    client: Client,
    workspace: Workspace,
    *,
    temporal_ui: str | None,
    port: int,
    may_call_loopback: bool = False,
) -> AsyncIterator[str]:
    """Serve while the block runs; yields the address. Raises Unavailable when the port cannot be had."""
    key = hook_key(settings)
    opened = AsyncExitStack()
    contacts = await opened.enter_async_context(open_contacts(settings))
    deps = ApiDeps(
        pools=pools,
        events_dsn=dsn_as(settings, "operator_scope"),
        temporal=client,
        task_queue=settings.task_queue,
        clock=lambda: datetime.now(UTC),
        tenants={tenant: config.name for tenant, config in workspace.tenants.items()},
        queues={tenant: tuple(config.queues) for tenant, config in workspace.tenants.items()},
        roles={tenant: tuple(config.roles) for tenant, config in workspace.tenants.items()},
        backend_specs={tenant: config.specs for tenant, config in workspace.tenants.items()},
        prepares={tenant: config.prepares for tenant, config in workspace.tenants.items()},
        stripe_webhooks=stripe_webhooks(settings, workspace),
        hook_key=key,
        may_call_loopback=may_call_loopback,
        limits=RateLimits(per_key=settings.rate_per_key, per_tenant=settings.rate_per_tenant),
        temporal_ui=temporal_ui,
        identity={tenant: config.identity for tenant, config in workspace.tenants.items()},
        customer_tokens=customer_tokens(workspace, database_of(settings)[1]),
        widgets={tenant: _site(config) for tenant, config in workspace.tenants.items()},
        visitor_key=visitor_key(settings),
        code_key=code_key(settings),
        find_account=account_finder(contacts),
        counting={tenant: config.counting for tenant, config in workspace.tenants.items()},
        gather_gaps=gaps_of,
        contradicts=partial(between, is_asked=True),  # as strictly as replies are held back
        keep_article=_keeper(settings, pools),
        rulebooks={tenant: PublishedTexts(config) for tenant, config in workspace.tenants.items()},
        may_read_private=settings.knowledge_private,
        trust=trust_of(workspace, embedder_of(settings)),
    )
    app = create_app(deps)
    console.install(app, console_options(settings))
    codes = code_sender(settings, pools, workspace, contacts)
    server = uvicorn.Server(
        uvicorn.Config(
            behind_proxies(app, settings),
            proxy_headers=False,  # done there
            host=settings.api_host,
            port=port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
    )
    # Signals belong to whoever runs the stack, so uvicorn's own handlers are left out.
    serving = asyncio.create_task(server._serve())  # noqa: SLF001 - `serve` would take over the process's signals
    keeper = HeadKeeper(pools, settings)
    nudger = Nudger(client, settings.task_queue, pools)
    beside = (
        asyncio.create_task(run_relay(pools, nudger, keeper, codes)),
        asyncio.create_task(run_hook_relay(pools, key, may_call_loopback=may_call_loopback)),
        asyncio.create_task(keep_timers(pools, client, settings.task_queue, deps.tenants)),
        asyncio.create_task(forget_again(settings, pools, nudger)),
    )
    try:
        while not server.started:
            if serving.done():
                raise Unavailable(f"The API could not listen on {settings.api_host}:{port}; set SETRIGHT_API_PORT.")
            await asyncio.sleep(0.02)
        bound = server.servers[0].sockets[0].getsockname()[1]  # port 0 takes any free one
        yield f"http://{settings.api_host}:{bound}"
    finally:
        for task in beside:
            task.cancel()
        app.state.services.bell.stop()  # or open streams would hold the server back
        server.should_exit = True
        await asyncio.gather(serving, *beside, return_exceptions=True)
        await opened.aclose()
