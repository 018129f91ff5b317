"""Where the shop's customers are written to: read inside the customer's own scope, and shown to nobody.

Unlike everything else of a customer's it is read for writers who have proven nothing yet: that is how they can.
"""

from dataclasses import dataclass

from adapters.backends.port import Scope
from adapters.backends.shop.database import Pool, scoped
from adapters.backends.shop.queries import named

_SQL = named("contacts")


@dataclass(frozen=True, slots=True)
class _Contact:
    email: str


class ShopContacts:
    """An `AddressBook`; `pool` connects as `customer_scope` and to nothing more."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def address(self, scope: Scope) -> str | None:
        """The customer's email address, or None where the shop does not know the customer; raises Unavailable."""
        async with scoped(self._pool, scope) as tx:
            found = await tx.one(_Contact, _SQL["email"])
        return found.email if found is not None and found.email else None
