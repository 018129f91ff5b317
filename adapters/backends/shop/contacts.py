"""Where the shop's customers are written to: read inside the customer's own scope, and shown to nobody.

Unlike everything else of a customer's it is read for writers who have proven nothing yet: that is how they can.
"""

from dataclasses import dataclass

from adapters.backends.port import Scope
from adapters.backends.shop.database import Pool, scoped
from adapters.backends.shop.queries import named
from domain.ids import CustomerId

_SQL = named("contacts")


@dataclass(frozen=True, slots=True)
class _Contact:
    email: str


@dataclass(frozen=True, slots=True)
class _Account:
    customer_id: CustomerId


class ShopContacts:
    """An `AddressBook` and an `AccountBook`; `pool` connects as `customer_scope` and to nothing more."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def address(self, scope: Scope) -> str | None:
        """The customer's email address, or None where the shop does not know the customer; raises Unavailable."""
        async with scoped(self._pool, scope) as tx:
            found = await tx.one(_Contact, _SQL["email"])
        return found.email if found is not None and found.email else None

    async def account(self, scope: Scope, name: str) -> CustomerId | None:
        """Whose the email address or order number is, or None where nobody's or not one customer's; raises Unavailable.

        Both are looked for whatever the name looks like, so that the work is the same.
        """
        name = name.lower()
        async with scoped(self._pool, scope) as tx:
            await tx.run(_SQL["name_account"], named=name)
            found = await tx.all(_Account, _SQL["named_account"], named=name)
        return found[0].customer_id if len(found) == 1 else None
