"""What a slot may be filled with: the customer's records, and what a reading of the text says of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from domain.customer import CustomerContext, Order, Subscription
from domain.ids import Handle, Label
from domain.model import Model
from domain.slot import SlotKind, SlotValue


@dataclass(frozen=True)
class Candidate:
    """One record that may fill a slot, with what customers say to mean it."""

    handle: Handle
    record: Model
    order: Order | None = None
    titles: tuple[str, ...] = ()  # the goods it is about
    subscription: Subscription | None = None


@dataclass(frozen=True)
class Pool:
    """The records of one slot: all of them, and those that its `where` lets come into question.

    The condition is a fence: whatever a text names, nothing outside `fitting` ever fills the slot.
    """

    context: CustomerContext
    every: tuple[Candidate, ...]
    fitting: tuple[Candidate, ...]

    def titles(self) -> tuple[str, ...]:
        """Everything the customer ever bought, whether or not a candidate is about it."""
        return tuple(dict.fromkeys(line.title for order in self.context.orders for line in order.lines))

    def narrowed(self, kept: tuple[Candidate, ...]) -> "Pool":
        """The same pool with only `kept` coming into question."""
        return Pool(self.context, self.every, kept)


@dataclass(frozen=True)
class Found:
    """The text names exactly this."""

    value: SlotValue


@dataclass(frozen=True)
class Unclear:
    """The text speaks of it, and several records fit; `partial` keeps the half that is known."""

    choices: tuple[Handle | Label, ...]
    partial: SlotValue | None = None
    sold_out: tuple[Handle, ...] = ()  # what the text asks for and is not to be had


@dataclass(frozen=True)
class Unsaid:
    """The text does not speak of it."""


@dataclass(frozen=True)
class NotFound:
    """The text names a number that none of the customer's records has."""


@dataclass(frozen=True)
class NoneFits:
    """The text says what is meant, and there is no such record, or it is not to be had."""

    code: Literal["no_record", "not_available"] = "no_record"


Reading = Found | Unclear | Unsaid | NotFound | NoneFits


def candidates(kind: SlotKind, context: CustomerContext) -> tuple[Candidate, ...]:
    """All records of the kind a slot takes, newest orders first as the context lists them."""
    found: Iterable[Candidate] = ()
    match kind:
        case "order":
            found = (_of_order(order.handle, order, order) for order in context.orders)
        case "items" | "exchange":
            found = (Candidate(it.handle, it, order, (it.title,)) for order in context.orders for it in order.lines)
        case "payment_method":
            found = (Candidate(method.handle, method) for method in context.payment_methods)
        case "address":
            found = _addresses(context)
        case "subscription":
            found = (Candidate(it.handle, it, subscription=it) for it in context.subscriptions)
        case "refund" | "payment" | "invoice":
            found = (*_money_of_orders(kind, context), *_money_of_invoices(kind, context), *_money_alone(kind, context))
    return tuple(found)


def _of_order(handle: Handle, record: Model, order: Order) -> Candidate:
    return Candidate(handle, record, order, tuple(line.title for line in order.lines))


def _addresses(context: CustomerContext) -> Iterator[Candidate]:
    if context.address is not None:
        yield Candidate(context.address.handle, context.address)
    yield from (Candidate(order.address.handle, order.address, order) for order in context.orders)


def _money_of_orders(kind: SlotKind, context: CustomerContext) -> Iterator[Candidate]:
    for order in context.orders:
        if kind == "payment":
            yield from (_of_order(payment.handle, payment, order) for payment in order.payments)
        elif kind == "refund":
            for refund in order.refunds:
                line = next((line for line in order.lines if line.handle == refund.line), None)
                whole = _of_order(refund.handle, refund, order)
                yield Candidate(refund.handle, refund, order, (line.title,)) if line is not None else whole


def _money_of_invoices(kind: SlotKind, context: CustomerContext) -> Iterator[Candidate]:
    for subscription in context.subscriptions:
        for invoice in subscription.invoices:
            if kind == "invoice":
                yield Candidate(invoice.handle, invoice, subscription=subscription)
            elif kind == "payment":
                yield Candidate(invoice.payment.handle, invoice.payment, subscription=subscription)
            else:
                yield from (Candidate(it.handle, it, subscription=subscription) for it in invoice.refunds)


def _money_alone(kind: SlotKind, context: CustomerContext) -> Iterator[Candidate]:
    """Payments and refunds of a back end that knows of no orders."""
    if kind == "payment":
        yield from (Candidate(it.handle, it) for it in context.payments)
    elif kind == "refund":
        yield from (Candidate(it.handle, it) for it in context.refunds)
