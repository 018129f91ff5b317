"""Waiting for an answer: `?wait=` comes back with the words as soon as they are committed."""

import asyncio
import time

import pytest

from domain.event import EventDraft
from domain.ticket import TicketRef
from store.drafts import NewDraft, insert_draft
from store.replies import post_reply
from store.tickets import read_ticket
from tests.integration.api.calling import Api, now

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session


async def _ref(api: Api, ticket_id: str) -> TicketRef:
    async with api.pools.operator(api.tenant) as conn:
        return (await read_ticket(conn, api.tenant, ticket_id)).ref


async def _reply(api: Api, ref: TicketRef, seq: int, text: str) -> None:
    """Say something after message `seq`, as a turn of the workflow does."""
    async with api.pools.operator(api.tenant) as conn:
        draft = await insert_draft(conn, ref, NewDraft(turn=seq, text=text), now())
        await post_reply(conn, ref, draft, seq, now())
    await api.happened(
        ref, EventDraft(kind="message_received", body={"seq": seq}), EventDraft(kind="reply_sent", body={})
    )


async def test_the_answer_comes_with_the_response(api: Api) -> None:
    """A reply that is committed while somebody waits is answered with 200 within a fraction of a second."""
    ref = await api.ticket()
    asking = asyncio.create_task(
        api.http.post(
            f"/v1/tickets/{ref.ticket_id}/messages",
            params={"wait": "30"},
            json={"text": "Hello?"},
            headers=await api.key(),
        )
    )
    await asyncio.sleep(0.5)
    assert not asking.done()

    replied_at = time.monotonic()
    await _reply(api, ref, 2, "Your refund is on its way.")
    answer = await asking

    assert time.monotonic() - replied_at < 2
    assert answer.status_code == 200
    assert [message["text"] for message in answer.json()["answers"]] == ["Your refund is on its way."]
    assert answer.json()["ticket"]["ticket_id"] == ref.ticket_id


async def test_an_earlier_answer_does_not_count(api: Api) -> None:
    """What was said before the message does not answer it: 202 when the time is up."""
    ref = await api.ticket()
    await _reply(api, ref, 1, "Which order is it?")

    answer = await api.http.post(
        f"/v1/tickets/{ref.ticket_id}/messages",
        params={"wait": "1"},
        json={"text": "Order 10042."},
        headers=await api.key(),
    )

    assert (answer.status_code, answer.json()["ticket"], answer.json()["answers"]) == (202, None, [])


async def test_a_repeat_waits_for_the_same_answer(api: Api) -> None:
    """Sent again under its idempotency key, a request that ran out of time gets the answer to its one message."""
    key = await api.key() | {"Idempotency-Key": "k-1"}
    body = {"customer_id": "c-1", "text": "Hello?"}
    first = await api.http.post("/v1/tickets", params={"wait": "1"}, json=body, headers=key)
    assert first.status_code == 202
    await _reply(api, await _ref(api, first.json()["ticket_id"]), 1, "Good morning.")

    second = await api.http.post("/v1/tickets", params={"wait": "5"}, json=body, headers=key)

    assert second.status_code == 200
    assert second.json()["ticket_id"] == first.json()["ticket_id"]
    assert [message["text"] for message in second.json()["answers"]] == ["Good morning."]


async def test_who_waits_is_let_go_when_the_server_ends(api: Api) -> None:
    """Stopping the bell ends every wait at once, so that a server can drain."""
    asking = asyncio.create_task(
        api.http.post(
            "/v1/tickets",
            params={"wait": "60"},
            json={"customer_id": "c-1", "text": "Hello?"},
            headers=await api.key(),
        )
    )
    await asyncio.sleep(0.3)

    api.app.state.services.bell.stop()

    async with asyncio.timeout(2):
        assert (await asking).status_code == 202
