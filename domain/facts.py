"""Facts: what conditions, arguments and reply templates may know, as plain dictionaries.

The same view serves procedures, policy and templates, so that a sentence and the condition before it speak of the
same thing. It is built from the customer context alone: a handle that names nothing there gives no fact, and a
condition that touches an absent fact is an error. No I/O, no clock.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Any

from domain.action import ActionSpec
from domain.customer import CustomerContext, Order, OrderLine, Payment, Refund, Shipment
from domain.ids import Handle, Label
from domain.intent import Signals
from domain.memory import Wish
from domain.model import Model
from domain.money import Money
from domain.slot import HandlesValue, HandleValue, LabelValue, MoneyValue, PairsValue, SlotValue, SpanValue
from domain.ticket import TicketRef

View = dict[str, Any]


def facts_view(
    *,
    context: CustomerContext,
    ticket: Mapping[str, Any],
    wish: Wish | None = None,
    reads: Mapping[Label, Mapping[str, Any]] | None = None,
) -> View:
    """The variables of a condition: `facts`, `customer`, `slots` and `ticket` (made by `ticket_view`).

    `reads` holds the answers of reads performed in this turn, by action. Dates are ISO strings, for CEL knows none.
    """
    facts: View = {}
    slots: View = {}
    if wish is not None:
        for name, value in wish.slots.items():
            slots[name] = plain(value)
            shown = _slot_fact(value, context)
            if shown is not None:
                facts[name] = shown
        for result in wish.results:
            facts[result.name] = plain({"status": result.status, "code": result.code, "amount": result.amount})
    facts |= {name: plain(answer) for name, answer in (reads or {}).items()}  # newer than any failure to read
    return {"facts": facts, "customer": customer_view(context), "slots": slots, "ticket": dict(ticket)}


def customer_view(context: CustomerContext) -> View:
    """What conditions may know of the customer, whatever the wish."""
    return {
        "tier": context.tier,
        "is_vip": context.is_vip,
        "entitlements": list(context.entitlements),
        "language": context.language,
        "orders": plain(context.orders),
        "subscriptions": plain(context.subscriptions),
        "payment_methods": plain(context.payment_methods),
        "refunds_last_90_days": context.refunds_last_90_days,
        "first_name": context.first_name,
        "identity": context.identity.value,
    }


def ticket_view(
    ref: TicketRef,
    *,
    intent: Label | None = None,
    autonomy: str | None = None,
    signals: Signals | None = None,
    reopens: int | None = None,
    clarifications: int | None = None,
    language: str | None = None,
) -> View:
    """What conditions may know of the ticket; what is not given is absent, so that a condition on it fails aloud."""
    known = {
        "channel": ref.channel,
        "identity": ref.identity.value,
        "intent": intent,
        "autonomy": autonomy,
        "signals": signals.model_dump() if signals is not None else None,
        "reopens": reopens,
        "clarifications": clarifications,
        "language": language,
    }
    return {name: value for name, value in known.items() if value is not None}


def action_view(*, spec: ActionSpec, amount: Money | None, shown: Mapping[str, str]) -> View:
    """`action` as policy and templates see it; `shown` holds each argument as code renders it for people."""
    return {
        **shown,
        "name": spec.name,
        "title": spec.title,
        "effect": spec.effect.value,
        "risk": spec.risk,
        "amount": plain(amount),
    }


def reply_view(
    view: Mapping[str, Any],
    *,
    action: Mapping[str, Any] | None = None,
    choices: Sequence[str] = (),
    reason: str | None = None,
    handoff: Mapping[str, str] | None = None,
) -> View:
    """What a reply template may name: the facts at the root, and customer, ticket, action, choices, reason, handoff."""
    seen: View = {**view["facts"], "customer": view["customer"], "ticket": view["ticket"]}
    if action is not None:
        seen["action"] = dict(action)
    if choices:
        seen["choices"] = list(choices)
    if reason is not None:
        seen["reason"] = reason
    if handoff is not None:
        seen["handoff"] = dict(handoff)
    return seen


def candidate_view(record: Model, context: CustomerContext) -> View:
    """`it` of a slot's `where` and `prefer`: the record, with its order where it belongs to one."""
    view: View = plain(record)
    if isinstance(record, OrderLine | Payment | Refund | Shipment):
        order = context.order_of(record.handle)
        if order is not None:
            view["order"] = order_brief(order)
    return view


def order_brief(order: Order) -> View:
    """What a record tells of the order it belongs to."""
    return {
        "handle": order.handle,
        "number": order.number,
        "status": order.status,
        "days_since_delivery": order.days_since_delivery,
    }


def plain(value: Any) -> Any:  # noqa: ANN401 - anything a domain type holds goes in, JSON-like values come out
    """`value` as CEL takes it: dictionaries, lists, strings, whole numbers, booleans, null and aware datetimes."""
    if isinstance(value, Model):
        value = value.model_dump()
    match value:
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
        case Enum():
            return value.value
        case date() if not isinstance(value, datetime):
            return value.isoformat()
        case _:
            return value


def _slot_fact(value: SlotValue, context: CustomerContext) -> Any:  # noqa: ANN401 - a record, records, label or amount
    match value:
        case HandleValue(handle=handle):
            return next(iter(_records((handle,), context)), None)
        case HandlesValue(handles=handles):
            records = _records(handles, context)
            return records if len(records) == len(handles) else None
        case PairsValue(pairs=pairs):
            return _pair_facts(pairs, context)
        case LabelValue(label=label):
            return label
        case MoneyValue(money=money):
            return plain(money)
        case SpanValue():
            return None  # words of the customer's, which no condition may read


def _pair_facts(pairs: tuple[tuple[Handle, Handle], ...], context: CustomerContext) -> list[View] | None:
    lines = _records((line for line, _ in pairs), context)
    variants = _records((variant for _, variant in pairs), context)
    if not len(lines) == len(variants) == len(pairs):
        return None
    return [{"line": line, "variant": variant} for line, variant in zip(lines, variants, strict=True)]


def _records(handles: Iterable[Handle], context: CustomerContext) -> list[View]:
    found = (context.find(handle) for handle in handles)
    return [candidate_view(record, context) for record in found if record is not None]
