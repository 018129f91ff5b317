"""Asking the carrier to search for a parcel."""

from dataclasses import dataclass
from datetime import datetime

from adapters.backends.port import BackendOutcome, Prepared
from adapters.backends.shop.actions.contract import Effected, Needed, WriteAction, spec
from adapters.backends.shop.actions.rows import SQL, lock_order
from adapters.backends.shop.arguments import Asked
from adapters.backends.shop.database import Transaction
from adapters.backends.shop.transfers import Moved
from domain.errors import ActionRefused
from domain.model import Model


class OfParcel(Model):
    """The parcel to search for, and its order."""

    order: str
    shipment: str


@dataclass(frozen=True, slots=True)
class _Trace:
    ref: str
    status: str


class OpenTrace(WriteAction[OfParcel]):
    """Have the carrier search for the order's latest parcel."""

    spec = spec("open_trace", "Open a trace with the carrier", "write", "low", order="order")
    args = OfParcel

    def prepare(self, asked: Asked) -> Prepared:
        """A parcel must have left; whether a search is open is seen only when it is opened."""
        order = asked.order("order")
        if order.status not in {"shipped", "delivered"} or not order.shipments:
            raise ActionRefused("No parcel of the order has left.", code="wrong_status")
        parcel = order.shipments[-1]
        ref = asked.ref(parcel.handle, "shipment", order.number)
        return Prepared(
            action=self.spec.name,
            args=OfParcel(order=order.number, shipment=ref).model_dump(),
            business_key=f"trace:{ref}",
            shown={"order": order.number},
        )

    async def check(self, tx: Transaction, args: OfParcel) -> Needed:
        """Under the lock: no search for the parcel is open."""
        await lock_order(tx, args.order, "shipped", "delivered")
        if any(trace.status == "open" for trace in await tx.all(_Trace, SQL["traces"], shipment=args.shipment)):
            raise ActionRefused("A search for the parcel is under way.", code="already_open")
        return Needed()

    async def apply(self, tx: Transaction, args: OfParcel, moved: Moved, at: datetime) -> Effected:
        """The search is opened."""
        del moved
        await tx.run(SQL["open_trace"], shipment=args.shipment, at=at)
        return Effected(ref=(await tx.all(_Trace, SQL["traces"], shipment=args.shipment))[-1].ref)

    async def is_shown(self, tx: Transaction, args: OfParcel, outcome: BackendOutcome) -> bool:
        """The search is there."""
        traces = await tx.all(_Trace, SQL["traces"], shipment=args.shipment)
        return any(trace.ref == outcome.ref for trace in traces)
