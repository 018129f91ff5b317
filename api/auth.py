"""Who calls, and what they may do: bearer keys, looked up by digest before anything else of a request is read.

An unknown, a revoked and a malformed key get the same answer; so does a key whose tenant is not served here. An address
that fails often is not looked up for a while, unless it sends a key that has been good before in this process.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.security import HTTPBearer
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Send
from starlette.types import Scope as AsgiScope

from api.buckets import Buckets
from api.deps import ApiDeps
from api.errors import Refused, response_to
from api.rates import address_of, too_many
from domain.errors import BadCustomerToken, SetrightError
from domain.ids import CustomerId, Label, TenantId
from domain.model import Model
from store.api_keys import look_up_key
from store.pools import Pools

#: Carries a customer token.
CUSTOMER_HEADER = "X-Setright-Customer"
_PROTECTED = re.compile(r"^/v1(/|$)")
_BEARER = re.compile(r"^[Bb]earer +(srk_[A-Za-z0-9_-]{43})$")


class Scope(StrEnum):
    """What a key may do."""

    tickets_read = "tickets_read"
    tickets_write = "tickets_write"
    identity_assert = "identity_assert"  # say that a writer is who they claim to be
    approvals_read = "approvals_read"
    approvals_decide = "approvals_decide"
    pause = "pause"  # stop actions, and let them go on
    knowledge = "knowledge"  # manage articles and sources, and read all of them
    operators = "operators"  # reply, take over, hand back, close, and read what is meant for operators
    admin = "admin"  # everything


class Principal(Model):
    """Who calls: one key of one tenant, perhaps an operator's own, or an operator who is signed in."""

    key_id: int | None  # None: a session of the console
    tenant: TenantId
    operator_id: str | None
    scopes: frozenset[str]
    roles: frozenset[str] = frozenset()  # what its operator may approve
    customer: CustomerId | None = None  # whom a customer token binds the request to

    def may(self, scope: Scope) -> bool:
        """Whether the key carries the scope."""
        return scope in self.scopes or Scope.admin in self.scopes

    @property
    def operator(self) -> str:
        """The operator who acts; raises Refused for a key that is nobody's: decisions are made by people."""
        if self.operator_id is None:
            raise Refused("forbidden", "This key belongs to no operator; use an operator's own key.")
        return self.operator_id

    @property
    def auth_method(self) -> Label:
        """By what they showed who they are, as records of decisions tell it."""
        return "session" if self.key_id is None else "api_key"

    @property
    def source(self) -> str:
        """What tells this caller from every other of the tenant: requests of two of them are never the same."""
        return f"session:{self.operator_id}" if self.key_id is None else str(self.key_id)

    @property
    def name(self) -> str:
        """How rows name whoever wrote them."""
        return self.operator_id or f"key:{self.key_id}"


class Authentication:
    """Lets nothing under /v1 pass without a key, whichever route it is for; plain ASGI, so no body is read before."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        pools: Pools,
        tenants: Mapping[TenantId, str],
        failures: Buckets,
        clock: Callable[[], float],
    ) -> None:
        self._app = app
        self._pools = pools
        self._tenants = tenants
        self._failures = failures
        self._clock = clock
        self._known: set[bytes] = set()  # digests of keys; who guesses behind a customer's proxy must not lock them out

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and _PROTECTED.match(scope["path"]):
            try:
                scope.setdefault("state", {})["principal"] = await self._authenticate(scope)
            except (Refused, SetrightError) as error:
                await response_to(error, scope)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _authenticate(self, scope: AsgiScope) -> Principal:
        match = _BEARER.match(Headers(scope=scope).get("authorization", ""))
        digest = hashlib.sha256(match[1].encode()).digest() if match else None
        address, now = address_of(scope), self._clock()
        if digest not in self._known and not (allowed := self._failures.look(address, now)).is_allowed:
            raise too_many(allowed)
        holder = None
        if match is not None:
            async with self._pools.auth() as conn:
                holder = await look_up_key(conn, match[1])
        if digest is None or holder is None or holder.tenant not in self._tenants:
            self._failures.take(address, now)
            self._known.discard(digest or b"")
            raise Refused("unauthenticated", "Send an API key that is valid: Authorization: Bearer srk_…")
        self._known.add(digest)
        return Principal(
            key_id=holder.id,
            tenant=holder.tenant,
            operator_id=holder.operator_id,
            scopes=frozenset(holder.scopes),
            roles=frozenset(holder.roles),
        )


#: Declares the scheme to OpenAPI; whether the key is good was found out before.
_scheme = HTTPBearer(auto_error=False, description="An API key: `srk_` and 43 characters.")


def needs(scope: Scope | None = None) -> Callable[[Request], Awaitable[Principal]]:
    """Make the dependency that hands a route its caller, if the key carries `scope`; otherwise 403.

    A route that is not made for customers refuses every customer token: it shows or does more than they may.
    """

    async def caller(request: Request, _: Annotated[object, Depends(_scheme)] = None) -> Principal:
        if CUSTOMER_HEADER in request.headers:
            raise Refused("forbidden", f"This path is not for customers; send it without {CUSTOMER_HEADER}.")
        return _principal(request, scope)

    return caller


def needs_for_customer(scope: Scope) -> Callable[..., Awaitable[Principal]]:
    """Make the dependency of a route that customers may use by a token of their own; it binds the caller to them."""

    async def caller(
        request: Request,
        _: Annotated[object, Depends(_scheme)] = None,
        token: Annotated[
            str | None,
            Header(
                alias=CUSTOMER_HEADER,
                description="A customer token (JWT): the writer is this customer and reaches no other's tickets.",
            ),
        ] = None,
    ) -> Principal:
        principal = _principal(request, scope)
        if token is None:
            return principal
        deps: ApiDeps = request.app.state.services.deps
        reader = deps.customer_tokens.get(principal.tenant)
        if reader is None or len(request.headers.getlist(CUSTOMER_HEADER)) > 1:
            raise BadCustomerToken("Customer tokens are not taken here like this; send one, or none.")
        return principal.model_copy(update={"customer": reader.read(token, deps.clock())})

    return caller


def _principal(request: Request, scope: Scope | None) -> Principal:
    principal: Principal = request.state.principal
    if scope is not None and not principal.may(scope):
        raise Refused("forbidden", f"This key lacks the scope {scope}.")
    return principal


Anyone = Annotated[Principal, Depends(needs())]
Reader = Annotated[Principal, Depends(needs(Scope.tickets_read))]
Writer = Annotated[Principal, Depends(needs(Scope.tickets_write))]
CustomerReader = Annotated[Principal, Depends(needs_for_customer(Scope.tickets_read))]
CustomerWriter = Annotated[Principal, Depends(needs_for_customer(Scope.tickets_write))]
Operator = Annotated[Principal, Depends(needs(Scope.operators))]
ApprovalReader = Annotated[Principal, Depends(needs(Scope.approvals_read))]
Approver = Annotated[Principal, Depends(needs(Scope.approvals_decide))]
Admin = Annotated[Principal, Depends(needs(Scope.admin))]
KnowledgeKeeper = Annotated[Principal, Depends(needs(Scope.knowledge))]
Pauser = Annotated[Principal, Depends(needs(Scope.pause))]
