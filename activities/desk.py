"""What activities work with: the store's pools, and each tenant's workspace, assistant and back end."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.assistants.port import Assistant
from adapters.backends.port import Backend, Scope
from adapters.embeddings.port import Embedder
from adapters.reranking.port import Reranker
from adapters.workspace.tenant import TenantConfig
from domain.customer import CustomerContext
from domain.errors import NotFound
from domain.ids import TenantId
from domain.model_call import ModelBudget
from domain.ticket import TicketRef
from store.contexts import read_context
from store.pools import Pools
from store.rows import Connection


@dataclass(frozen=True)
class TenantDesk:
    """One tenant: how its tickets are handled, by whom, and on which system of record."""

    config: TenantConfig
    assistant: Assistant
    backend: Backend
    #: Who answers where a model must not be asked: inside a local activity, which has no time for one.
    quick: Assistant | None = None
    model_budget: ModelBudget = field(default_factory=ModelBudget)
    uses_model: bool = False

    def __post_init__(self) -> None:
        """Refuse an assistant that would send words out as they are; raises RuntimeError."""
        if self.assistant.sends_words_out:
            raise RuntimeError(
                "an assistant that sends words out is attached behind a mask (adapters/assistants/redaction)"
            )


class KeptContexts:
    """The customer contexts read last: a snapshot never changes, and a turn reads its own six times."""

    def __init__(self, most: int = 200) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[TenantId, int], CustomerContext] = OrderedDict()

    async def read(self, conn: Connection, tenant: TenantId, context_id: int) -> CustomerContext:
        """A snapshot of the tenant's, from memory or from its row; raises NotFound."""
        key = (tenant, context_id)
        if key not in self._kept:
            self.keep(tenant, context_id, await read_context(conn, tenant, context_id))
        self._kept.move_to_end(key)
        return self._kept[key]

    def keep(self, tenant: TenantId, context_id: int, context: CustomerContext) -> None:
        """Remember a snapshot; the one that was read longest ago goes."""
        self._kept[tenant, context_id] = context
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)


@dataclass(frozen=True)
class Desk:
    """All that a worker's activities share; made once, at start."""

    pools: Pools
    embedder: Embedder
    tenants: Mapping[TenantId, TenantDesk]
    contexts: KeptContexts = field(default_factory=KeptContexts)
    reranker: Reranker | None = None  # None: passages stay as the search orders them

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
