"""The way in: checks passwords and links, begins and ends sessions, and finds the session of a request."""

import asyncio
import ipaddress
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeAlias
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from api.deps import ApiDeps
from api.errors import Refused
from api.rates import address_of
from console.cookies import cookie_name
from console.failures import Guesser
from console.options import ConsoleOptions
from console.passwords import Passwords
from console.together import Together
from domain.errors import SignInRefused
from domain.operator import Membership
from store.operators import OperatorRow, look_up_operator, memberships_of, rehash_password
from store.sessions import Session, SignInMethod, begin_session, end_session, find_session, use_link

SIGN_IN = "/console/sign-in"
_STRANGER = "You are signed in elsewhere, but are no operator here. Ask an admin to add you with your e-mail address."
_GUESSES_AT_ONCE = 2  # a hash takes 64 MiB and a thread for some tens of milliseconds

_Found: TypeAlias = tuple[Session, tuple[Membership, ...]]


class NotSeated(Exception):
    """Nobody is signed in who may see this."""


class Gate:
    """Signs operators in and out; one for each process."""

    def __init__(self, deps: ApiDeps, options: ConsoleOptions) -> None:
        self.options = options
        self.clock: Callable[[], datetime] = deps.clock
        self._pools = deps.pools
        self._tenants = deps.tenants
        self._passwords = Passwords()
        self._finding = Together[_Found | None]()  # of one session, whose tabs all ask at each event
        self._guesses = asyncio.Semaphore(_GUESSES_AT_ONCE)

    async def find(self, request: Request) -> _Found | None:
        """The session of a request and the operator's tenants that are served here, by tenant; None without one."""
        token = request.cookies.get(cookie_name(request, self.options))
        if token is None:
            return None
        told = self.told_by_proxy(request)
        return await self._finding.ask((token, told), lambda: self._find(token, told))

    async def _find(self, token: str, told: str | None) -> _Found | None:
        async with self._pools.auth() as conn:
            session = await find_session(conn, token, self.clock())
            if session is None or (session.method == "header" and told is None):
                return None
            if told is not None:  # somebody else signed in at the proxy
                operator = await look_up_operator(conn, told)
                if operator is None or operator.operator_id != session.operator_id:
                    return None
        return session, tuple(one for one in session.memberships if one.tenant in self._tenants)

    async def by_password(self, request: Request, login: str, password: str) -> OperatorRow:
        """Return whose name and password these are; raises SignInRefused, and Refused (429) after many failures."""
        login = login.strip().lower()
        guesser = Guesser(address_of(request.scope), login)
        async with self._pools.auth() as conn:
            await guesser.check(conn, self.clock())
            operator = await look_up_operator(conn, login)
        kept = operator.password_hash if operator is not None and operator.disabled_at is None else None
        async with self._guesses:
            async with self._pools.auth() as conn:  # of those who waited here with us, some have failed meanwhile
                await guesser.check(conn, self.clock())
            is_right = await self._passwords.is_right(kept, password)
            if not is_right:
                async with self._pools.auth() as conn:
                    await guesser.failed(conn, self.clock())
        if operator is None or kept is None or not is_right:
            raise SignInRefused(
                "This name and password do not go together. Try again, or ask an admin for a one-time link."
            )
        if self._passwords.is_outdated(kept):
            newer = await self._passwords.hash(password)
            async with self._pools.auth() as conn:
                await rehash_password(conn, operator.operator_id, kept, newer)
        return operator

    async def by_link(self, request: Request, token: str) -> str:
        """Use a link and return whose it is; raises SignInRefused, and Refused (429) after many failures."""
        guesser, now = Guesser(address_of(request.scope)), self.clock()
        async with self._pools.auth() as conn:
            await guesser.check(conn, now)
            operator_id = await use_link(conn, token, now)
            if operator_id is None:
                await guesser.failed(conn, now)
        if operator_id is None:
            raise SignInRefused(
                "This link has been used or has expired. Make another one: setright operators link NAME"
            )
        return operator_id

    async def begin_told(self, request: Request, told: str) -> str:
        """Begin a session for whom a trusted proxy names; raises SignInRefused."""
        async with self._pools.auth() as conn:
            operator = await look_up_operator(conn, told)
        if operator is None or operator.disabled_at is not None:
            raise SignInRefused(_STRANGER)
        return await self.begin(request, operator.operator_id, "header")

    async def begin_by_email(self, request: Request, email: str) -> str:
        """Begin a session for the address that an identity provider has verified; raises SignInRefused."""
        async with self._pools.auth() as conn:
            operator = await look_up_operator(conn, email)
        if operator is None or operator.disabled_at is not None:
            raise SignInRefused(_STRANGER)
        return await self.begin(request, operator.operator_id, "oidc")

    async def begin(self, request: Request, operator_id: str, method: SignInMethod, tenant: str | None = None) -> str:
        """Begin a session and return its token; the one that the request came with ends: none is ever carried over.

        Raises SignInRefused for an operator who is in no tenant that is served here.
        """
        old = request.cookies.get(cookie_name(request, self.options))
        async with self._pools.auth() as conn:
            served = [one.tenant for one in await memberships_of(conn, operator_id) if one.tenant in self._tenants]
            if not served:
                raise SignInRefused("You are a member of no tenant here. Ask an admin: setright operators role NAME …")
            chosen = tenant if tenant in served else served[0]
            if old is not None:
                await end_session(conn, old)
            return await begin_session(conn, operator_id, chosen, method, self.clock())

    async def switch(self, request: Request, tenant: str) -> tuple[str, timedelta]:
        """Exchange the request's session for one in another tenant; returns its token and how long it lasts.

        It ends when the old one would have. Raises NotSeated, and Refused where the operator is no member.
        """
        old = request.cookies.get(cookie_name(request, self.options))
        found = await self.find(request)
        if found is None or old is None:
            raise NotSeated
        session, memberships = found
        if tenant not in [one.tenant for one in memberships]:
            raise Refused("not_found", "You are a member of no such tenant.")
        now = self.clock()
        async with self._pools.auth() as conn:
            await end_session(conn, old)
            token = await begin_session(
                conn, session.operator_id, tenant, session.method, now, expires_at=session.expires_at
            )
        return token, session.expires_at - now

    async def end(self, request: Request) -> None:
        """End the request's session, if it has one."""
        token = request.cookies.get(cookie_name(request, self.options))
        if token is not None:
            async with self._pools.auth() as conn:
                await end_session(conn, token)

    def told_by_proxy(self, request: Request) -> str | None:
        """Whom a trusted proxy says this is; None where none says so, or where anybody else does."""
        name = self.options.trusted_header
        peer = request.scope.get("state", {}).get("peer")
        if name is None or peer is None:
            return None
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return None
        told = request.headers.getlist(name)
        is_trusted = any(address in network for network in self.options.trusted_proxies)
        return told[0].strip() or None if is_trusted and len(told) == 1 else None


async def answer_not_seated(request: Request, _: Exception) -> Response:
    """Send a browser to the sign-in page; whatever fetches a part of a page, or a stream, is told 401."""
    headers = request.headers
    is_page = (
        headers.get("sec-fetch-mode", "navigate") == "navigate"
        and "x-fragment" not in headers
        and "text/event-stream" not in headers.get("accept", "")
    )
    if not is_page:
        return Response(status_code=401)
    asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    query = urlencode({"next": asked}) if request.method == "GET" else ""
    return RedirectResponse(f"{SIGN_IN}?{query}" if query else SIGN_IN, status_code=303)
