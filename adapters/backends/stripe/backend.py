"""A Stripe account as a `Backend`: what customers paid, what went back, and refunds made once.

It knows payments and refunds and nothing of orders; beside a shop's back end it is its cash desk.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from pydantic import JsonValue

from adapters.backends.port import BackendOutcome, Prepared, Progress, Scope, Undoing
from adapters.backends.stripe import actions
from adapters.backends.stripe.account import StripeAccount
from adapters.backends.stripe.books import StripeBooks
from adapters.backends.stripe.context import Assembly, Paid
from adapters.backends.stripe.owners import Owners
from adapters.backends.stripe.records import ChargeRecord, RefundRecord
from adapters.backends.stripe.refunds import Refunds, refused
from domain.action import ActionSpec, ProposedAction
from domain.customer import CustomerContext, Refund
from domain.errors import ActionRefused
from domain.ids import Label, handle_for
from domain.slot import HandleValue
from domain.ticket import IdentityLevel


class StripeBackend:
    """A `Backend` over one tenant's account; `open_stripe` makes one."""

    def __init__(self, account: StripeAccount, books: StripeBooks) -> None:
        self._books = books
        self._owners = Owners(books, account.customers)
        self._refunds = Refunds(books, self._owners)

    @property
    def specs(self) -> Mapping[Label, ActionSpec]:
        """The actions it offers."""
        return actions.SPECS

    async def gather(self, scope: Scope, now: datetime) -> CustomerContext:
        """The customer's payments and refunds, newest first; an empty context for whoever is not proven."""
        if scope.identity is not IdentityLevel.proven:
            return CustomerContext(customer_id=scope.customer_id, identity=scope.identity, name="", first_name="")
        customers = await self._owners.customers(scope)
        paid = [
            Paid(charge, await self._refunds_of(charge))
            for customer in customers
            for charge in await self._books.charges_of(customer.id)
            if charge.paid and charge.captured
        ]
        paid.sort(key=lambda one: one.charge.created, reverse=True)
        return Assembly(scope.customer_id, scope.ticket_id, now).context(customers, paid)

    def prepare(self, context: CustomerContext, action: ProposedAction, spans: Mapping[str, str]) -> Prepared:
        """Resolve the arguments and check the preconditions; pure."""
        del spans  # no argument of these actions is words
        return actions.prepare(context, action)

    async def read(self, scope: Scope, prepared: Prepared, now: datetime) -> dict[str, JsonValue]:
        """Carry out a read action and return its answer."""
        del now
        _must_be_proven(scope)
        return await self._refunds.status(scope, prepared)

    async def perform(self, scope: Scope, prepared: Prepared, idempotency_key: str, now: datetime) -> BackendOutcome:
        """Carry out a write once per idempotency key; see the port for what it raises."""
        del now
        _must_be_proven(scope)
        try:
            if prepared.action == actions.CANCEL_REFUND.name:
                return await self._refunds.cancel(scope, prepared, idempotency_key)
            return await self._refunds.issue(scope, prepared, idempotency_key)
        except ActionRefused as refusal:
            return refused(refusal)

    async def look_up(self, scope: Scope, prepared: Prepared, idempotency_key: str) -> BackendOutcome | None:
        """What became of an earlier `perform`, by Stripe's lists and never by sending it again.

        None when the books do not show it. The same key may then be sent again: within 24 hours Stripe keeps it from
        happening twice, and later no request can still be under way.

        Raises:
            Unavailable: Stripe does not answer now.
        """
        _must_be_proven(scope)
        if prepared.action == actions.CANCEL_REFUND.name:
            return await self._refunds.look_up_cancelled(scope, prepared)
        return await self._refunds.look_up_issued(prepared, idempotency_key)

    async def read_back(self, scope: Scope, prepared: Prepared, outcome: BackendOutcome, now: datetime) -> bool:
        """Whether Stripe now shows the effect; raises Unavailable."""
        del now
        _must_be_proven(scope)
        if outcome.status != "succeeded":
            return False
        if prepared.action == actions.CANCEL_REFUND.name:
            return await self._refunds.look_up_cancelled(scope, prepared) is not None
        return await self._refunds.is_shown(scope, prepared, outcome)

    async def progress(self, scope: Scope, prepared: Prepared, outcome: BackendOutcome, now: datetime) -> Progress:
        """How far the money of a refund is; a cancellation is settled at once. Raises Unavailable."""
        del now
        _must_be_proven(scope)
        if prepared.action == actions.CANCEL_REFUND.name:
            return Progress(state="settled", code="settled")
        return await self._refunds.progress(prepared, outcome)

    def undo(
        self, scope: Scope, context: CustomerContext, prepared: Prepared, outcome: BackendOutcome
    ) -> Undoing | None:
        """Cancelling a refund that waits for the customer: the only one that Stripe lets anybody cancel. Pure."""
        handle = handle_for("refund", scope.ticket_id, outcome.ref or "")
        refund = context.find(handle)
        waits = prepared.action == actions.ISSUE_REFUND.name and outcome.facts.get("needs_customer") is True
        if not waits or not isinstance(refund, Refund) or refund.status != "pending":
            return None
        return Undoing(actions.CANCEL_REFUND.name, {"refund": HandleValue(handle=handle)})

    async def _refunds_of(self, charge: ChargeRecord) -> Sequence[RefundRecord]:
        """All refunds of a charge: most charges come with theirs."""
        return await self._books.refunds_of(charge.id) if charge.refunds.has_more else charge.refunds.data


def _must_be_proven(scope: Scope) -> None:
    """Nothing private is read and nothing written for somebody who is not known to be the customer."""
    if scope.identity is not IdentityLevel.proven:
        raise ActionRefused("The customer has not proven who they are.", code="not_proven")


@asynccontextmanager
async def open_stripe(account: StripeAccount) -> AsyncIterator[StripeBackend]:
    """Open the back end of an account and close it again; no request is made before one is needed."""
    books = StripeBooks(account)
    try:
        yield StripeBackend(account, books)
    finally:
        await books.aclose()
