"""The HTTP application: its layers and its routes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from typing_extensions import override

from api import errors
from api.auth import Authentication
from api.deps import ApiDeps
from api.guard import Guard
from api.limits import BodyLimit
from api.rates import RateLimiter
from api.reference import POLICY, reference
from api.routers import (
    approvals,
    autonomy,
    corrections,
    costs,
    customers,
    deliveries,
    events,
    evidence,
    handling,
    health,
    history,
    hooks,
    identity,
    knowledge,
    knowledge_doubts,
    messages,
    metrics,
    moves,
    pauses,
    policy,
    procedures,
    ratings,
    reviews,
    stripe_webhooks,
    tickets,
    widget,
    widget_pages,
)
from api.services import Services
from api.widget.origins import WidgetOrigins

_DESCRIPTION = """Setright settles customer tickets end to end, durably.

Send a key with every request: `Authorization: Bearer srk_…`. Every POST takes an `Idempotency-Key`. Every error has the
same shape, with a stable code. Somebody else's ticket answers exactly like one that does not exist. How much more you
may ask is told in the header `RateLimit`; one request too many answers 429 with `Retry-After`."""


class _Described(FastAPI):
    """An application whose description also tells of bodies that are read by hand."""

    @override
    def openapi(self) -> dict[str, Any]:
        if self.openapi_schema is None:
            document = super().openapi()
            document["components"]["schemas"] |= deliveries.BODIES
        return super().openapi()


def create_app(deps: ApiDeps) -> FastAPI:
    """Make the application; whoever serves it calls `app.state.services.bell.stop()` before draining connections."""
    services = Services(deps)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with services.running():
            yield

    app = _Described(
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
    # The last added is the outermost: an id for all that happens, then size, key, rate, and only then the body.
    clock = deps.monotonic
    app.add_middleware(RateLimiter, limits=deps.limits, clock=clock)
    app.add_middleware(Authentication, pools=deps.pools, tenants=deps.tenants, failures=services.failures, clock=clock)
    app.add_middleware(BodyLimit)
    app.add_middleware(WidgetOrigins, sites=deps.widgets)
    app.add_middleware(Guard)
    errors.install(app)
    # Stripe's address comes before the general one, which would take `stripe` for a tenant.
    hooked = (hooks, stripe_webhooks, deliveries)
    people = (tickets, messages, identity, moves, ratings, approvals, pauses, customers, costs, handling)
    trusted = (autonomy, corrections)
    knowing = (knowledge, knowledge_doubts, reviews)
    ruling = (policy, procedures)
    visiting = (widget, widget_pages)
    beside = (events, history, evidence, metrics)
    for module in (*people, *trusted, *knowing, *ruling, *beside, *hooked, *visiting, health):
        app.include_router(module.router)
    return app
