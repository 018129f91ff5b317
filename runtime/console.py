"""Composition of the console: how operators reach it and sign in, and who sits at an installation on one machine."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from adapters.identity.oidc import OidcProvider
from console.options import ConsoleOptions
from domain.approval import EVERY_ROLE
from domain.errors import Conflict
from domain.ids import TenantId
from domain.operator import OperatorRole
from runtime.settings import Settings
from store.operators import add_operator, memberships_of, put_member
from store.pools import Pools
from store.sessions import make_link

#: Whoever starts a stack on their own machine. The same id as their API key's: one person, however they come, who
#: never counts as two approvers.
LOCAL_OPERATOR, LOCAL_NAME = "local", "you"
_THIS_MACHINE = "127.0.0.1"


def console_options(settings: Settings) -> ConsoleOptions:
    """What the console is told."""
    provider = None
    if settings.oidc_issuer is not None and settings.oidc_client_id is not None:
        secret = settings.oidc_client_secret
        provider = OidcProvider(
            settings.oidc_issuer,
            settings.oidc_client_id,
            secret.get_secret_value() if secret else None,
            name=settings.oidc_name,
            clock=lambda: datetime.now(UTC),
        )
    return ConsoleOptions(
        public_url=settings.console_url,
        trusted_header=settings.console_trusted_header,
        trusted_proxies=settings.console_trusted_proxies,
        provider=provider,
    )


class Peers:
    """Notes where each connection really comes from, before what a proxy says of it takes that place."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http":
            client = scope.get("client")
            scope.setdefault("state", {})["peer"] = client[0] if client else None
        await self._app(scope, receive, send)


def behind_proxies(app: ASGIApp, settings: Settings) -> ASGIApp:
    """The application as a server runs it: X-Forwarded-For and -Proto count from this machine and the named proxies."""
    trusted = [_THIS_MACHINE, *(str(network) for network in settings.console_trusted_proxies)]
    inner: ASGIApp = ProxyHeadersMiddleware(app, trusted_hosts=trusted)  # type: ignore[arg-type, assignment]
    return Peers(inner)


async def seat_local_operator(pools: Pools, tenants: Iterable[TenantId]) -> str:
    """Seat this machine's own user as an operator and admin of every tenant; returns the token of a one-time link.

    A role that somebody has given them since is left as it is.
    """
    now = datetime.now(UTC)
    async with pools.auth() as conn:
        with suppress(Conflict):  # they have sat here before
            await add_operator(conn, LOCAL_OPERATOR, LOCAL_NAME, None, now)
        served = {one.tenant for one in await memberships_of(conn, LOCAL_OPERATOR)}
    for tenant in tenants:
        if tenant not in served:
            async with pools.operator(tenant) as conn:
                await put_member(conn, tenant, LOCAL_OPERATOR, OperatorRole.admin, now, approves=(EVERY_ROLE,))
    async with pools.auth() as conn:
        return await make_link(conn, LOCAL_OPERATOR, datetime.now(UTC))
