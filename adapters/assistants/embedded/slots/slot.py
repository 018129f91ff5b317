"""One slot to be filled, and what the rest of the wish says about it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from adapters.assistants.embedded.slots.pool import Pool, candidates
from domain.customer import CustomerContext, Order, PaymentMethod
from domain.ids import Handle, Label
from domain.model import Model
from domain.slot import HandlesValue, HandleValue, PairsValue, SlotSpec, SlotValues

#: Evaluates a slot's `where` or `prefer` for one record.
Condition = Callable[[str, Model], bool]


@dataclass(frozen=True)
class Slot:
    """One slot to be filled, with all that may fill it."""

    name: Label
    spec: SlotSpec
    context: CustomerContext
    slots: SlotValues  # of the wish, so far
    holds: Condition


def pool_of(slot: Slot) -> Pool:
    """The records that may fill a slot: those of the orders the wish is about already, where it is about any."""
    every = candidates(slot.spec.kind, slot.context)
    near = known_orders(slot) if slot.spec.kind not in {"payment_method", "address", "order"} else ()
    close = tuple(candidate for candidate in every if candidate.order is not None and candidate.order.handle in near)
    every = close or every
    where = slot.spec.where
    fitting = tuple(candidate for candidate in every if where is None or slot.holds(where, candidate.record))
    if slot.spec.kind == "payment_method":
        fitting = tuple(it for it in fitting if isinstance(it.record, PaymentMethod) and it.record.status == "active")
    return Pool(slot.context, every, fitting)


def known_orders(slot: Slot) -> tuple[Handle, ...]:
    """The orders that the wish's other slots are about."""
    return tuple(order.handle for order in _orders(slot) if order is not None)


def _orders(slot: Slot) -> Iterator[Order | None]:
    for name, value in slot.slots.items():
        if name == slot.name:
            continue
        match value:
            case HandleValue(handle=handle) if not handle.startswith("address_"):
                yield slot.context.order_of(handle)
            case HandlesValue(handles=handles):
                yield from (slot.context.order_of(handle) for handle in handles)
            case PairsValue(pairs=pairs):
                yield from (slot.context.order_of(line) for line, _ in pairs)
            case _:
                pass


def known_lines(slot: Slot) -> tuple[Handle, ...]:
    """The lines that the slot holds already, fully or by half."""
    match slot.slots.get(slot.name):
        case HandlesValue(handles=handles):
            return handles
        case PairsValue(pairs=pairs):
            return tuple(line for line, _ in pairs)
        case _:
            return ()


def _paying(order: Order) -> Handle:
    """What an order is paid with now: after a change of the method the first payment has been given back."""
    return next((it.method for it in order.payments if it.refundable.amount > 0), order.payments[0].method)


def original_method(slot: Slot) -> Handle | None:
    """How the order at hand was paid, where the wish's other slots leave no doubt which order that is."""
    known = set(known_orders(slot))
    paid = {_paying(order) for order in slot.context.orders if order.handle in known and order.payments}
    return paid.pop() if len(paid) == 1 else None
