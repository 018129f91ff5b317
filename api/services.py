"""What the routes of one process share: the parts handed in, and those that live as long as the process."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated, Any
from urllib.parse import quote

import structlog
from fastapi import Depends, Request

from api.bell import Bell
from api.buckets import Buckets
from api.deps import ApiDeps, Trust
from api.nudge import Nudger
from api.rates import burst_of
from api.widget.limits import VisitLimits
from api.widget.site import WidgetSite
from domain.errors import NotFound, SetrightError
from domain.identity import IdentityRules
from domain.ids import CustomerId, TenantId, TicketId, workflow_id
from domain.points import reach
from domain.ticket import TicketRef
from store.outbox import mark_delivered
from store.rows import Connection
from workflows.state import Rated

_log = structlog.get_logger("api")


class Services:
    """The shared parts of one process."""

    def __init__(self, deps: ApiDeps) -> None:
        self.deps = deps
        self.pools = deps.pools
        self.bell = Bell(deps.events_dsn)
        self.nudger = Nudger(deps.temporal, deps.task_queue, deps.pools)
        self.failures = Buckets(burst_of(deps.limits.failures))
        self.deliveries = Buckets(burst_of(deps.limits.per_key))
        self.dry_runs = asyncio.Semaphore(1)  # each takes a core for a while
        self.visits = VisitLimits(deps.monotonic)
        self._background: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Listen for events; at the end, stop every stream and give up what runs in the background."""
        listener = asyncio.create_task(self.bell.run(), name="api events")
        try:
            yield
        finally:
            self.bell.stop()
            tasks = (listener, *self._background)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def identity_rules(self, tenant: TenantId) -> IdentityRules:
        """Who is believed at a tenant."""
        return self.deps.identity.get(tenant) or IdentityRules()

    def site(self, tenant: TenantId) -> WidgetSite:
        """A tenant's widget; the defaults where nothing is said of it."""
        return self.deps.widgets.get(tenant) or WidgetSite(name=self.deps.tenants[tenant])

    def trust(self, tenant: TenantId) -> Trust:
        """What is known for trusting the tenant's procedures; raises NotFound where the workspace has none of it."""
        known = self.deps.trust.get(tenant)
        if known is None:
            raise NotFound("This API serves no procedures of the tenant.")
        return known

    def scope(self, tenant: TenantId, customer: CustomerId | None) -> AbstractAsyncContextManager[Connection]:
        """One transaction: a customer's own scope, or the tenant's where no customer is named."""
        return self.pools.operator(tenant) if customer is None else self.pools.customer(tenant, customer)

    def nudge_soon(self, ticket: TicketRef, seq: int) -> None:
        """Tell the workflow of a customer's message without keeping its sender waiting; the relay repairs a failure."""
        self._in_background(self._nudge(ticket, seq))

    def rate_soon(self, ticket: TicketRef, rated: Rated, update_id: str) -> None:
        """Have the workflow note a rating; the row counts, so a ticket that ends meanwhile loses nothing."""
        self._in_background(self._rate(ticket, rated, update_id))

    def temporal_url(self, ticket_id: TicketId) -> str | None:
        """Where people see the ticket's workflow, if there is a UI."""
        if self.deps.temporal_ui is None:
            return None
        namespace = quote(self.deps.temporal.namespace, safe="")
        name = quote(workflow_id(ticket_id), safe="")
        return f"{self.deps.temporal_ui.rstrip('/')}/namespaces/{namespace}/workflows/{name}"

    async def _nudge(self, ticket: TicketRef, seq: int) -> None:
        try:
            await self.nudger.receive(ticket, seq)
            reach("api.message_told")
            async with self.pools.operator(ticket.tenant) as conn:
                await mark_delivered(conn, ticket, "message", seq, self.deps.clock())
            reach("api.message_marked")
        except SetrightError as error:
            _log.info("nudge_left_to_relay", ticket_id=ticket.ticket_id, seq=seq, code=error.code)

    async def _rate(self, ticket: TicketRef, rated: Rated, update_id: str) -> None:
        try:
            await self.nudger.rate(ticket, rated, update_id)
        except SetrightError as error:
            _log.info("rating_not_noted", ticket_id=ticket.ticket_id, code=error.code)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._background.add(task)  # the loop itself keeps no task alive
        task.add_done_callback(self._background.discard)


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


Shared = Annotated[Services, Depends(_services)]
