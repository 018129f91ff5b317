"""The Stripe back end passes the suite that every back end must pass, over HTTP and through Stripe's own SDK."""

import asyncio
from collections.abc import AsyncIterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from adapters.backends.port import BackendOutcome, Scope
from adapters.backends.stripe.account import CustomerByMetadata
from adapters.backends.stripe.backend import StripeBackend, open_stripe
from domain.action import Arguments
from domain.customer import CustomerContext
from domain.ids import Label
from domain.money import Money
from domain.slot import HandleValue, LabelValue, MoneyValue
from domain.ticket import IdentityLevel
from tests.integration.adapters.backends.stripe.cash_desk import account_at
from tests.support.conformance import Conformance
from tests.support.stripe_server.faults import Fault as StripeFault
from tests.support.stripe_server.faults import FaultKind
from tests.support.stripe_server.serving import START, StripeServer, stripe_server
from tests.support.subject import Fault, Subject

#: Longer than the patience below.
LATE_SECONDS = 1.0
KINDS: dict[Fault, FaultKind] = {
    Fault.unreached: "never_arrives",
    Fault.lost_answer: "lost_answer",
    Fault.error_forever: "error_500",
    Fault.slow: "slow",
    Fault.refused: "failed",
    Fault.pending: "pending",
}


@dataclass
class StripeSubject:
    """Dan paid 1,299 euros; 50 of them go back. Eve paid as well."""

    backend: StripeBackend
    server: StripeServer
    faults: AbstractSet[Fault] = frozenset(Fault)

    @property
    def scope(self) -> Scope:
        """Dan's."""
        return _scope("dan", "T-0000TEST")

    @property
    def stranger(self) -> Scope:
        """Eve's."""
        return _scope("eve", "T-0000TEST")

    @property
    def now(self) -> datetime:
        """The account's time."""
        return datetime.fromtimestamp(START, UTC)

    def write(self, context: CustomerContext) -> tuple[Label, Arguments]:
        """A refund of a part."""
        return "issue_refund", {
            "payment": HandleValue(handle=context.payments[0].handle),
            "amount": MoneyValue(money=Money(amount=5000, currency="EUR")),
            "reason": LabelValue(label="damaged"),
        }

    def read(self, context: CustomerContext) -> tuple[Label, Arguments]:
        """Where an earlier refund is."""
        return "refund_status", {"refund": HandleValue(handle=context.refunds[0].handle)}

    async def inject(self, fault: Fault) -> None:
        """Plant it at the server."""
        self.server.account.faults.inject(StripeFault(KINDS[fault], seconds=LATE_SECONDS))

    async def finish(self) -> None:
        """The server goes on when nobody waits any more."""
        while self.server.account.keys.busy:
            await asyncio.sleep(0.02)

    async def settle(self, outcome: BackendOutcome, *, fails: bool) -> None:
        """As a bank would."""
        status, failure = ("failed", "expired_or_canceled_card") if fails else ("succeeded", None)
        self.server.webhooks.settle(outcome.ref or "", status, failure)

    async def prune_keys(self) -> None:
        """More than a day passes."""
        self.server.clock.advance(hours=25)

    async def effects(self) -> dict[str, int]:
        """By the server's own log; the earlier refund has no key."""
        return {str(key): number for key, number in self.server.books.effects_by_key().items() if key is not None}


class TestStripe(Conformance):
    """The suite on Stripe."""

    @pytest.fixture
    async def subject(self) -> AsyncIterator[Subject]:
        """An account with two customers, who are named in their metadata."""
        async with stripe_server() as server:
            for name in ("dan", "eve"):
                ref = server.books.add_customer(f"cus_{name}", name, shop_id=name)
                charge = server.books.add_charge(ref, 129_900)
                server.books.create_refund({"charge": charge, "amount": "1000"}, None, "succeeded", None)
            account = account_at(server, CustomerByMetadata(by="metadata", field="shop_id"))
            async with open_stripe(account) as backend:
                yield StripeSubject(backend, server)


def _scope(customer: str, ticket: str) -> Scope:
    return Scope(tenant="meridian", customer_id=customer, ticket_id=ticket, identity=IdentityLevel.proven)
