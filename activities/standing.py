"""What a record means for the ticket's clock, and what only its rows can add to its events.

The workflow says what happened in labels; which queue was chosen, by when it promised to answer, and whether a question
had been answered before, is known here.
"""

from collections.abc import Sequence

from pydantic import JsonValue

from domain.ask import RecordAsk
from domain.event import EventDraft
from domain.handoff import HandoffPacket
from domain.memory import AskedSlot
from domain.queue import Promise, Queues
from domain.repeat_ask import check_words, is_asked_again, known_from
from domain.sla import SlaClock, Target, after, begin, breached, warned
from store.handoffs import list_handoffs
from store.messages import read_messages
from store.rows import Connection
from store.tickets import TicketChanges, read_ticket


def clock_after(
    ask: RecordAsk, events: Sequence[EventDraft], queues: Queues, promise: Promise | None
) -> SlaClock | None:
    """The ticket's clock once these events are recorded; `promise` is what this record promised the customer."""
    now = ask.key.now
    if ask.handoff is not None and promise is not None:
        return begin(queues, promise, now)
    clock = ask.sla
    for event in events:
        match event.kind:
            case "sla_breached" if clock is not None:
                clock = breached(clock, _target(event), queues, now, promise)
            case "sla_warning" if clock is not None:
                clock = warned(clock, _target(event))
            case "assigned" if clock is not None and event.body.get("queue"):
                clock = clock.model_copy(update={"queue": str(event.body["queue"])})
            case kind:
                clock = after(clock, (kind,), queues, now)
    return clock


def _target(event: EventDraft) -> Target:
    return "resolution" if event.body.get("target") == "resolution" else "first_response"


async def filled_in(
    conn: Connection, ask: RecordAsk, events: Sequence[EventDraft], queues: Queues, promise: Promise | None
) -> tuple[EventDraft, ...]:
    """The events with what rows and the policy file know: queue and time of a handoff, and questions asked twice."""
    filled: list[EventDraft] = []
    for event in events:
        body: dict[str, JsonValue] = dict(event.body)
        match event.kind:
            case "handed_off" if promise is not None and ask.handoff is not None:
                body |= {"queue": promise.queue, "urgent": promise.urgent}
                body |= {"route": promise.rule} if promise.rule else {}
                body |= {"due_at": promise.due_at.isoformat()} if promise.due_at else {}
            case "sla_breached":
                queue = queues.queue(str(body.get("queue", "")))
                body |= {"escalated_to": queue.escalate_to} if queue.escalate_to else {}
                body |= {"notify": queue.notify} if queue.notify else {}
                body |= {"promised": promise.due_at.isoformat()} if promise is not None and promise.due_at else {}
            case "operator_replied":
                body |= await _questions_of(conn, ask, int(str(body["seq"])))
                body |= await _taken_from(conn, ask, str(body["by"]))
            case "handoff_accepted":
                body |= await _taken_from(conn, ask, str(body["by"]))
            case "question_asked":
                body |= {"repeated": True} if await _is_repeated(conn, ask, body) else {}
            case _:
                pass
        filled.append(EventDraft(kind=event.kind, body=body))
    return tuple(filled)


def projected(clock: SlaClock | None, ask: RecordAsk, events: Sequence[EventDraft]) -> TicketChanges:
    """What the clock and people's moves make of the ticket's row."""
    changes = TicketChanges(
        sla=clock.model_dump(mode="json") if clock is not None else None,
        sla_due_at=clock.due_at if clock is not None else None,
    )
    if clock is not None and (ask.handoff is not None or clock.broken):
        changes |= TicketChanges(queue=clock.queue, is_urgent=clock.urgent)
    if ask.handoff is not None:
        changes["sla_breached_at"] = None
    for event in events:
        match event.kind:
            case "sla_breached" if ask.sla is not None and not ask.sla.broken:
                changes["sla_breached_at"] = ask.key.now
            case "handoff_accepted" | "operator_replied":
                changes["assigned_to"] = str(event.body["by"])
            case "handed_back":
                changes |= TicketChanges(assigned_to=None, is_urgent=False)
            case "assigned":
                operator, queue = event.body.get("operator"), event.body.get("queue")
                changes["assigned_to"] = str(operator) if operator else None
                if queue:
                    changes["queue"] = str(queue)
            case _:
                pass
    return changes


async def _packet(conn: Connection, ask: RecordAsk) -> HandoffPacket | None:
    ticket = ask.key.ticket
    rows = await list_handoffs(conn, ticket.tenant, ticket_id=ticket.ticket_id, waiting=False)
    return max(rows, key=lambda row: row.id).packet if rows else None


async def _taken_from(conn: Connection, ask: RecordAsk, by: str) -> dict[str, JsonValue]:
    """Who had the ticket before `by` took it or wrote on it; nothing where nobody else had."""
    before = (await read_ticket(conn, ask.key.ticket.tenant, ask.key.ticket.ticket_id)).assigned_to
    return {"taken_from": before} if before not in {None, by} else {}


async def _questions_of(conn: Connection, ask: RecordAsk, seq: int) -> dict[str, JsonValue]:
    """How many questions an operator's message puts, and which of them the packet answers."""
    ticket = ask.key.ticket
    packet = await _packet(conn, ask)
    words = await read_messages(conn, ticket.tenant, ticket.ticket_id, after=seq - 1, upto=seq)
    if packet is None or not words:
        return {}
    asked = check_words(words[0].text, known_from(packet))
    return {"questions": asked.questions, "repeated": [it.subject for it in asked.repeated]}


async def _is_repeated(conn: Connection, ask: RecordAsk, body: dict[str, JsonValue]) -> bool:
    asks, slot = str(body.get("asks", "")), body.get("slot")
    label = str(slot) if slot else None
    asked = ask.memory.asked
    slots = ask.memory.wish(asked.wish).slots if isinstance(asked, AskedSlot) else {}
    if is_asked_again(asks, label, slots, ask.memory, ask.key.ticket):
        return True
    packet = await _packet(conn, ask) if label is not None else None
    return packet is not None and bool(packet.slots.get(label or ""))
