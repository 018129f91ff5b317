"""Changing where an order goes, and where the customer lives.

The same address may be wanted again after another one, so the business key holds how often it was changed before.
"""

from datetime import datetime

from adapters.backends.port import BackendOutcome, Prepared
from adapters.backends.shop.actions import rules
from adapters.backends.shop.actions.contract import Effected, Needed, WriteAction, spec
from adapters.backends.shop.actions.rows import SQL, lock_order
from adapters.backends.shop.arguments import Asked
from adapters.backends.shop.database import Transaction
from adapters.backends.shop.postal import Postal
from adapters.backends.shop.records import AddressRow
from adapters.backends.shop.refs import unknown_record
from adapters.backends.shop.transfers import Moved, Parent
from domain.canonical import sha256_of
from domain.errors import ActionRefused
from domain.model import Model


class OfAddress(Model):
    """The new address of an order, or of the customer (`order` is None)."""

    order: str | None
    address: Postal


class ChangeOrderAddress(WriteAction[OfAddress]):
    """Send a pending order somewhere else."""

    spec = spec(
        "change_order_address", "Change an order's address", "write", "medium", order="order", address="address"
    )
    args = OfAddress

    def prepare(self, asked: Asked) -> Prepared:
        """Pending, and to a complete address that it does not go to already."""
        order = asked.order("order")
        rules.status_is(order, "pending")
        address = asked.address("address", order.address.country)
        _differs(address, Postal.of(order.address))
        return Prepared(
            action=self.spec.name,
            args=OfAddress(order=order.number, address=address).model_dump(),
            business_key=f"address:{order.number}:{order.address.changes}:{_digest(address)}",
            shown={"order": order.number, "address": address.one_line()},
        )

    async def check(self, tx: Transaction, args: OfAddress) -> Needed:
        """Under the lock: still pending."""
        await lock_order(tx, args.order or "", "pending")
        return Needed(parent=Parent(order=args.order))

    async def apply(self, tx: Transaction, args: OfAddress, moved: Moved, at: datetime) -> Effected:
        """The order's address is replaced."""
        del moved, at
        return await _replace(tx, args.order or "", args.address)

    async def is_shown(self, tx: Transaction, args: OfAddress, outcome: BackendOutcome) -> bool:
        """The order has the address."""
        del outcome
        return await _is_now(tx, args.order or "", args.address)


class ChangeDefaultAddress(WriteAction[OfAddress]):
    """Change the address of the customer's profile; orders keep theirs."""

    spec = spec("change_default_address", "Change the profile's address", "write", "low", address="address")
    args = OfAddress

    def prepare(self, asked: Asked) -> Prepared:
        """A complete address that is not the profile's already."""
        present = asked.context.address
        if present is None:
            raise unknown_record()
        address = asked.address("address", present.country)
        _differs(address, Postal.of(present))
        return Prepared(
            action=self.spec.name,
            args=OfAddress(order=None, address=address).model_dump(),
            business_key=f"profile_address:{asked.context.customer_id}:{present.changes}:{_digest(address)}",
            shown={"address": address.one_line()},
        )

    async def check(self, tx: Transaction, args: OfAddress) -> Needed:
        """Nothing can stand against it."""
        del tx, args
        return Needed()

    async def apply(self, tx: Transaction, args: OfAddress, moved: Moved, at: datetime) -> Effected:
        """The profile's address is replaced."""
        del moved, at
        return await _replace(tx, tx.customer, args.address)

    async def is_shown(self, tx: Transaction, args: OfAddress, outcome: BackendOutcome) -> bool:
        """The profile has the address."""
        del outcome
        return await _is_now(tx, tx.customer, args.address)


def _differs(address: Postal, present: Postal) -> None:
    if address.is_same_as(present):
        raise ActionRefused("That is the address already.", code="same_address")


def _digest(address: Postal) -> str:
    return sha256_of(address.folded())[:16]


async def _replace(tx: Transaction, ref: str, address: Postal) -> Effected:
    await tx.run(SQL["set_address"], ref=ref, **address.model_dump())
    return Effected(ref=ref)


async def _is_now(tx: Transaction, ref: str, address: Postal) -> bool:
    row = await tx.one(AddressRow, SQL["address"], ref=ref)
    fields = type(address).model_fields
    return row is not None and Postal(**{name: getattr(row, name) for name in fields}) == address
