"""The remote shop as an HTTP API, on a real socket of this machine."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runtime.embedded.ports import LOOPBACK, free_port
from tests.support.remote_shop.books import Books

TOKEN = "shop-token-of-the-test"


def shop_app(books: Books) -> Starlette:
    """The API over one shop's books."""

    async def customer(request: Request) -> Response:
        return _found(books.customer(request.path_params["id"]))

    async def orders(request: Request) -> Response:
        return JSONResponse({"data": books.orders(request.query_params["customer"])})

    async def give_back(request: Request) -> Response:
        body, key = await request.json(), request.headers["idempotency-key"]
        status, answer = await books.give_back(request.path_params["id"], body["cents"], body["reason"], key)
        return JSONResponse(answer, status)

    async def stop(request: Request) -> Response:
        status, answer = await books.stop(request.path_params["id"], request.headers["idempotency-key"])
        return JSONResponse(answer, status)

    async def refunds(request: Request) -> Response:
        return JSONResponse({"data": books.refunds_of_key(request.query_params["key"])})

    async def refund(request: Request) -> Response:
        return _found(books.refund(request.path_params["id"]))

    async def parcel(request: Request) -> Response:
        return _found(books.parcel(request.path_params["id"]))

    return Starlette(
        routes=[
            Route("/customers/{id}", customer),
            Route("/orders", orders),
            Route("/orders/{id}/parcel", parcel),
            Route("/payments/{id}/refunds", give_back, methods=["POST"]),
            Route("/refunds", refunds),
            Route("/refunds/{id}", refund),
            Route("/refunds/{id}/stop", stop, methods=["POST"]),
        ],
        middleware=[Middleware(BaseHTTPMiddleware, dispatch=_let_in)],
    )


async def _let_in(request: Request, call_next: RequestResponseEndpoint) -> Response:
    if request.headers.get("authorization") != f"Bearer {TOKEN}":
        return JSONResponse({"error": {"code": "no_entry"}}, 401)
    return await call_next(request)


def _found(body: dict[str, object] | None) -> Response:
    return JSONResponse(body, 200) if body is not None else JSONResponse({"error": {"code": "not_found"}}, 404)


@asynccontextmanager
async def serving(app: Starlette) -> AsyncIterator[str]:
    """Serve an application on a free port of this machine for as long as the block lasts; yields its address."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=LOOPBACK,
            port=port,
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=2,
        )
    )
    task = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://{LOOPBACK}:{port}"
    finally:
        server.should_exit = True
        await task
