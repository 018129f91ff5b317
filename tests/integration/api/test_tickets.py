"""Opening, continuing, listing and reading tickets over HTTP."""

import base64
from datetime import timedelta

import pytest

from domain.event import EventDraft
from domain.handoff import HandoffPacket, HandoffReason
from domain.intent import SignalSpan
from domain.message import AuthorKind
from domain.ticket import TicketStatus
from store.handoffs import insert_handoff
from store.messages import read_attachment, read_messages
from store.outbox import undelivered
from store.tickets import read_ticket
from tests.integration.api.calling import Api, now

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session

TEXT = "I sent my headphones back three weeks ago and still have no money."


async def test_accepted_means_committed(api: Api) -> None:
    """A 202 is answered when ticket, message and outbox row are in Postgres, whether or not Temporal answers."""
    answer = await api.http.post(
        "/v1/tickets",
        json={"customer_id": "c-1", "text": TEXT, "identity": "proven", "subject": " Late \n refund "},
        headers=await api.key(),
    )

    assert answer.status_code == 202
    accepted = answer.json()
    assert accepted["seq"] == 1
    assert accepted["status_url"] == answer.headers["Location"] == f"/v1/tickets/{accepted['ticket_id']}"
    assert accepted["temporal_url"].endswith(f"/namespaces/default/workflows/ticket%3A{accepted['ticket_id']}")
    async with api.pools.operator(api.tenant) as conn:
        ticket = await read_ticket(conn, api.tenant, accepted["ticket_id"])
        messages = await read_messages(conn, api.tenant, accepted["ticket_id"])
    assert (ticket.customer_id, ticket.subject, ticket.identity) == ("c-1", "Late refund", "proven")
    assert [(m.author, m.text) for m in messages] == [(AuthorKind.customer, TEXT)]
    async with api.pools.relay() as conn:
        waiting = await undelivered(conn, 1000, now())
    assert [(n.kind, n.ref) for n in waiting if n.ticket_id == accepted["ticket_id"]] == [("message", 1)]


async def test_files_are_stored(api: Api) -> None:
    """What came as Base64 is kept byte for byte, with its name and type."""
    content = bytes(range(256)) * 100
    file = {"name": "box.jpg", "media_type": "image/jpeg", "data_base64": base64.b64encode(content).decode()}

    answer = await api.http.post(
        "/v1/tickets",
        json={"customer_id": "c-1", "text": "It arrived like this.", "attachments": [file]},
        headers=await api.key(),
    )

    assert answer.status_code == 202
    async with api.pools.operator(api.tenant) as conn:
        kept = await read_attachment(conn, api.tenant, answer.json()["ticket_id"], 1, 1)
    assert (kept.content, kept.info.name, kept.info.media_type) == (content, "box.jpg", "image/jpeg")


async def test_the_same_delivery_twice_is_one_message(api: Api) -> None:
    """A sender's own id of a message makes a second delivery the first one."""
    body = {"customer_id": "c-1", "text": TEXT, "external_id": "mail-17"}
    key = await api.key()

    first = (await api.http.post("/v1/tickets", json=body, headers=key)).json()
    second = (await api.http.post("/v1/tickets", json=body, headers=key)).json()

    assert (second["ticket_id"], second["seq"]) == (first["ticket_id"], first["seq"])
    assert (first["is_repeat"], second["is_repeat"]) == (False, True)


async def test_who_the_writer_is_needs_a_scope_of_its_own(api: Api) -> None:
    """A key without identity_assert opens anonymous tickets only."""
    key = await api.key("tickets_write")

    for identity, expected in {"anonymous": 202, "claimed": 403, "proven": 403}.items():
        body = {"customer_id": "c-1", "text": TEXT, "identity": identity}
        assert (await api.http.post("/v1/tickets", json=body, headers=key)).status_code == expected


async def test_messages_are_numbered(api: Api) -> None:
    """Each message gets the next number of its ticket."""
    ref = await api.ticket()
    key = await api.key()

    seqs = [
        (await api.http.post(f"/v1/tickets/{ref.ticket_id}/messages", json={"text": text}, headers=key)).json()["seq"]
        for text in ("It is order 10042.", "The black ones.")
    ]

    assert seqs == [2, 3]


async def test_a_closed_ticket_points_to_its_follow_up(api: Api) -> None:
    """A message to a closed ticket gets 409 with a link; following it opens a ticket of the same customer."""
    ref = await api.ticket(status=TicketStatus.closed)
    key = await api.key()

    refused = await api.http.post(f"/v1/tickets/{ref.ticket_id}/messages", json={"text": "Again!"}, headers=key)

    assert (refused.status_code, refused.json()["error"]) == (409, "ticket_closed")
    assert refused.headers["Link"] == f'</v1/tickets/{ref.ticket_id}/follow-up>; rel="follow-up"'

    opened = await api.http.post(f"/v1/tickets/{ref.ticket_id}/follow-up", json={"text": "Again!"}, headers=key)
    assert opened.status_code == 202
    async with api.pools.operator(api.tenant) as conn:
        new = await read_ticket(conn, api.tenant, opened.json()["ticket_id"])
    assert (new.follow_up_of, new.customer_id, new.identity) == (ref.ticket_id, "c-1", ref.identity)


async def test_a_follow_up_keeps_no_identity_that_the_key_may_not_assert(api: Api) -> None:
    """Without identity_assert a follow-up of a proven ticket is anonymous."""
    ref = await api.ticket(status=TicketStatus.closed)

    opened = await api.http.post(
        f"/v1/tickets/{ref.ticket_id}/follow-up", json={"text": "Again!"}, headers=await api.key("tickets_write")
    )

    async with api.pools.operator(api.tenant) as conn:
        assert (await read_ticket(conn, api.tenant, opened.json()["ticket_id"])).identity == "anonymous"


async def test_an_open_ticket_has_no_follow_up(api: Api) -> None:
    """While a ticket is not closed, one writes to it."""
    ref = await api.ticket()

    answer = await api.http.post(
        f"/v1/tickets/{ref.ticket_id}/follow-up", json={"text": "Again!"}, headers=await api.key()
    )

    assert (answer.status_code, answer.json()["error"]) == (409, "conflict")


async def test_tickets_are_listed_in_pages(api: Api) -> None:
    """Filters narrow a list, and the cursor goes through it without a gap or a repeat."""
    key = await api.key()
    refs = [await api.ticket() for _ in range(5)]
    await api.happened(refs[0], EventDraft(kind="status_changed"), status=TicketStatus.pending)
    await api.happened(refs[1], EventDraft(kind="status_changed"), status=TicketStatus.on_hold)

    seen: list[str] = []
    cursor: str | None = None
    while True:
        params = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await api.http.get("/v1/tickets", params=params, headers=key)).json()
        seen += [ticket["ticket_id"] for ticket in page["tickets"]]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert seen == [ref.ticket_id for ref in reversed(refs)]

    some = await api.http.get("/v1/tickets", params=[("status", "pending"), ("status", "on_hold")], headers=key)
    assert {ticket["ticket_id"] for ticket in some.json()["tickets"]} == {refs[0].ticket_id, refs[1].ticket_id}
    none = await api.http.get("/v1/tickets", params={"customer_id": "c-2"}, headers=key)
    assert none.json() == {"tickets": [], "cursor": None}


async def test_a_ticket_is_shown_whole(api: Api) -> None:
    """A ticket comes with its conversation, its approvals, the path of its turns and, for operators, its packets."""
    ref = await api.ticket()
    request = await api.approval(ref)
    await api.happened(
        ref,
        EventDraft(kind="message_received", body={"seq": 1}),
        EventDraft(
            kind="classified",
            body={"seqs": [1], "wishes": [[{"intent": "late_refund", "confidence": 940}]], "signals": []},
        ),
        EventDraft(
            kind="action_judged",
            body={"action": "issue_refund", "verdict": "needs_approval", "rules": ["big_refunds"], "errors": []},
        ),
        EventDraft(kind="handed_off", body={"reason": "vip", "queue": "support", "rule": None}),
        EventDraft(kind="turn_finished", body={"trigger": "message", "path": ["classify", "act", "hand_off"]}),
        EventDraft(kind="reply_sent", body={"draft": 1}),
    )
    packet = HandoffPacket(
        reason=HandoffReason.vip,
        queue="support",
        urgent=False,
        created_at=now(),
        summary="A late refund.",
        intents=("late_refund",),
        slots={},
        known={},
        tried=(),
        evidence=(),
        attachments=(),
        told_customer="",
        open_question="",
        suggested_next_step="",
        signal_spans=(SignalSpan(signal="repeated_contact", seq=1, start=12, end=18),),
    )
    async with api.pools.operator(api.tenant) as conn:
        await insert_handoff(conn, ref, 1, packet)

    detail = (await api.http.get(f"/v1/tickets/{ref.ticket_id}", headers=await api.key())).json()

    assert detail["ticket"]["ticket_id"] == ref.ticket_id
    assert [(m["author"], m["text"]) for m in detail["messages"]] == [("customer", "Where is my refund?")]
    (approval,) = detail["approvals"]
    assert (approval["approval_id"], approval["state"]) == (request.approval_id, "open")
    assert approval["action"]["title"] == "Issue a refund"
    (turn,) = detail["turns"]
    assert turn["path"] == ["classify", "act", "hand_off"]
    assert "Understood: late refund (94 %)." in turn["lines"]
    assert [handoff["packet"]["summary"] for handoff in detail["handoffs"]] == ["A late refund."]
    assert detail["handoffs"][0]["signals"] == [{"signal": "repeated_contact", "seq": 1, "words": "refund"}]

    for_others = await api.http.get(f"/v1/tickets/{ref.ticket_id}", headers=await api.key("tickets_read"))
    assert for_others.json()["handoffs"] == []


async def test_an_expired_approval_reads_as_expired(api: Api) -> None:
    """An approval whose time is up is not shown as open, even before its workflow has said so."""
    ref = await api.ticket()
    request = await api.approval(ref, expires_in=-timedelta(minutes=1).total_seconds())

    shown = await api.http.get(f"/v1/approvals/{request.approval_id}", headers=await api.key())

    assert shown.json()["state"] == "expired"


async def test_a_rating_is_kept_and_shown(api: Api) -> None:
    """The last rating counts, and a closed ticket can be rated."""
    ref = await api.ticket(status=TicketStatus.closed)
    key = await api.key()
    path = f"/v1/tickets/{ref.ticket_id}"

    for body in ({"score": 2}, {"score": 5, "comment": "Fast!"}):
        assert (await api.http.post(f"{path}/rating", json=body, headers=key)).status_code == 200

    rating = (await api.http.get(path, headers=key)).json()["rating"]
    assert (rating["score"], rating["comment"]) == (5, "Fast!")
