"""Other variants: exchanging items of a delivered order, changing items of a pending one."""

from datetime import datetime

from adapters.backends.port import BackendOutcome, Prepared
from adapters.backends.shop.actions import rules, shown
from adapters.backends.shop.actions.contract import Effected, Needed, WriteAction, spec
from adapters.backends.shop.actions.rows import (
    SQL,
    line_rows,
    lock_order,
    method_row,
    order_row,
    variant_row,
    what_is_left,
)
from adapters.backends.shop.arguments import Asked
from adapters.backends.shop.database import Transaction
from adapters.backends.shop.transfers import Charge, Moved, Parent, Repay, Transfer
from domain.customer import Order
from domain.errors import ActionRefused
from domain.model import Model
from domain.money import Money


class OfExchanged(Model):
    """Lines, the SKU wanted instead of each, and the method that the difference goes to or comes from."""

    order: str
    lines: list[str]
    wanted: list[str]
    method: str
    difference: int
    currency: str


class ExchangeItems(WriteAction[OfExchanged]):
    """Exchange items of a delivered order; the difference is settled when they have come back."""

    spec = spec(
        "exchange_items", "Exchange items", "write", "medium", exchange="exchange", payment_method="payment_method"
    )
    args = OfExchanged

    def prepare(self, asked: Asked) -> Prepared:
        """Delivered, within the window, once per order, variants of the same products that are in stock."""
        order = _order(asked)
        if order.status == "exchange_requested" or any(item.status == "exchange_requested" for item in order.lines):
            raise ActionRefused("An order can be exchanged once.", code="already_exchanged")
        rules.status_is(order, "delivered")
        rules.within_window(asked, order)
        if any(item.status != "delivered" for item, _ in asked.pairs("exchange")):
            raise ActionRefused("An item is already on its way back.", code="already_returned")
        return _prepared(self.spec.name, f"exchange:{order.number}", order, asked)

    async def check(self, tx: Transaction, args: OfExchanged) -> Needed:
        """Under the lock: still delivered, the variants in stock at the same price, the gift card enough."""
        await lock_order(tx, args.order, "delivered")
        await _check_variants(tx, args)
        method = await method_row(tx, args.method)
        if method.balance is not None and method.balance < args.difference:
            raise ActionRefused("The gift card does not hold enough.", code="balance_too_low")
        return Needed()

    async def apply(self, tx: Transaction, args: OfExchanged, moved: Moved, at: datetime) -> Effected:
        """The claim is kept; the lines and the order are marked."""
        del moved
        await tx.run(
            SQL["add_claim"],
            kind="exchange",
            order=args.order,
            lines=args.lines,
            wanted=args.wanted,
            method=args.method,
            difference=args.difference,
            at=at,
        )
        await tx.run(SQL["set_line_status"], lines=args.lines, status="exchange_requested")
        await tx.run(SQL["set_status"], order=args.order, status="exchange_requested")
        return _effected(args)

    async def is_shown(self, tx: Transaction, args: OfExchanged, outcome: BackendOutcome) -> bool:
        """Every line is marked."""
        del outcome
        return all(line.status == "exchange_requested" for line in await line_rows(tx, args.lines))


class ModifyItems(WriteAction[OfExchanged]):
    """Change items of a pending order to other variants and settle the difference at once."""

    spec = spec(
        "modify_items",
        "Change items of an order",
        "write",
        "medium",
        exchange="exchange",
        payment_method="payment_method",
    )
    args = OfExchanged

    def prepare(self, asked: Asked) -> Prepared:
        """Pending (which it is no longer afterwards), variants of the same products that are in stock."""
        order = _order(asked)
        rules.status_is(order, "pending")
        prepared = _prepared(self.spec.name, f"modify:{order.number}", order, asked)
        gives_back = self.own(prepared).difference < 0
        return prepared.model_copy(update={"cap": rules.order_cap(order)}) if gives_back else prepared

    async def check(self, tx: Transaction, args: OfExchanged) -> Needed:
        """Under the lock: still pending, the variants still in stock; the difference is charged or given back."""
        await lock_order(tx, args.order, "pending")
        await _check_variants(tx, args)
        parent = Parent(order=args.order)
        return Needed(parent=parent, transfers=await _settlement(tx, args), holds_order=True)

    async def apply(self, tx: Transaction, args: OfExchanged, moved: Moved, at: datetime) -> Effected:
        """The lines take the variants' SKU, options and price; the order its new total."""
        del moved, at
        for line, sku in zip(args.lines, args.wanted, strict=True):
            await tx.run(SQL["modify_line"], line=line, sku=sku)
        await tx.run(SQL["modify"], order=args.order, difference=args.difference)
        return _effected(args)

    async def is_shown(self, tx: Transaction, args: OfExchanged, outcome: BackendOutcome) -> bool:
        """The order is modified and every line is the variant wanted."""
        del outcome
        skus = {line.ref: line.sku for line in await line_rows(tx, args.lines)}
        is_wanted = all(skus[line] == sku for line, sku in zip(args.lines, args.wanted, strict=True))
        return is_wanted and (await order_row(tx, args.order)).status == "modified"


def _order(asked: Asked) -> Order:
    return rules.one_order(asked, [item for item, _ in asked.pairs("exchange")])


def _prepared(action: str, business_key: str, order: Order, asked: Asked) -> Prepared:
    pairs, method = asked.pairs("exchange"), asked.method("payment_method")
    for item, wanted in pairs:
        rules.is_replaceable(asked, item, wanted)
    rules.is_open(method)
    difference = rules.price_difference(pairs)
    amount = Money(amount=abs(difference), currency=order.total.currency)
    if difference > 0:
        rules.covers(method, amount)
    own = OfExchanged(
        order=order.number,
        lines=[asked.ref(item.handle, "line", order.number) for item, _ in pairs],
        wanted=[wanted.sku for _, wanted in pairs],
        method=asked.method_ref(method.handle),
        difference=difference,
        currency=amount.currency,
    )
    told = {"exchange": shown.pairs(pairs), "payment_method": method.label}
    return Prepared(action=action, args=own.model_dump(), business_key=business_key, amount=amount, shown=told)


async def _check_variants(tx: Transaction, args: OfExchanged) -> None:
    lines = {line.ref: line for line in await line_rows(tx, args.lines)}
    difference = 0
    for ref, sku in zip(args.lines, args.wanted, strict=True):
        variant, line = await variant_row(tx, sku), lines[ref]
        if not variant.available:
            raise ActionRefused("The variant is not in stock.", code="not_available")
        difference += (variant.price - line.price) * line.quantity
    if difference != args.difference:
        raise ActionRefused("A price has changed meanwhile.", code="price_changed")


async def _settlement(tx: Transaction, args: OfExchanged) -> tuple[Transfer, ...]:
    amount = Money(amount=abs(args.difference), currency=args.currency)
    if args.difference > 0:
        return (Charge(method=args.method, amount=amount),)
    if args.difference == 0:
        return ()
    payments = [left for left in await what_is_left(tx, args.order) if left.amount >= amount.amount]
    if not payments:
        raise ActionRefused("More would be given back than was paid.", code="over_paid")
    source = next((left for left in payments if left.method == args.method), payments[0])
    return (Repay(payment=source.payment, method=args.method, amount=amount, reason="price_difference"),)


def _effected(args: OfExchanged) -> Effected:
    return Effected(
        ref=args.order,
        amount=Money(amount=abs(args.difference), currency=args.currency),
        facts={"difference": args.difference},
    )
