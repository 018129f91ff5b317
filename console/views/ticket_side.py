"""What stands beside a conversation: the customer, orders and past tickets, what it cost, and the handoff packet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from api.schemas.tickets import ActionView, HandoffView
from console.local_time import LocalTime
from console.views.record_text import record_text
from console.views.ticket_rows import TicketRows
from domain.customer import CustomerContext, Order, PastTicket, Subscription
from domain.model import Model
from store.ticket_page import SeenContext


@dataclass(frozen=True, slots=True)
class Side:
    """The right pane."""

    seen: SeenContext | None
    orders: tuple[tuple[Order, tuple[str, ...]], ...]
    subscriptions: tuple[Subscription, ...]
    past: tuple[PastTicket, ...]
    handoff: HandoffView | None
    packet: tuple[tuple[str, object], ...]
    packet_rest: tuple[tuple[str, object], ...]
    actions: tuple[ActionView, ...]
    dollars: str | None
    at_it: timedelta  # how long operators were active on it


#: What of a packet is unfolded by whoever wants it: how it came about, and what stands elsewhere on the page.
_SELDOM_READ = frozenset({"intents", "rule", "customer", "known_from", "promise"})
_LISTED = ("tried", "waiting", "questions")
#: What is told by its own part of the page, or by the handoff around it.
_TOLD_APART = frozenset({"reason", "queue", "urgent", "created_at", "signal_spans", "version", "evidence", *_LISTED})


def side_of(rows: TicketRows, local: LocalTime) -> Side:
    """Put the pane together from what was read."""
    context = rows.context
    handoffs = rows.detail.handoffs
    latest = handoffs[-1] if handoffs else None
    packet = _told(latest.packet, local) if latest is not None else []
    spent = rows.detail.costs.microdollars
    return Side(
        seen=rows.seen,
        orders=tuple((order, tuple(_hangs_on(order, context))) for order in context.orders) if context else (),
        subscriptions=context.subscriptions if context else (),
        past=context.past_tickets if context else (),
        handoff=latest,
        packet=tuple(part for part in packet if part[0] not in _SELDOM_READ),
        packet_rest=tuple(part for part in packet if part[0] in _SELDOM_READ),
        actions=rows.detail.actions,
        at_it=timedelta(milliseconds=rows.detail.handling.active_ms),
        dollars=None if spent is None else f"${spent / 1_000_000:.4f}",
    )


def _hangs_on(order: Order, context: CustomerContext | None) -> list[str]:
    records: tuple[Model, ...] = (*order.lines, *order.payments, *order.refunds, *order.shipments)
    return [record_text(getattr(record, "handle", ""), context) for record in records]


def _told(packet: Model, local: LocalTime) -> list[tuple[str, object]]:
    """All that a packet holds, field by field: whatever a newer one adds is shown without a word of code here."""
    return [
        (name, shown)
        for name in type(packet).model_fields
        if name not in _TOLD_APART and (shown := _plain(getattr(packet, name), local)) not in (None, "", [], {})
    ]


def _plain(value: object, local: LocalTime) -> object:
    """A value as text, a list of texts, or named texts."""
    match value:
        case Model() if type(value).__str__ is not Model.__str__:
            return str(value)
        case Model():
            return {
                name: _flat(getattr(value, name), local)
                for name in type(value).model_fields
                if getattr(value, name) not in (None, "", ())
            }
        case Mapping():
            return {str(name): _flat(item, local) for name, item in value.items()}
        case tuple() | list():
            return [_flat(item, local) for item in value]
        case _:
            return value


def _flat(value: object, local: LocalTime) -> str:
    """A part of a packet in one line."""
    match value:
        case Model() if type(value).__str__ is Model.__str__:
            parts = {name: getattr(value, name) for name in type(value).model_fields}
            told = (
                f"{name.replace('_', ' ')} {_flat(it, local)}" for name, it in parts.items() if it not in (None, "", ())
            )
            return ", ".join(told)
        case Mapping():
            return ", ".join(f"{name}: {_flat(item, local)}" for name, item in value.items())
        case tuple() | list():
            return ", ".join(_flat(item, local) for item in value)
        case datetime():
            return local(value, "%Y-%m-%d %H:%M")
        case bool():
            return "yes" if value else "no"
        case _:
            return str(value)
