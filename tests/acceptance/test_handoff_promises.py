"""A handoff's promise: told, kept in sight, broken aloud; and the assistant's silence, in which it suggests."""

from datetime import timedelta

from domain.event import EventKind, TicketEvent
from domain.ids import workflow_id
from domain.message import AuthorKind
from domain.spoken_time import by_when
from domain.ticket import TicketRef, TicketStatus, WaitingFor
from store.events import read_events
from store.handoff_figures import count_handoffs
from store.inbox import IncomingMessage, accept_message
from store.ledger import ticket_actions
from tests.support.harness import Harness, eventually
from workflows.state import Assigned, HandedBack, NoteAdded, OperatorReplied, TakenOver
from workflows.ticket import TicketWorkflow

PERSON = "I want to talk to a human."


async def events_of(shop: Harness, ref: TicketRef) -> list[TicketEvent]:
    """What happened."""
    async with shop.desk.pools.operator(ref.tenant) as conn:
        return await read_events(conn, ref.tenant, ref.ticket_id)


async def happened(shop: Harness, ref: TicketRef, kind: EventKind, times: int = 1) -> list[TicketEvent]:
    """Wait until something has happened so many times."""

    async def is_there() -> bool:
        return [event.kind for event in await events_of(shop, ref)].count(kind) >= times

    await eventually(is_there, within=30)
    return [event for event in await events_of(shop, ref) if event.kind == kind]


async def send(
    shop: Harness, ref: TicketRef, move: TakenOver | OperatorReplied | HandedBack | Assigned | NoteAdded
) -> None:
    """An operator's move."""
    handle = shop.client.get_workflow_handle_for(TicketWorkflow.run, workflow_id(ref.ticket_id))
    await handle.execute_update(move.kind, move)  # each update is named like the move that it takes


async def writes(shop: Harness, ref: TicketRef, text: str, *, is_note: bool = False) -> int:
    """An operator's words, as the API takes them."""
    words = IncomingMessage(
        author=AuthorKind.operator, author_id="olga", text=text, at=await shop.now(), is_note=is_note
    )
    async with shop.desk.pools.operator(ref.tenant) as conn:
        return (await accept_message(conn, ref, words)).seq


async def test_a_promise_is_told_warned_of_and_broken_aloud_once(skipping: Harness) -> None:
    """Who and when; a warning before; then the lead, the next queue, and the customer with a new time."""
    ref = await skipping.open("cus_gia", PERSON)
    row = await skipping.ticket(ref)
    assert row.sla_due_at is not None
    (handoff,) = await skipping.handoffs(ref)
    assert handoff.packet.promise is not None
    assert handoff.packet.promise.due_at == row.sla_due_at
    (event,) = await happened(skipping, ref, "handed_off")
    assert (event.body["queue"], event.body["due_at"]) == ("support", row.sla_due_at.isoformat())
    said = by_when(row.sla_due_at, event.at, "Europe/Berlin", "en")
    assert f"Customer support will reply {said}." in await skipping.last_reply(ref)

    await skipping.sleep(row.sla_due_at - await skipping.now() + timedelta(minutes=1))
    (breach,) = await happened(skipping, ref, "sla_breached")
    assert len(await happened(skipping, ref, "sla_warning")) >= 1
    assert {name: breach.body[name] for name in ("target", "queue", "escalated_to", "notify")} == {
        "target": "first_response",
        "queue": "support",
        "escalated_to": "vip",
        "notify": "support_lead",
    }
    late = await skipping.ticket(ref)
    assert (late.queue, late.is_urgent, late.sla_breached_at is not None) == ("vip", True, True)
    assert late.sla_due_at is not None
    assert late.sla_due_at > row.sla_due_at
    apology = await skipping.last_reply(ref)
    assert apology.startswith("You were to hear from us by now")
    assert by_when(late.sla_due_at, breach.at, "Europe/Berlin", "en") in apology

    await send(skipping, ref, TakenOver(by="olga"))
    await happened(skipping, ref, "handoff_accepted")
    await skipping.sleep(timedelta(days=14))
    await happened(skipping, ref, "sla_breached", 2)
    assert await skipping.last_reply(ref) == apology  # somebody has it: they speak for themselves
    assert (await skipping.ticket(ref)).waiting_for is WaitingFor.operator


async def test_while_a_person_has_it_the_assistant_suggests_and_sends_nothing(shop: Harness) -> None:
    """The draft is kept with its sources; notes are nobody's but the operators'; giving back is explicit."""
    ref = await shop.open("cus_gia", PERSON)
    before = await shop.messages(ref)
    seq = await shop.accept(ref, "How long do I have to return something?", is_new=False)
    await shop.nudge(ref, seq)
    suggested = await happened(shop, ref, "reply_suggested")
    assert suggested[-1].body["seq"] == seq
    (handoff,) = await shop.handoffs(ref)
    assert handoff.suggestion is not None
    assert "30 days" in handoff.suggestion.text
    assert handoff.suggestion.citations
    assert "automated assistant" not in handoff.suggestion.text
    assert len(await shop.messages(ref)) == len(before) + 1

    note = await writes(shop, ref, "Regular customer, be generous: 30 weeks.", is_note=True)
    await send(shop, ref, NoteAdded(seq=note, by="olga"))
    await happened(shop, ref, "note_added")
    await send(shop, ref, Assigned(by="olga", operator="otto"))
    await happened(shop, ref, "assigned")
    assert (await shop.ticket(ref)).assigned_to == "otto"
    assert note not in {message.seq for message in await shop.messages(ref)}

    reply = await writes(shop, ref, "Hello! Which order is this about, and could you confirm your identity?")
    await send(shop, ref, OperatorReplied(seq=reply, by="olga"))
    (replied,) = await happened(shop, ref, "operator_replied")
    assert replied.body["taken_from"] == "otto"
    assert (await shop.ticket(ref)).assigned_to == "olga"  # who writes has it
    assert replied.body["questions"] == 1
    assert "identity" in str(replied.body["repeated"]) or "order" in str(replied.body["repeated"])
    async with shop.desk.pools.operator(ref.tenant) as conn:
        figures = await count_handoffs(conn, ref.tenant, ref.ticket_id)
    assert (figures.handed_off, figures.operator_messages_read, figures.operator_repeated) == (1, 1, 1)
    (handoff,) = await shop.handoffs(ref)
    assert handoff.suggestion is None  # answered meanwhile
    await shop.until(ref, TicketStatus.pending)
    assert (await shop.ticket(ref)).sla_due_at is None  # it is the customer's turn


async def test_an_open_question_is_answered_once_when_the_ticket_is_handed_back(shop: Harness) -> None:
    """It waited for a person; given back it is the assistant's, and giving back again answers nothing twice."""
    ref = await shop.open("cus_gia", PERSON)
    await shop.nudge(ref, await shop.accept(ref, "How long do I have to return something?", is_new=False))
    await happened(shop, ref, "reply_suggested")
    before = len(await shop.messages(ref))

    await send(shop, ref, HandedBack(by="olga"))
    await happened(shop, ref, "reply_sent", 2)
    await shop.idle(ref)
    await send(shop, ref, TakenOver(by="olga"))
    await send(shop, ref, HandedBack(by="olga"))
    await happened(shop, ref, "handed_back", 2)
    await shop.idle(ref)

    said = (await shop.messages(ref))[before:]
    assert [("30 days" in it.text, it.author.value) for it in said] == [(True, "assistant")]
    assert (await shop.ticket(ref)).assigned_to is None


async def test_what_was_tried_is_what_the_ledger_and_the_history_say(shop: Harness) -> None:
    """Each entry of the packet is an event of the ticket, and each write of it a row of the ledger."""
    for customer, words in (("cus_ben", "I sent my headphones back three weeks ago and still have no money."),):
        ref = await shop.open(customer, words)
        (handoff,) = await shop.handoffs(ref)
        packet = handoff.packet
        assert packet.version == 2
        assert len(packet.summary.splitlines()) == 3
        events = {event.seq: event for event in await events_of(shop, ref)}
        assert packet.tried
        for tried in packet.tried:
            body = events[tried.event or 0].body
            assert (body["action_id"], body["action"], body["status"], body["code"]) == (
                tried.action_id,
                tried.name,
                tried.status.value,
                tried.code,
            )
        async with shop.desk.pools.operator(ref.tenant) as conn:
            ledger = {row.action_id for row in await ticket_actions(conn, ref.tenant, ref.ticket_id)}
        assert ledger <= {tried.action_id for tried in packet.tried}
        assert set(packet.known_from) == set(packet.known)
        assert packet.customer is not None
        assert packet.customer.customer_id == customer
