"""What activities work with: the store's pools, and each tenant's workspace, assistant and back end."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.assistants.port import Assistant
from adapters.backends.port import Backend, Scope
from adapters.embeddings.port import Embedder
from adapters.workspace.tenant import TenantConfig
from domain.errors import NotFound
from domain.ids import TenantId
from domain.ticket import TicketRef
from store.pools import Pools


@dataclass(frozen=True)
class TenantDesk:
    """One tenant: how its tickets are handled, by whom, and on which system of record."""

    config: TenantConfig
    assistant: Assistant
    backend: Backend


@dataclass(frozen=True)
class Desk:
    """All that a worker's activities share; made once, at start."""

    pools: Pools
    embedder: Embedder
    tenants: Mapping[TenantId, TenantDesk]

    def tenant(self, tenant: TenantId) -> TenantDesk:
        """The desk of a tenant; raises NotFound for one that this worker does not serve."""
        desk = self.tenants.get(tenant)
        if desk is None:
            raise NotFound(f"This worker serves no tenant '{tenant}'; is its workspace the right one?")
        return desk


def scope_of(ticket: TicketRef) -> Scope:
    """The scope a ticket was bound to when it was opened."""
    return Scope(
        tenant=ticket.tenant,
        customer_id=ticket.customer_id,
        ticket_id=ticket.ticket_id,
        identity=ticket.identity,
    )
