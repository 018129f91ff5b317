"""The HTTP application: its layers and its routes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from api import errors
from api.auth import Authentication
from api.deps import ApiDeps
from api.guard import Guard
from api.limits import BodyLimit
from api.reference import POLICY, reference
from api.routers import (
    approvals,
    customers,
    events,
    health,
    history,
    messages,
    moves,
    pauses,
    ratings,
    tickets,
)
from api.services import Services

_DESCRIPTION = """Setright settles customer tickets end to end, durably.

Send a key with every request: `Authorization: Bearer srk_…`. Every POST takes an `Idempotency-Key`. Every error has the
same shape, with a stable code. Somebody else's ticket answers exactly like one that does not exist."""


def create_app(deps: ApiDeps) -> FastAPI:
    """Make the application; whoever serves it calls `app.state.services.bell.stop()` before draining connections."""
    services = Services(deps)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with services.running():
            yield

    app = FastAPI(
        title="Setright",
        version="1",
        description=_DESCRIPTION,
        lifespan=lifespan,
        redirect_slashes=False,
        docs_url=None,  # FastAPI's pages ask a CDN for their code; ours asks nobody
        redoc_url=None,
    )

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(reference(app.openapi()), headers={"Content-Security-Policy": POLICY})

    app.state.services = services
    # The last added is the outermost: an id for all that happens, then the size, then the key, and only then the body.
    app.add_middleware(Authentication, pools=deps.pools, tenants=deps.tenants)
    app.add_middleware(BodyLimit)
    app.add_middleware(Guard)
    errors.install(app)
    for module in (tickets, messages, moves, ratings, approvals, pauses, events, history, health, customers):
        app.include_router(module.router)
    return app
