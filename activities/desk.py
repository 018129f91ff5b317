"""What activities work with: the store's pools, and each tenant's workspace, assistant and back end."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import structlog

from adapters.assistants.port import Assistant
from adapters.assistants.wordings import Shelf
from adapters.backends.port import Backend, Scope
from adapters.embeddings.port import Embedder
from adapters.reranking.port import Reranker
from adapters.workspace.published import with_texts
from adapters.workspace.tenant import TenantConfig
from domain.customer import CustomerContext
from domain.errors import NotFound
from domain.ids import Label, TenantId
from domain.model_call import ModelBudget
from domain.ticket import TicketRef
from store.contexts import read_context
from store.pools import Pools
from store.rows import Connection
from store.versions import newest_change, read_standing

_log = structlog.get_logger("desk")


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


#: Trains the assistant of a configuration, which takes seconds of a core: who is asked, and who answers at once.
Retrain = Callable[[TenantConfig], tuple[Assistant, Assistant]]


class CurrentDesks:
    """Each tenant's desk under the texts that are current, which may be published at any moment."""

    def __init__(self, files: Mapping[TenantId, TenantDesk], retrain: Retrain | None) -> None:
        """Take the desks as the workspace's files make them; without `retrain`, assistants stay as they are."""
        self._files = files
        self._held = {tenant: (0, desk) for tenant, desk in files.items()}
        self._retrain = retrain
        self._trained = {tenant: _examples(desk.config) for tenant, desk in files.items()}
        self._training: dict[TenantId, asyncio.Task[None]] = {}

    def held(self, tenant: TenantId) -> TenantDesk:
        """The desk as it was when somebody last looked; raises KeyError."""
        return self._held[tenant][1]

    async def look(self, conn: Connection, tenant: TenantId) -> TenantDesk:
        """The desk as it is now; raises KeyError, and WorkspaceErrors where a published text does not fit our files.

        Then nothing is judged, rather than by a text that somebody has replaced.
        """
        seq, desk = self._held[tenant]
        if await newest_change(conn, tenant) == seq:
            return desk
        standing = await read_standing(conn, tenant)
        config = await asyncio.to_thread(with_texts, self._files[tenant].config, standing.texts)
        seq, desk = self._held[tenant]
        if standing.seq <= seq:  # somebody else looked meanwhile
            return desk
        desk = replace(desk, config=config)
        self._held[tenant] = (standing.seq, desk)
        _log.info("versions_taken_up", tenant=tenant, seq=standing.seq, policy=config.policy.version)
        if self._retrain is not None and tenant not in self._training:
            self._training[tenant] = asyncio.create_task(self._train(tenant, self._retrain))
        return desk

    async def _train(self, tenant: TenantId, retrain: Retrain) -> None:
        """Learn the examples of the current procedures, if they are others; until then the old reading serves."""
        try:
            while (wanted := _examples(config := self.held(tenant).config)) != self._trained[tenant]:
                asked, quick = await asyncio.to_thread(retrain, config)
                seq, desk = self._held[tenant]
                self._held[tenant] = (seq, replace(desk, assistant=asked, quick=quick))
                self._trained[tenant] = wanted
        except Exception as error:  # noqa: BLE001 - the assistant that there is goes on; it says what it always said
            _log.error("training_failed", tenant=tenant, error=type(error).__name__)
        finally:
            del self._training[tenant]


def _examples(config: TenantConfig) -> dict[Label, tuple[str, ...]]:
    return {name: procedure.examples for name, procedure in config.procedures.items()}


@dataclass(frozen=True)
class Desk:
    """All that a worker's activities share; made once, at start. `tenants` is as the workspace's files say."""

    pools: Pools
    embedder: Embedder
    tenants: Mapping[TenantId, TenantDesk]
    contexts: KeptContexts = field(default_factory=KeptContexts)
    reranker: Reranker | None = None  # None: passages stay as the search orders them
    retrain: Retrain | None = None
    _current: CurrentDesks = field(init=False)
    _shelves: Mapping[TenantId, Shelf] = field(init=False)

    def __post_init__(self) -> None:
        """Hold each tenant's desk from the files until somebody looks."""
        object.__setattr__(self, "_current", CurrentDesks(self.tenants, self.retrain))
        object.__setattr__(self, "_shelves", {tenant: Shelf(self.embedder) for tenant in self.tenants})

    def tenant(self, tenant: TenantId) -> TenantDesk:
        """The desk of a tenant as it was last looked at; raises NotFound for one that this worker does not serve."""
        self._check(tenant)
        return self._current.held(tenant)

    async def current(self, conn: Connection, tenant: TenantId) -> TenantDesk:
        """The desk of a tenant under what is published now; raises NotFound, WorkspaceErrors."""
        self._check(tenant)
        return await self._current.look(conn, tenant)

    def shelf(self, tenant: TenantId) -> Shelf:
        """The tenant's wordings by nearness; raises NotFound for a tenant that this worker does not serve."""
        self._check(tenant)
        return self._shelves[tenant]

    def _check(self, tenant: TenantId) -> None:
        if tenant not in self.tenants:
            raise NotFound(f"This worker serves no tenant '{tenant}'; is its workspace the right one?")


def scope_of(ticket: TicketRef) -> Scope:
    """The scope a ticket was bound to when it was opened."""
    return Scope(
        tenant=ticket.tenant,
        customer_id=ticket.customer_id,
        ticket_id=ticket.ticket_id,
        identity=ticket.identity,
    )
