"""What tests of the shop do: the back end on tenants of the test's own, and the provider's books beside it."""

import itertools
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, LiteralString

from psycopg import AsyncConnection
from psycopg.rows import TupleRow, dict_row
from psycopg_pool import AsyncConnectionPool

from adapters.backends.port import BackendOutcome, Prepared, Scope
from adapters.backends.shop.backend import ShopBackend
from adapters.backends.shop.generate.builder import Store
from adapters.backends.shop.generate.load import generate
from adapters.backends.shop.provider import faults
from adapters.backends.shop.provider.client import PaymentProvider
from domain.action import ArgumentValue, ProposedAction
from domain.customer import CustomerContext, Order
from domain.ids import Handle
from domain.money import Money
from domain.slot import HandlesValue, HandleValue, LabelValue, MoneyValue, PairsValue
from domain.ticket import IdentityLevel

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
TICKET = "T-0000TEST"

Pool = AsyncConnectionPool[AsyncConnection[TupleRow]]


@dataclass
class Till:
    """The back end as one ticket after another uses it."""

    backend: ShopBackend
    provider: PaymentProvider
    superuser: AsyncConnection[TupleRow]
    tenant: str
    saas: str  # the tenant that sells subscriptions
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def scope(self, customer: str, identity: IdentityLevel = IdentityLevel.proven) -> Scope:
        """The scope of a ticket of this customer."""
        return Scope(tenant=self.tenant, customer_id=customer, ticket_id=TICKET, identity=identity)

    async def context(self, customer: str, now: datetime = NOW) -> CustomerContext:
        """What the shop knows of a customer."""
        return await self.backend.gather(self.scope(customer), now)

    async def order(self, customer: str, number: str) -> Order:
        """One order of a customer, as it is now."""
        context = await self.context(customer)
        return next(order for order in context.orders if order.number == number)

    async def prepare(
        self, customer: str, name: str, spans: Mapping[str, str] | None = None, /, **args: ArgumentValue
    ) -> Prepared:
        """Prepare an action on a fresh context."""
        action = ProposedAction.of(action_id=f"{TICKET}/a{next(self._numbers)}", name=name, args=args, wish=0)
        return self.backend.prepare(await self.context(customer), action, spans or {})

    async def perform(self, customer: str, prepared: Prepared, key: str = "key-1") -> BackendOutcome:
        """Carry out a prepared action."""
        return await self.backend.perform(self.scope(customer), prepared, key, NOW)

    async def look_up(self, customer: str, prepared: Prepared, key: str = "key-1") -> BackendOutcome | None:
        """Ask what became of an earlier attempt."""
        return await self.backend.look_up(self.scope(customer), prepared, key)

    async def is_shown(self, customer: str, prepared: Prepared, outcome: BackendOutcome) -> bool:
        """Read an effect back."""
        return await self.backend.read_back(self.scope(customer), prepared, outcome, NOW)

    async def inject(
        self,
        kind: faults.FaultKind,
        operation: faults.Operation = "create_refund",
        remaining: int = 1,
        delay_ms: int = 0,
    ) -> None:
        """Let the provider's next calls fail."""
        await faults.inject(self.superuser, self.tenant, operation, kind, remaining, delay_ms)

    @contextmanager
    def impatient(self) -> Iterator[None]:
        """Give up on the provider's answers after a fifth of a second."""
        usual, self.provider._timeout = self.provider._timeout, 0.2
        yield
        self.provider._timeout = usual

    async def effects(self) -> dict[str, int]:
        """How many effects each key had at the provider."""
        return await faults.effects_by_key(self.superuser, self.tenant)

    async def rows(self, query: LiteralString, **params: object) -> list[dict[str, Any]]:
        """Rows as the superuser sees them."""
        async with self.superuser.cursor(row_factory=dict_row) as cursor:
            await cursor.execute(query, {**params, "tenant": self.tenant})
            return await cursor.fetchall()

    async def plant(self, statement: LiteralString, **params: object) -> None:
        """Change something behind the back end's back; the statement names `%(tenant)s`."""
        await self.superuser.execute(statement, {**params, "tenant": self.tenant})


@cache
def named_people(tenant: str) -> Store:
    """A tenant of the example without its crowd: loaded in no time, for tests that change things."""
    whole, kept = generate(TODAY)[tenant], Store()
    for column in fields(Store):
        rows = getattr(whole, column.name)
        getattr(kept, column.name).extend(row for row in rows if not _is_of_the_crowd(row))
    return kept


def _is_of_the_crowd(row: object) -> bool:
    owner = getattr(row, "customer", None) or getattr(row, "method", None) or getattr(row, "ref", "")
    return re.match(r"cus_\d{4}\b", str(owner)) is not None


def one(handle: Handle) -> HandleValue:
    """An argument that names one record."""
    return HandleValue(handle=handle)


def several(*handles: Handle) -> HandlesValue:
    """An argument that names several records."""
    return HandlesValue(handles=handles)


def pair(*pairs: tuple[Handle, Handle]) -> PairsValue:
    """An argument that names records with what is wanted instead."""
    return PairsValue(pairs=pairs)


def choice(label: str) -> LabelValue:
    """An argument that is a choice."""
    return LabelValue(label=label)


def euros(amount: int, currency: str = "EUR") -> MoneyValue:
    """An argument that is an amount, in minor units."""
    return MoneyValue(money=Money(amount=amount, currency=currency))
