"""Running the model server on the loopback address: by itself, or for as long as a block lasts."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from domain.errors import Unavailable
from runtime.embedded.ports import LOOPBACK
from runtime.model_server.app import ModelServer

NOTICE = "This is no model: it answers by rules, for trying out and for tests. Use it for nothing else."


@asynccontextmanager
async def serving(server: ModelServer, port: int = 0) -> AsyncIterator[str]:
    """Serve on a port (0: any free one); yields the base URL that clients take. Raises Unavailable."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((LOOPBACK, port))
    except OSError:
        sock.close()
        raise Unavailable(f"Port {port} is taken; choose another one by --port.") from None
    config = uvicorn.Config(server.app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    serving_it = uvicorn.Server(config)
    # Signals belong to whoever runs this, so uvicorn's own handlers are left out.
    task = asyncio.create_task(serving_it._serve(sockets=[sock]))  # noqa: SLF001
    try:
        while not serving_it.started and not task.done():  # noqa: ASYNC110 - uvicorn sets no event
            await asyncio.sleep(0.01)
        yield f"http://{LOOPBACK}:{sock.getsockname()[1]}/v1"
    finally:
        serving_it.should_exit = True
        await task
        sock.close()
