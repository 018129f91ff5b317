"""The remote shop as a subject of the conformance suite, whatever protocol stands between."""

import asyncio
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime

from adapters.backends.port import Backend, BackendOutcome, Scope
from domain.action import Arguments
from domain.customer import CustomerContext
from domain.ids import CustomerId, Label
from domain.money import Money
from domain.slot import HandleValue, LabelValue, MoneyValue
from domain.ticket import IdentityLevel
from tests.support.remote_shop.books import LATE_SECONDS, Books
from tests.support.subject import Fault

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@dataclass
class RemoteSubject:
    """Ada's first order: 20 of 30 euros go back."""

    backend: Backend
    books: Books
    faults: AbstractSet[Fault] = frozenset(Fault)
    now: datetime = NOW

    @property
    def scope(self) -> Scope:
        """Ada's."""
        return scope_of("c-1")

    @property
    def stranger(self) -> Scope:
        """Bo's."""
        return scope_of("c-2")

    def write(self, context: CustomerContext) -> tuple[Label, Arguments]:
        """A refund of a part."""
        payment = next(order for order in context.orders if order.number == "o-1").payments[0]
        return "issue_refund", {
            "payment": HandleValue(handle=payment.handle),
            "amount": MoneyValue(money=Money(amount=2000, currency="EUR")),
            "reason": LabelValue(label="damaged"),
        }

    def read(self, context: CustomerContext) -> tuple[Label, Arguments]:
        """Where the parcel is."""
        return "track_parcel", {"order": HandleValue(handle=context.orders[0].handle)}

    async def inject(self, fault: Fault) -> None:
        """Plant it in the books; the shop refuses by itself what was given back behind our back."""
        match fault:
            case Fault.refused:
                await self.books.give_back("p-1", 3000, "by hand", "somebody-else")
                with self.books.rows() as db:
                    db.execute("delete from log")
            case _:
                self.books.plant(fault.value)

    async def finish(self) -> None:
        """Longer than the shop is late."""
        await asyncio.sleep(LATE_SECONDS)

    async def settle(self, outcome: BackendOutcome, *, fails: bool) -> None:
        """By the shop's own id."""
        self.books.settle(outcome.ref or "", fails=fails)

    async def prune_keys(self) -> None:
        """All of them."""
        self.books.forget_keys()

    async def effects(self) -> dict[str, int]:
        """By the shop's own log."""
        return self.books.effects()


def scope_of(customer: CustomerId, identity: IdentityLevel = IdentityLevel.proven) -> Scope:
    """A ticket of a customer of the remote shop."""
    return Scope(tenant="harbour", customer_id=customer, ticket_id="T-0000TEST", identity=identity)
