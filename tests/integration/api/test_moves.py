"""Operators' moves, replies and nudges, against a real Temporal."""

import asyncio

import pytest

from domain.message import AuthorKind
from store.inbox import IncomingMessage, accept_message
from store.messages import read_messages
from store.outbox import Nudge, NudgeKind, undelivered
from tests.integration.api.calling import Api, now
from tests.integration.api.ticket_double import told, working

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session


async def test_a_message_starts_and_tells_the_workflow(live_api: Api) -> None:
    """A new ticket's workflow is started by its first message and told of the next one; the outbox is settled."""
    key = await live_api.key()
    async with working(live_api):
        opened = await live_api.http.post("/v1/tickets", json={"customer_id": "c-1", "text": "Hello"}, headers=key)
        path = opened.json()["status_url"]
        await _settled(live_api, opened.json()["ticket_id"])
        await live_api.http.post(f"{path}/messages", json={"text": "Anybody?"}, headers=key)
        await _settled(live_api, opened.json()["ticket_id"])

        assert await told(live_api, opened.json()["ticket_id"]) == [("receive", 1), ("receive", 2)]


async def test_an_operator_s_reply(live_api: Api) -> None:
    """A reply is a message in the operator's name; the workflow hears its number and who wrote, not the words."""
    ref = await live_api.ticket()
    async with working(live_api):
        answer = await live_api.http.post(
            f"/v1/tickets/{ref.ticket_id}/reply",
            json={"text": "I have looked into it.", "solves": True},
            headers=await live_api.key(operator_id="op-1"),
        )

        assert answer.status_code == 202
        assert answer.json() == {"ticket_id": ref.ticket_id, "seq": 2, "delivered": True}
        assert await told(live_api, ref.ticket_id) == [
            ("reply", {"kind": "reply", "seq": 2, "by": "op-1", "solves": True})
        ]
    async with live_api.pools.operator(live_api.tenant) as conn:
        last = (await read_messages(conn, live_api.tenant, ref.ticket_id))[-1]
    assert (last.author, last.text) == (AuthorKind.operator, "I have looked into it.")


async def test_a_reply_is_not_sent_over_words_nobody_has_seen(live_api: Api) -> None:
    """With `seen`, a newer message keeps the reply from being sent; with the newest number it is, notes or not."""
    ref = await live_api.ticket()
    path, key = f"/v1/tickets/{ref.ticket_id}", await live_api.key(operator_id="op-1")
    async with working(live_api):
        await live_api.say(ref, "And my second order is broken too.")
        await live_api.http.post(f"{path}/notes", json={"text": "Ask her for a photo."}, headers=key)
        body = {"text": "All done.", "solves": True}

        late = await live_api.http.post(f"{path}/reply", json=body | {"seen": 1}, headers=key)
        sent = await live_api.http.post(f"{path}/reply", json=body | {"seen": 2}, headers=key)

    assert (late.status_code, late.json()["error"]) == (409, "not_seen")
    assert (sent.status_code, sent.json()["seq"]) == (202, 4)


async def test_a_reply_waits_when_temporal_is_away(api: Api) -> None:
    """Without Temporal a reply is kept and left to the relay."""
    ref = await api.ticket()

    answer = await api.http.post(
        f"/v1/tickets/{ref.ticket_id}/reply", json={"text": "Hello"}, headers=await api.key(operator_id="op-1")
    )

    assert (answer.status_code, answer.json()["delivered"]) == (202, False)
    assert "operator" in await _waiting(api, ref.ticket_id)


async def test_taking_over_handing_back_and_closing(live_api: Api) -> None:
    """Each move reaches the workflow in the operator's name; handing back says no more than it is told."""
    ref = await live_api.ticket()
    key = await live_api.key(operator_id="op-1")
    async with working(live_api):
        for route, body in (("take-over", {}), ("hand-back", None), ("hand-back", {"watermark": 0}), ("close", {})):
            answer = await live_api.http.post(f"/v1/tickets/{ref.ticket_id}/{route}", json=body, headers=key)
            assert answer.status_code == 200, answer.text

        assert await told(live_api, ref.ticket_id) == [
            ("take_over", {"kind": "take_over", "by": "op-1"}),
            ("hand_back", {"kind": "hand_back", "by": "op-1", "watermark": None}),
            ("hand_back", {"kind": "hand_back", "by": "op-1", "watermark": 0}),
            ("close", {"kind": "close", "by": "op-1"}),
        ]


async def test_the_workflow_s_no_is_told(live_api: Api) -> None:
    """What the workflow refuses is answered with its own code and words."""
    ref = await live_api.ticket()
    async with working(live_api):
        answer = await live_api.http.post(
            f"/v1/tickets/{ref.ticket_id}/hand-back", headers=await live_api.key(operator_id="op-1")
        )

    assert (answer.status_code, answer.json()["error"]) == (409, "conflict")
    assert answer.json()["detail"] == "The assistant has this ticket already."


async def test_a_move_to_a_workflow_that_has_ended(live_api: Api) -> None:
    """A workflow that has ended is not started again: the ticket is closed, whatever its row says by now."""
    ref = await live_api.ticket()
    key = await live_api.key(operator_id="op-1")
    path = f"/v1/tickets/{ref.ticket_id}"
    async with working(live_api):
        await live_api.http.post(f"{path}/close", json={}, headers=key)
        await live_api.deps.temporal.get_workflow_handle(f"ticket:{ref.ticket_id}").result()

        answer = await live_api.http.post(f"{path}/take-over", json={}, headers=key)

    assert (answer.status_code, answer.json()["error"]) == (409, "ticket_closed")


async def test_a_move_sent_twice_under_one_key_is_one(live_api: Api) -> None:
    """With an idempotency key the workflow hears of a move once, also when two requests run at the same time."""
    ref = await live_api.ticket()
    key = await live_api.key(operator_id="op-1") | {"Idempotency-Key": "k-1"}
    path = f"/v1/tickets/{ref.ticket_id}/take-over"
    async with working(live_api):
        answers = await asyncio.gather(*(live_api.http.post(path, json={}, headers=key) for _ in range(5)))
        again = await live_api.http.post(path, json={}, headers=key)

        assert {answer.status_code for answer in answers} <= {200, 409}
        assert again.status_code == 200
        assert len(await told(live_api, ref.ticket_id)) == 1


async def test_a_move_needs_temporal(api: Api) -> None:
    """Without Temporal nothing can be moved: 503, and when to try again."""
    ref = await api.ticket()

    answer = await api.http.post(
        f"/v1/tickets/{ref.ticket_id}/close", json={}, headers=await api.key(operator_id="op-1")
    )

    assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0


async def test_a_rating_is_noted(live_api: Api) -> None:
    """The workflow hears the score and not the comment."""
    ref = await live_api.ticket()
    async with working(live_api):
        await live_api.http.post(
            f"/v1/tickets/{ref.ticket_id}/rating",
            json={"score": 4, "comment": "Good."},
            headers=await live_api.key(),
        )
        async with asyncio.timeout(10):
            while not (notes := await _told_if_any(live_api, ref.ticket_id)):
                await asyncio.sleep(0.05)

    assert notes == [("rate", {"kind": "rate", "score": 4})]


async def test_the_relay_delivers_what_was_left(live_api: Api) -> None:
    """A message and an operator's reply that nobody was told of are delivered from their outbox rows, twice as once."""
    ref = await live_api.ticket()
    nudger = live_api.app.state.services.nudger
    words = IncomingMessage(author=AuthorKind.operator, author_id="olga", text="All done.", at=now(), solves=True)
    async with live_api.pools.operator(ref.tenant) as conn:
        assert (await accept_message(conn, ref, words)).seq == 2
    async with working(live_api):
        kinds: list[tuple[NudgeKind, int]] = [("message", 1), ("operator", 2), ("message", 1)]
        outcomes = [
            await nudger.deliver(Nudge(id=1, **ref.model_dump(), kind=kind, ref=number, created_at=now(), attempts=0))
            for kind, number in kinds
        ]

        assert outcomes == ["delivered"] * 3
        (_, (_, reply)) = await told(live_api, ref.ticket_id)
        assert reply == {"kind": "reply", "seq": 2, "by": "olga", "solves": True}


async def test_the_relay_hears_of_a_final_no(live_api: Api) -> None:
    """What a workflow refuses for good comes back as a code, so that it is not sent for ever."""
    ref = await live_api.ticket()
    nudger = live_api.app.state.services.nudger
    nudge = Nudge(id=1, **ref.model_dump(), kind="message", ref=1, created_at=now(), attempts=0)
    async with working(live_api):
        await live_api.http.post(
            f"/v1/tickets/{ref.ticket_id}/close", json={}, headers=await live_api.key(operator_id="op-1")
        )
        await live_api.deps.temporal.get_workflow_handle(f"ticket:{ref.ticket_id}").result()

        assert await nudger.deliver(nudge) == "ticket_closed"


async def _waiting(api: Api, ticket_id: str) -> set[str]:
    async with api.pools.relay() as conn:
        return {nudge.kind for nudge in await undelivered(conn, 1000, now()) if nudge.ticket_id == ticket_id}


async def _settled(api: Api, ticket_id: str) -> None:
    async with asyncio.timeout(10):
        while await _waiting(api, ticket_id):
            await asyncio.sleep(0.02)


async def _told_if_any(api: Api, ticket_id: str) -> list[object]:
    try:
        return list(await told(api, ticket_id))
    except Exception:  # noqa: BLE001 - the workflow does not run yet
        return []
