"""Accepting messages: what accepted means, and what a second delivery does."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from domain.errors import BadText, Conflict, NotFound, TicketClosed
from domain.message import AuthorKind
from domain.text import MAX_MESSAGE_CHARS
from domain.ticket import TicketStatus
from store.inbox import Stub, accept_message, read_inbox
from store.messages import Attachment, read_attachment, read_messages
from store.outbox import undelivered
from store.pools import Pools
from store.tickets import project_ticket, read_ticket
from tests.integration.store.makers import NOW, crashing, make_ref, open_ticket, opened, says


async def test_the_first_message_opens_the_ticket_and_tells_the_workflow(pools: Pools) -> None:
    """Stub, message and outbox row come together, and the outbox row holds all that a nudge needs."""
    ref = make_ref()
    async with pools.customer(ref.tenant, ref.customer_id) as conn:
        accepted = await accept_message(conn, ref, says("Hello"), stub=Stub(subject="Refund"))
    assert (accepted.ticket_id, accepted.seq, accepted.is_new, accepted.is_repeat) == (ref.ticket_id, 1, True, False)
    async with pools.operator(ref.tenant) as conn:
        ticket = await read_ticket(conn, ref.tenant, ref.ticket_id)
        [message] = await read_messages(conn, ref.tenant, ref.ticket_id)
    assert (ticket.ref, ticket.status, ticket.subject) == (ref, TicketStatus.new, "Refund")
    assert (message.seq, message.author, message.text, message.at) == (1, AuthorKind.customer, "Hello", NOW)
    async with pools.relay() as conn:
        [nudge] = await undelivered(conn, 10, NOW)
    assert (nudge.ticket, nudge.kind, nudge.ref) == (ref, "message", 1)


async def test_the_same_delivery_twice_is_one_message(pools: Pools) -> None:
    """A repeat gets the answer of the first, even when the channel opens a new ticket for it, and writes nothing."""
    first, second = make_ref(), make_ref()
    message = says(external_id="mail-1", attachments=[Attachment.of("a.txt", "text/plain", b"x")])
    async with pools.operator("meridian") as conn:
        accepted = await open_ticket(conn, first, message)
    async with pools.operator("meridian") as conn:
        repeat = await open_ticket(conn, second, message)
        with pytest.raises(NotFound):
            await read_ticket(conn, "meridian", second.ticket_id)
        assert len(await read_messages(conn, "meridian", first.ticket_id)) == 1
    assert repeat == accepted.model_copy(update={"is_new": False, "is_repeat": True})


@pytest.mark.parametrize(
    "other",
    [
        {"text": "Something else"},
        {"attachments": [Attachment.of("a.txt", "text/plain", b"y")]},
    ],
    ids=["other words", "another file"],
)
async def test_an_external_id_stands_for_one_message(pools: Pools, other: dict[str, Any]) -> None:
    """The same id with another content is refused, not taken for the first."""
    ref = make_ref()
    async with pools.operator(ref.tenant) as conn:
        await open_ticket(conn, ref, says(external_id="mail-1"))
        with pytest.raises(Conflict):
            await accept_message(conn, ref, says(**({"text": "Where is my refund?", "external_id": "mail-1"} | other)))


async def test_an_external_id_belongs_to_its_ticket(pools: Pools) -> None:
    """The same words under the same id cannot be sent to a second ticket that exists already."""
    first = await opened(pools)
    second = await opened(pools)
    async with pools.operator("meridian") as conn:
        await accept_message(conn, first, says(external_id="mail-1"))
        with pytest.raises(Conflict):
            await accept_message(conn, second, says(external_id="mail-1"))


async def test_external_ids_of_another_tenant_do_not_matter(pools: Pools) -> None:
    """Two tenants may use the same external id, and neither learns of the other."""
    for tenant in ("meridian", "tidewater"):
        async with pools.operator(tenant) as conn:
            accepted = await open_ticket(conn, make_ref(tenant), says(f"I am of {tenant}", external_id="mail-1"))
            assert not accepted.is_repeat


async def test_an_external_id_of_another_customer_tells_nothing(pools: Pools) -> None:
    """In a customer's scope the clash is refused without showing the other message."""
    async with pools.customer("meridian", "c-1") as conn:
        await open_ticket(conn, make_ref(customer="c-1"), says("My secret", external_id="mail-1"))
    async with pools.customer("meridian", "c-2") as conn:
        with pytest.raises(Conflict) as caught:
            await open_ticket(conn, make_ref(customer="c-2"), says("My secret", external_id="mail-1"))
    assert "secret" not in str(caught.value)


async def test_concurrent_messages_get_places_without_gaps(pools: Pools) -> None:
    """Twenty writers at once: every message has its own place, from 1 on, and each is announced once."""
    ref = await opened(pools)

    async def write(number: int) -> int:
        async with pools.operator(ref.tenant) as conn:
            return (await accept_message(conn, ref, says(f"Message {number}", external_id=f"m-{number}"))).seq

    places = await asyncio.gather(*(write(number) for number in range(20)))
    assert sorted(places) == list(range(2, 22))
    async with pools.relay() as conn:
        assert sorted(nudge.ref for nudge in await undelivered(conn, 100, NOW)) == list(range(1, 22))


async def test_concurrent_deliveries_of_one_message_are_one(pools: Pools) -> None:
    """Ten deliveries of the opening message at once: one ticket, one message, nine repeats, no stub left behind."""

    async def deliver() -> tuple[str, int, bool]:
        async with pools.operator("meridian") as conn:
            accepted = await open_ticket(conn, make_ref(), says(external_id="mail-1"))
            return accepted.ticket_id, accepted.seq, accepted.is_repeat

    answers = Counter(await asyncio.gather(*(deliver() for _ in range(10))))
    assert sorted(answers.values()) == [1, 9]
    assert len({ticket_id for ticket_id, _, _ in answers}) == 1
    async with pools.operator("meridian") as conn:
        rows = await conn.execute("select count(*), sum(last_message_seq) from setright.tickets")
        assert await rows.fetchone() == (1, 1)


async def test_a_failed_transaction_leaves_no_gap(pools: Pools) -> None:
    """A message whose transaction is rolled back gives its place to the next."""
    ref = await opened(pools)
    async with crashing(pools.operator(ref.tenant)) as conn:
        await accept_message(conn, ref, says("Lost"))
    async with pools.operator(ref.tenant) as conn:
        assert (await accept_message(conn, ref, says("Kept"))).seq == 2


async def test_a_closed_ticket_takes_no_message_but_knows_its_old_ones(pools: Pools) -> None:
    """A late message opens a follow-up; a late repeat is still answered as before."""
    ref = make_ref()
    async with pools.operator(ref.tenant) as conn:
        await open_ticket(conn, ref, says(external_id="mail-1"))
        await project_ticket(conn, ref, 1, NOW, status=TicketStatus.closed)
        with pytest.raises(TicketClosed):
            await accept_message(conn, ref, says("One more thing"))
        assert (await accept_message(conn, ref, says(external_id="mail-1"))).is_repeat
        follow_up = make_ref()
        await accept_message(conn, follow_up, says("One more thing"), stub=Stub(follow_up_of=ref.ticket_id))
        assert (await read_ticket(conn, ref.tenant, follow_up.ticket_id)).follow_up_of == ref.ticket_id


async def test_unknown_and_foreign_tickets_are_not_found_in_the_same_words(pools: Pools) -> None:
    """Nobody can tell a ticket of another tenant or customer from one that does not exist."""
    foreign = await opened(pools, "tidewater")
    neighbour = await opened(pools, "meridian", "c-2")
    texts = set()
    for ticket_id in (make_ref().ticket_id, foreign.ticket_id, neighbour.ticket_id):
        ref = make_ref().model_copy(update={"ticket_id": ticket_id})
        for scope in (pools.operator("meridian"), pools.customer("meridian", "c-1")):
            async with scope as conn:
                with pytest.raises(NotFound) as caught:
                    await accept_message(conn, ref, says())
            texts.add(str(caught.value))
    assert len(texts) == 1


async def test_a_ticket_id_is_taken_for_all_tenants(pools: Pools) -> None:
    """A new ticket under the id of any other is refused, so that a workflow's name stands for one ticket."""
    ref = await opened(pools, "tidewater")
    async with pools.operator("meridian") as conn:
        with pytest.raises(Conflict):
            await open_ticket(conn, ref.model_copy(update={"tenant": "meridian"}))


async def test_operators_write_too_and_their_notes_stay_among_them(pools: Pools) -> None:
    """An operator's reply is announced as theirs; a note is announced as one, and hidden from the customer."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        reply = says("I am looking into it", author="operator", author_id="op-1")
        note = says("VIP, be quick", author="operator", author_id="op-1", is_note=True)
        assert (await accept_message(conn, ref, reply)).seq == 2
        assert (await accept_message(conn, ref, note)).seq == 3
        inbox = await read_inbox(conn, ref.tenant, ref.ticket_id, 0)
        assert [(row.seq, row.author) for row in inbox] == [(1, AuthorKind.customer), (2, AuthorKind.operator)]
        assert len(await read_messages(conn, ref.tenant, ref.ticket_id)) == 2
        assert len(await read_messages(conn, ref.tenant, ref.ticket_id, notes=True)) == 3
    async with pools.customer(ref.tenant, ref.customer_id) as conn:
        assert len(await read_messages(conn, ref.tenant, ref.ticket_id, notes=True)) == 2
    async with pools.relay() as conn:
        assert [(nudge.kind, nudge.ref) for nudge in await undelivered(conn, 10, NOW)] == [
            ("message", 1),
            ("operator", 2),
            ("note", 3),
        ]


async def test_messages_are_read_between_two_places(pools: Pools) -> None:
    """A turn reads what is new up to its watermark, and no more."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        for text in ("two", "three", "four"):
            await accept_message(conn, ref, says(text))
        texts = [m.text for m in await read_messages(conn, ref.tenant, ref.ticket_id, after=1, upto=3)]
        assert texts == ["two", "three"]
        assert [row.seq for row in await read_inbox(conn, ref.tenant, ref.ticket_id, 2)] == [3, 4]


async def test_files_are_kept_byte_for_byte(pools: Pools) -> None:
    """An attachment is listed with its message and read as it was sent."""
    ref = make_ref()
    photo = Attachment.of("photo.jpg", "image/jpeg", bytes(range(256)))
    async with pools.customer(ref.tenant, ref.customer_id) as conn:
        await open_ticket(conn, ref, says(attachments=[photo]))
        [message] = await read_messages(conn, ref.tenant, ref.ticket_id)
        assert message.attachments == (photo.info,)
        assert await read_attachment(conn, ref.tenant, ref.ticket_id, 1, 1) == photo
        with pytest.raises(NotFound):
            await read_attachment(conn, ref.tenant, ref.ticket_id, 1, 2)


@pytest.mark.parametrize("text", ["", "   ", "\x00", "half \ud800", "x" * (MAX_MESSAGE_CHARS + 1)], ids=repr)
def test_text_that_cannot_be_kept_never_reaches_the_database(text: str) -> None:
    """What is no text is refused when the message is made."""
    with pytest.raises(BadText):
        says(text)
