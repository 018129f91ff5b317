"""The example shop passes the suite that every back end must pass."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from adapters.backends.port import BackendOutcome, Scope
from adapters.backends.shop.backend import ShopBackend
from domain.action import Arguments
from domain.customer import CustomerContext
from domain.ids import Label
from tests.integration.adapters.backends.till import NOW, Till, choice, euros, one
from tests.support.conformance import Conformance
from tests.support.subject import Fault, Subject

KINDS = {
    Fault.unreached: "fail_before",
    Fault.lost_answer: "timeout_after_commit",
    Fault.error_forever: "answer_500_forever",
    Fault.slow: "slow",
    Fault.refused: "refuse_card_closed",
    Fault.pending: "pending",
}


@dataclass
class ShopSubject:
    """Dan's television: 50 of 1,299 euros go back."""

    till: Till
    faults: AbstractSet[Fault] = frozenset(Fault)

    @property
    def backend(self) -> ShopBackend:
        """The shop."""
        return self.till.backend

    @property
    def scope(self) -> Scope:
        """Dan's."""
        return self.till.scope("cus_dan")

    @property
    def stranger(self) -> Scope:
        """Eve's."""
        return self.till.scope("cus_eve")

    @property
    def now(self) -> datetime:
        """The test's day."""
        return NOW

    def write(self, context: CustomerContext) -> tuple[Label, Arguments]:
        """A refund of a part."""
        payment = context.orders[0].payments[0]
        return "issue_refund", {"payment": one(payment.handle), "amount": euros(5000), "reason": choice("damaged")}

    def read(self, context: CustomerContext) -> tuple[Label, Arguments]:
        """Where the parcel is."""
        return "track_shipment", {"order": one(context.orders[0].handle)}

    async def inject(self, fault: Fault) -> None:
        """Plant it at the provider."""
        self.till.provider._timeout = 0.2 if fault is Fault.slow else 5.0
        await self.till.inject(KINDS[fault], delay_ms=1000 if fault is Fault.slow else 0)  # type: ignore[arg-type]

    async def finish(self) -> None:
        """The provider goes on when nobody waits any more."""
        await self.till.provider.aclose()

    async def settle(self, outcome: BackendOutcome, *, fails: bool) -> None:
        """By the provider's id of the refund."""
        (row,) = await self.till.rows(
            "select provider_ref from shop.refunds where tenant = %(tenant)s and ref = %(ref)s", ref=outcome.ref
        )
        status, failure = ("failed", "card_closed") if fails else ("succeeded", None)
        await self.till.provider.settle_refund(self.till.tenant, row["provider_ref"], status, failure)  # type: ignore[arg-type]

    async def prune_keys(self) -> None:
        """All of them."""
        await self.till.provider.prune_keys(self.till.tenant, NOW + timedelta(days=1))

    async def effects(self) -> dict[str, int]:
        """The provider's keys are ours with the shop's row behind."""
        counted = await self.till.effects()
        return {key.partition(":")[0]: number for key, number in counted.items() if not key.startswith("recall:")}


class TestShop(Conformance):
    """The suite on the shop."""

    @pytest.fixture
    def subject(self, till: Till) -> Subject:
        """A tenant of the test's own."""
        return ShopSubject(till)
