"""The API process: serves HTTP on the loopback address (or where the settings say) and runs the relay beside it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import uvicorn
from temporalio.client import Client

from adapters.backends.shop.actions.registry import SPECS
from adapters.workspace.tenant import Workspace
from api.app import create_app
from api.deps import ApiDeps
from api.nudge import Nudger
from domain.errors import Unavailable
from runtime.database import dsn_as
from runtime.embedded.folder import DataFolder
from runtime.embedded.ports import Ports
from runtime.relay import run_relay
from runtime.settings import Settings
from store.pools import Pools

STOP_SECONDS = 5  # open streams are told to end; requests in flight get this long


@asynccontextmanager
async def serve_api(
    settings: Settings,
    pools: Pools,
    client: Client,
    workspace: Workspace,
    *,
    temporal_ui: str | None,
    folder: DataFolder,
) -> AsyncIterator[str]:
    """Serve while the block runs; yields the address. Raises Unavailable when the port cannot be had."""
    deps = ApiDeps(
        pools=pools,
        events_dsn=dsn_as(settings, "operator_scope"),
        temporal=client,
        task_queue=settings.task_queue,
        clock=lambda: datetime.now(UTC),
        tenants={tenant: config.name for tenant, config in workspace.tenants.items()},
        backend_specs=dict.fromkeys(workspace.tenants, SPECS),
        temporal_ui=temporal_ui,
    )
    port = Ports(folder.ports).choose("api", settings.api_port)
    app = create_app(deps)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.api_host,
            port=port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
    )
    # Signals belong to whoever runs the stack, so uvicorn's own handlers are left out.
    serving = asyncio.create_task(server._serve())  # noqa: SLF001 - `serve` would take over the process's signals
    relay = asyncio.create_task(run_relay(pools, Nudger(client, settings.task_queue, pools)))
    try:
        while not server.started:
            if serving.done():
                raise Unavailable(f"The API could not listen on {settings.api_host}:{port}; set SETRIGHT_API_PORT.")
            await asyncio.sleep(0.02)
        yield f"http://{settings.api_host}:{port}"
    finally:
        relay.cancel()
        app.state.services.bell.stop()  # or open streams would hold the server back
        server.should_exit = True
        await asyncio.gather(serving, relay, return_exceptions=True)
