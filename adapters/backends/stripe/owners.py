"""Whose is it: the one place that compares a Stripe customer with the scope's.

Reads start from the scope's customers. Before money moves, the charge's own customer is fetched and compared once
more, so that a wrong reference, however it got into the arguments, finds nothing.
"""

from adapters.backends.port import Scope
from adapters.backends.stripe.account import CustomerById, CustomerByMetadata
from adapters.backends.stripe.books import StripeBooks
from adapters.backends.stripe.records import CustomerRecord, OwnedRefund
from domain.errors import ActionRefused


class Owners:
    """Maps the tenant's customers to Stripe's."""

    def __init__(self, books: StripeBooks, mapping: CustomerById | CustomerByMetadata) -> None:
        self._books = books
        self._mapping = mapping

    async def customers(self, scope: Scope) -> list[CustomerRecord]:
        """The Stripe customers that are the scope's customer: none, one, or several who bought as guests."""
        match self._mapping:
            case CustomerById():
                found = await self._books.customer(scope.customer_id)
                return [found] if found is not None and self._is(scope, found) else []
            case CustomerByMetadata(field=field):
                return await self._books.customers_with(field, scope.customer_id)

    async def check_charge(self, scope: Scope, charge: str) -> None:
        """Refuse a charge that is not the scope's customer's as one that does not exist ("unknown_record")."""
        found = await self._books.charge_with_customer(charge)
        if found is None or not self._is(scope, found.customer):
            raise ActionRefused("There is no such record.", code="unknown_record")

    async def refund(self, scope: Scope, ref: str) -> OwnedRefund | None:
        """A refund of the scope's customer; anybody else's is not there."""
        found = await self._books.refund_with_customer(ref)
        return found if found is not None and self._is(scope, found.charge.customer) else None

    def _is(self, scope: Scope, customer: CustomerRecord | None) -> bool:
        if customer is None or customer.deleted:
            return False
        match self._mapping:
            case CustomerById():
                return customer.id == scope.customer_id
            case CustomerByMetadata(field=field):
                return customer.metadata.get(field) == scope.customer_id
