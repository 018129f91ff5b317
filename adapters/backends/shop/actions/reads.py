"""Looking up where a parcel or a refund is."""

from datetime import date, datetime

from pydantic import JsonValue

from adapters.backends.port import Prepared
from adapters.backends.shop.actions.contract import ReadAction, spec
from adapters.backends.shop.actions.rows import SQL, method_row, refund_row
from adapters.backends.shop.arguments import Asked
from adapters.backends.shop.context import days_between, shown_status
from adapters.backends.shop.database import Transaction
from adapters.backends.shop.provider.client import PaymentProvider
from adapters.backends.shop.provider.errors import ProviderError
from adapters.backends.shop.records import ShipmentRow
from domain.errors import Unavailable
from domain.model import Model


class OfOrder(Model):
    """An order by its number."""

    order: str


class OfRefund(Model):
    """A refund by its ref."""

    refund: str


class TrackShipment(ReadAction[OfOrder]):
    """Where the order's latest parcel is, as the carrier tells it."""

    spec = spec("track_shipment", "Track a parcel", "read", "low", order="order")
    args = OfOrder

    def prepare(self, asked: Asked) -> Prepared:
        """Any order of the customer's can be tracked."""
        order = asked.order("order")
        return Prepared(
            action=self.spec.name,
            args=OfOrder(order=order.number).model_dump(),
            business_key=f"track:{order.number}",
            shown={"order": order.number},
        )

    async def answer(
        self, tx: Transaction, provider: PaymentProvider, args: OfOrder, now: datetime
    ) -> dict[str, JsonValue]:
        """The parcel's status, or "not_shipped"; `days_late` counts from the day it was expected."""
        del provider
        shipments = await tx.all(ShipmentRow, SQL["shipments"], order=args.order)
        if not shipments:
            return {"order": args.order, "status": "not_shipped"}
        parcel = shipments[-1]
        is_late = parcel.delivered_at is None and parcel.expected_on is not None
        return {
            "order": args.order,
            "status": parcel.status,
            "carrier": parcel.carrier,
            "tracking_number": parcel.tracking_number,
            "last_scan_on": _day(parcel.last_scan_at),
            "days_since_scan": None if parcel.last_scan_at is None else days_between(parcel.last_scan_at, now),
            "expected_on": _day(parcel.expected_on),
            "days_late": max(days_between(parcel.expected_on, now), 0) if is_late and parcel.expected_on else 0,
            "delivered_on": _day(parcel.delivered_at),
        }


class RefundStatus(ReadAction[OfRefund]):
    """What the payment provider says of a refund at this moment."""

    spec = spec("refund_status", "Look up a refund", "read", "low", refund="refund")
    args = OfRefund

    def prepare(self, asked: Asked) -> Prepared:
        """Any refund of the customer's can be looked up."""
        refund = asked.refund("refund")
        ref = asked.ref(refund.handle, "refund", asked.parent_ref(refund.handle))
        return Prepared(
            action=self.spec.name,
            args=OfRefund(refund=ref).model_dump(),
            business_key=f"refund_status:{ref}",
            shown={"refund": f"{refund.amount} to {refund.method_label}"},
        )

    async def answer(
        self, tx: Transaction, provider: PaymentProvider, args: OfRefund, now: datetime
    ) -> dict[str, JsonValue]:
        """Status, failure, amount, expected day and method; of a gift card, which is the shop's own, from the shop."""
        del now
        row = await refund_row(tx, args.refund)
        method = await method_row(tx, row.method_ref)
        status, failure, expected_on = shown_status(row.status), row.failure, row.expected_on
        if row.provider_ref is not None:
            try:
                told = await provider.retrieve_refund(tx.tenant, row.provider_ref)
            except ProviderError as error:
                raise Unavailable("The payment provider does not answer.") from error
            if told is not None:
                status, failure, expected_on = told.status, told.failure, told.expected_on
        return {
            "status": status,
            "failure": failure,
            "amount": {"amount": row.amount, "currency": row.currency},
            "expected_on": _day(expected_on),
            "method_label": method.label,
        }


def _day(moment: datetime | date | None) -> str | None:
    day = moment.date() if isinstance(moment, datetime) else moment
    return None if day is None else day.isoformat()
