"""Who writes in the widget: the customer of a token, or an anonymous visitor; a key never reaches a browser."""

import hashlib
import json
from typing import Annotated

from fastapi import Depends, Header, Path, Request

from api.auth import CUSTOMER_HEADER, Principal, Scope
from api.errors import Refused
from api.idempotency import KeyText, Once
from api.routers.common import TicketPath
from api.services import Services, Shared
from api.widget import visitors
from domain.errors import BadCustomerToken, NotFound
from domain.ids import CustomerId, TenantId
from domain.model import Model
from store.idempotency import RequestKey
from store.tickets import TicketRow, read_ticket
from store.visits import read_claimed

VISITOR_HEADER = "X-Setright-Visitor"
_SCOPES = frozenset({Scope.tickets_read, Scope.tickets_write})


class Guest(Model):
    """A customer in the widget: whose tickets they reach, and with what rights they ask."""

    tenant: TenantId
    customer: CustomerId
    principal: Principal

    def on(self, ticket: TicketRow) -> Principal:
        """Who asks about one ticket that the guest reaches: its customer, whom nobody need believe a visitor to be."""
        return self.principal.model_copy(update={"customer": ticket.customer_id})

    def is_claiming(self, ticket: TicketRow) -> bool:
        """Whether the ticket is of an account that this visitor has named."""
        return ticket.customer_id != self.customer


def _tenant(tenant: Annotated[str, Path()], services: Shared) -> TenantId:
    """The tenant of the address; an unknown one is like a path that is none."""
    if tenant not in services.deps.tenants:
        raise NotFound("There is no such chat.")
    return tenant


async def _guest(
    request: Request,
    tenant: Annotated[TenantId, Depends(_tenant)],
    services: Shared,
    token: Annotated[str | None, Header(alias=CUSTOMER_HEADER)] = None,
    secret: Annotated[str | None, Header(alias=VISITOR_HEADER)] = None,
) -> Guest:
    services.visits.count_address(request.scope)
    if (token is None) == (secret is None):
        raise Refused("unauthenticated", f"Send {CUSTOMER_HEADER} (a token) or {VISITOR_HEADER} (a visit's secret).")
    customer = _customer(services, tenant, token, secret)
    services.visits.count(request.scope, tenant, customer)
    principal = Principal(
        key_id=None,
        tenant=tenant,
        operator_id=None,
        scopes=_SCOPES,
        customer=customer,
        is_visitor=token is None,
    )
    return Guest(tenant=tenant, customer=customer, principal=principal)


def _customer(services: Services, tenant: TenantId, token: str | None, secret: str | None) -> CustomerId:
    deps = services.deps
    if token is None:
        return visitors.read(deps.visitor_key, tenant, secret or "", deps.clock())
    reader = deps.customer_tokens.get(tenant)
    if reader is None:
        raise BadCustomerToken("Customer tokens are not taken here.")
    return reader.read(token, deps.clock())


async def _own_ticket(ticket_id: TicketPath, guest: Annotated[Guest, Depends(_guest)], services: Shared) -> TicketRow:
    """The guest's ticket, read in its customer's scope: another's is like none.

    A visitor's own are those of the visit, and those that they opened from one of them by naming an account.
    """
    whose: CustomerId | None = None
    if guest.principal.is_visitor:
        async with services.pools.operator(guest.tenant) as conn:
            whose = await read_claimed(conn, guest.tenant, ticket_id, guest.customer)
    async with services.pools.customer(guest.tenant, whose or guest.customer) as conn:
        return await read_ticket(conn, guest.tenant, ticket_id)


async def _once(
    request: Request,
    guest: Annotated[Guest, Depends(_guest)],
    idempotency_key: Annotated[KeyText, Header(alias="Idempotency-Key")],
) -> Once:
    """The key of one write: needed, because whoever writes from a phone sends twice; no guest meets another's."""
    key = hashlib.sha256(f"{guest.customer}\n{idempotency_key}".encode()).hexdigest()
    content = json.dumps(await request.json(), sort_keys=True)
    return Once(
        RequestKey(
            tenant=guest.tenant,
            key=f"widget:{key}",
            route=f"{request.method} {request.url.path}",
            request_sha256=hashlib.sha256(content.encode()).hexdigest(),
        )
    )


TenantPath = Annotated[TenantId, Depends(_tenant)]
Asking = Annotated[Guest, Depends(_guest)]
OwnTicket = Annotated[TicketRow, Depends(_own_ticket)]
OnceOnly = Annotated[Once, Depends(_once)]
