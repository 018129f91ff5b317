"""The example shop as a `Backend`: customers, orders and money in Postgres, and a payment provider beside it.

It serves any tenant whose rows are in the schema `shop`; which one is the scope's to say.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal

from pydantic import JsonValue

from adapters.backends.port import BackendOutcome, Prepared, Progress, Scope, Undoing
from adapters.backends.shop import snapshot
from adapters.backends.shop.actions.registry import READS, SPECS, WRITES, prepare
from adapters.backends.shop.actions.rows import refund_row
from adapters.backends.shop.context import assemble
from adapters.backends.shop.database import Pool, Transaction, scoped
from adapters.backends.shop.provider.client import PaymentProvider
from adapters.backends.shop.provider.errors import ProviderError
from adapters.backends.shop.provider.records import RefundRecord
from adapters.backends.shop.records import RefundRow
from adapters.backends.shop.undoing import undoing
from adapters.backends.shop.writes import Writes
from domain.action import ActionSpec, ProposedAction
from domain.customer import CustomerContext
from domain.errors import ActionRefused, Unavailable
from domain.ids import Label
from domain.ticket import IdentityLevel


class ShopBackend:
    """A `Backend`; `pool` connects as `customer_scope` and to nothing more, the provider has its own."""

    def __init__(self, pool: Pool, provider: PaymentProvider) -> None:
        self._pool = pool
        self._provider = provider
        self._writes = Writes(pool, provider)

    @property
    def specs(self) -> Mapping[Label, ActionSpec]:
        """The actions it offers."""
        return SPECS

    async def gather(self, scope: Scope, now: datetime) -> CustomerContext:
        """Assemble the customer context; what the provider newly says of a refund is written down on the way."""
        nothing = CustomerContext(customer_id=scope.customer_id, identity=scope.identity, name="", first_name="")
        if scope.identity is not IdentityLevel.proven:
            return nothing
        async with scoped(self._pool, scope) as tx:
            found = await snapshot.read(tx)
        if found is None:
            return nothing
        charges, methods = found.refunded_charges(), found.credited_methods()
        if charges or methods:
            refunds = snapshot.as_told(found.refunds, await self._told(scope, charges, methods))
            told = zip(found.refunds, refunds, strict=True)
            await self._note(scope, [new for old, new in told if new.status != old.status])
            found = replace(found, refunds=refunds)
        return assemble(found, scope.ticket_id, scope.identity, now)

    def prepare(self, context: CustomerContext, action: ProposedAction, spans: Mapping[str, str]) -> Prepared:
        """Resolve the arguments and check the preconditions; pure."""
        return prepare(context, action, spans)

    async def read(self, scope: Scope, prepared: Prepared, now: datetime) -> dict[str, JsonValue]:
        """Carry out a read action and return its answer."""
        _must_be_proven(scope)
        read = READS[prepared.action]
        async with scoped(self._pool, scope) as tx:
            return await read.answer(tx, self._provider, read.own(prepared), now)

    async def perform(self, scope: Scope, prepared: Prepared, idempotency_key: str, now: datetime) -> BackendOutcome:
        """Carry out a write once per idempotency key; see the port for what it raises."""
        _must_be_proven(scope)
        return await self._writes.perform(WRITES[prepared.action], scope, prepared, idempotency_key, now)

    async def look_up(self, scope: Scope, prepared: Prepared, idempotency_key: str) -> BackendOutcome | None:
        """What became of an earlier `perform` with this key; None when performing again with it is needed and safe.

        Raises:
            Unavailable: the shop or the payment provider does not answer now.
        """
        _must_be_proven(scope)
        return await self._writes.look_up(WRITES[prepared.action], scope, prepared, idempotency_key)

    async def read_back(self, scope: Scope, prepared: Prepared, outcome: BackendOutcome, now: datetime) -> bool:
        """Whether the shop's rows show the effect and the provider confirms every refund in it.

        Raises:
            Unavailable: the shop or the payment provider does not answer now.
        """
        del now
        _must_be_proven(scope)
        write = WRITES[prepared.action]
        if outcome.status != "succeeded":
            return False
        try:
            async with scoped(self._pool, scope) as tx:
                if not await write.is_shown(tx, write.own(prepared), outcome):
                    return False
                refunds = await _refunds(tx, outcome)
        except ActionRefused:  # there is no such record
            return False
        return all([await self._is_confirmed(scope, refund) for refund in refunds])

    async def progress(self, scope: Scope, prepared: Prepared, outcome: BackendOutcome, now: datetime) -> Progress:
        """How far the refunds of an effect are: failed when one has, settled when all are with the customer.

        Raises:
            Unavailable: the shop or the payment provider does not answer now.
        """
        del prepared, now
        _must_be_proven(scope)
        async with scoped(self._pool, scope) as tx:
            refunds = await _refunds(tx, outcome)
        charged = [row for row in refunds if row.provider_ref is not None]
        told = snapshot.as_told(charged, [found for row in charged if (found := await self._retrieve(scope, row))])
        await self._note(scope, [new for old, new in zip(charged, told, strict=True) if new.status != old.status])
        lost = [row for row in told if row.status in {"failed", "cancelled"}]
        if lost:
            return Progress(state="failed", code=lost[0].failure or lost[0].status)
        state: Literal["pending", "settled"] = (
            "pending" if any(row.status != "succeeded" for row in told) else "settled"
        )
        return Progress(state=state, code=state)

    def undo(
        self, scope: Scope, context: CustomerContext, prepared: Prepared, outcome: BackendOutcome
    ) -> Undoing | None:
        """The action that undoes an effect, where the shop has one; pure."""
        return undoing(scope, context, prepared, outcome)

    async def _is_confirmed(self, scope: Scope, refund: RefundRow) -> bool:
        if refund.provider_ref is None:  # a gift card's, or never sent
            return refund.status == "succeeded"
        told = await self._retrieve(scope, refund)
        return told is not None and told.amount == refund.amount and told.status in {"pending", "succeeded"}

    async def _retrieve(self, scope: Scope, refund: RefundRow) -> RefundRecord | None:
        try:
            return await self._provider.retrieve_refund(scope.tenant, refund.provider_ref or "")
        except ProviderError as error:
            raise Unavailable("The payment provider does not answer.") from error

    async def _told(self, scope: Scope, charges: list[str], methods: list[str]) -> list[RefundRecord]:
        try:
            return await self._provider.list_refunds(scope.tenant, charges, methods)
        except ProviderError as error:
            raise Unavailable("The payment provider does not answer.") from error

    async def _note(self, scope: Scope, changed: list[RefundRow]) -> None:
        """Keep what the provider newly said, as its webhook would have told it."""
        if changed:
            async with scoped(self._pool, scope) as tx:
                for row in changed:
                    await tx.run(snapshot.SQL["refund_is_now"], ref=row.ref, status=row.status, failure=row.failure)


async def _refunds(tx: Transaction, outcome: BackendOutcome) -> list[RefundRow]:
    refs = outcome.facts.get("refunds")
    return [await refund_row(tx, str(ref)) for ref in refs] if isinstance(refs, list) else []


def _must_be_proven(scope: Scope) -> None:
    """Nothing private is read and nothing written for somebody who is not known to be the customer."""
    if scope.identity is not IdentityLevel.proven:
        raise ActionRefused("The customer has not proven who they are.", code="not_proven")
