"""Returning items of a delivered order, and sending them again."""

from datetime import datetime

from adapters.backends.port import BackendOutcome, Prepared
from adapters.backends.shop.actions import rules, shown
from adapters.backends.shop.actions.contract import Effected, Needed, WriteAction, spec
from adapters.backends.shop.actions.rows import SQL, line_rows, lock_order, variant_row
from adapters.backends.shop.arguments import Asked
from adapters.backends.shop.database import Transaction
from adapters.backends.shop.provider.calendar import business_days_after
from adapters.backends.shop.records import ClaimRow, LineRow, ShipmentRow
from adapters.backends.shop.refs import nth
from adapters.backends.shop.transfers import Moved
from domain.canonical import sha256_of
from domain.errors import ActionRefused
from domain.model import Model
from domain.money import Money

REPLACEMENT_DAYS = 4
_COMING_BACK = frozenset({"return_requested", "returned"})


class OfReturned(Model):
    """Lines to take back and the method that their price goes to once they have arrived."""

    order: str
    lines: list[str]
    method: str


class OfReplaced(Model):
    """Lines to send again."""

    order: str
    lines: list[str]


class ReturnItems(WriteAction[OfReturned]):
    """Ask for items back; the money follows when they have arrived."""

    spec = spec("return_items", "Return items", "write", "medium", items="items", payment_method="payment_method")
    args = OfReturned

    def prepare(self, asked: Asked) -> Prepared:
        """Delivered items of one order, within the window, refunded where they were paid from or to a gift card."""
        items, method = asked.lines("items"), asked.method("payment_method")
        order = rules.one_order(asked, items)
        if any(item.status in _COMING_BACK for item in items):
            raise ActionRefused("An item is already on its way back.", code="already_returned")
        rules.status_is(order, "delivered")
        rules.within_window(asked, order)
        if method.kind != "gift_card" and not rules.paid_with(order, method):
            raise ActionRefused("Refunds go to the original payment method or a gift card.", code="wrong_method")
        rules.is_open(method)
        lines = sorted(asked.ref(item.handle, "line", order.number) for item in items)
        own = OfReturned(order=order.number, lines=lines, method=asked.method_ref(method.handle))
        return Prepared(
            action=self.spec.name,
            args=own.model_dump(),
            business_key=f"return:{order.number}:{','.join(lines)}",
            amount=rules.worth(items),
            shown={"items": shown.lines(items), "payment_method": method.label},
        )

    async def check(self, tx: Transaction, args: OfReturned) -> Needed:
        """Under the lock: still delivered, none of the items already coming back."""
        await lock_order(tx, args.order, "delivered")
        if any(line.status in _COMING_BACK for line in await line_rows(tx, args.lines)):
            raise ActionRefused("An item is already on its way back.", code="already_returned")
        return Needed()

    async def apply(self, tx: Transaction, args: OfReturned, moved: Moved, at: datetime) -> Effected:
        """The claim is kept; the lines and the order are marked."""
        del moved
        lines = await line_rows(tx, args.lines)
        await _claim(tx, "return", args.order, args.lines, at, args.method)
        await tx.run(SQL["set_line_status"], lines=args.lines, status="return_requested")
        await tx.run(SQL["set_status"], order=args.order, status="return_requested")
        return Effected(ref=args.order, amount=_worth(lines))

    async def is_shown(self, tx: Transaction, args: OfReturned, outcome: BackendOutcome) -> bool:
        """Every line is marked."""
        del outcome
        return all(line.status in _COMING_BACK for line in await line_rows(tx, args.lines))


class SendReplacement(WriteAction[OfReplaced]):
    """Send items again that arrived damaged or not at all."""

    spec = spec("send_replacement", "Send a replacement", "write", "medium", items="items")
    args = OfReplaced

    def prepare(self, asked: Asked) -> Prepared:
        """Delivered items of one order, within the window, whose variant is in stock."""
        items = asked.lines("items")
        order = rules.one_order(asked, items)
        rules.status_is(order, "delivered")
        rules.within_window(asked, order)
        for item in items:
            variants = asked.context.catalogue.get(item.product, ())
            if not any(variant.sku == item.sku and variant.available for variant in variants):
                raise ActionRefused("An item is not in stock.", code="not_available")
        lines = sorted(asked.ref(item.handle, "line", order.number) for item in items)
        return Prepared(
            action=self.spec.name,
            args=OfReplaced(order=order.number, lines=lines).model_dump(),
            business_key=f"replace:{order.number}:{','.join(lines)}",
            amount=rules.worth(items),
            shown={"items": shown.lines(items)},
        )

    async def check(self, tx: Transaction, args: OfReplaced) -> Needed:
        """Under the lock: still delivered, in stock, and none of the items was sent again before."""
        await lock_order(tx, args.order, "delivered")
        for line in await line_rows(tx, args.lines):
            if not (await variant_row(tx, line.sku)).available:
                raise ActionRefused("An item is not in stock.", code="not_available")
        claims = await tx.all(ClaimRow, SQL["claims"], order=args.order)
        if any(claim.kind == "replacement" and set(claim.lines) & set(args.lines) for claim in claims):
            raise ActionRefused("An item was already sent again.", code="already_replaced")
        return Needed()

    async def apply(self, tx: Transaction, args: OfReplaced, moved: Moved, at: datetime) -> Effected:
        """The claim is kept and a parcel is announced."""
        del moved
        lines = await line_rows(tx, args.lines)
        await _claim(tx, "replacement", args.order, args.lines, at, None)
        parcels = await tx.all(ShipmentRow, SQL["shipments"], order=args.order)
        ref = nth(args.order, len(parcels) + 1)
        expected_on = business_days_after(at.date(), REPLACEMENT_DAYS)
        await tx.run(
            SQL["add_shipment"],
            ref=ref,
            order=args.order,
            carrier=parcels[-1].carrier if parcels else "DHL",
            tracking_number=f"R{int(sha256_of([tx.tenant, ref])[:12], 16) % 10**11:011d}",
            expected_on=expected_on,
            lines=args.lines,
        )
        return Effected(ref=ref, amount=_worth(lines), facts={"expected_on": expected_on.isoformat()})

    async def is_shown(self, tx: Transaction, args: OfReplaced, outcome: BackendOutcome) -> bool:
        """The parcel is among the order's shipments."""
        parcels = await tx.all(ShipmentRow, SQL["shipments"], order=args.order)
        return any(parcel.ref == outcome.ref and parcel.lines == args.lines for parcel in parcels)


def _worth(lines: list[LineRow]) -> Money:
    return Money(amount=sum(line.price * line.quantity for line in lines), currency=lines[0].currency)


async def _claim(tx: Transaction, kind: str, order: str, lines: list[str], at: datetime, method: str | None) -> None:
    params = {"kind": kind, "order": order, "lines": lines, "at": at, "method": method}
    await tx.run(SQL["add_claim"], **params, wanted=[], difference=None)
