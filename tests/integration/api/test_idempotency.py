"""A POST that is sent again under its idempotency key is answered, not redone."""

import asyncio
import json

import pytest

from store.messages import read_messages
from store.tickets import TicketFilter, list_tickets
from tests.integration.api.calling import Api

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session

BODY = {"customer_id": "c-1", "text": "Where is my refund?"}


async def test_the_same_request_gets_the_first_answer(api: Api) -> None:
    """Sent again, however its JSON is written, a request opens no second ticket."""
    key = await api.key() | {"Idempotency-Key": "k-1"}
    first = await api.http.post("/v1/tickets", json=BODY, headers=key)
    rewritten = json.dumps(dict(reversed(BODY.items())), indent=4)

    second = await api.http.post("/v1/tickets", content=rewritten, headers=key | {"Content-Type": "application/json"})

    assert (second.status_code, second.json()) == (first.status_code, first.json())
    assert await _tickets(api) == 1


async def test_another_request_under_the_same_key_is_refused(api: Api) -> None:
    """Another body, another route or another caller under a used key gets 409 and changes nothing."""
    mine = await api.key() | {"Idempotency-Key": "k-1"}
    theirs = await api.key("tickets_write") | {"Idempotency-Key": "k-1"}
    ticket = (await api.http.post("/v1/tickets", json=BODY, headers=mine)).json()["ticket_id"]

    answers = [
        await api.http.post("/v1/tickets", json=BODY | {"text": "Another"}, headers=mine),
        await api.http.post(f"/v1/tickets/{ticket}/messages", json={"text": "Hello"}, headers=mine),
        await api.http.post("/v1/tickets", json=BODY, headers=theirs),
    ]

    assert [(answer.status_code, answer.json()["error"]) for answer in answers] == [(409, "conflict")] * 3
    assert await _tickets(api) == 1


async def test_a_refused_request_may_be_sent_again_corrected(api: Api) -> None:
    """An error uses up no key: what was refused left nothing behind."""
    key = await api.key() | {"Idempotency-Key": "k-1"}

    assert (await api.http.post("/v1/tickets", json=BODY | {"text": ""}, headers=key)).status_code == 422
    assert (await api.http.post("/v1/tickets", json=BODY, headers=key)).status_code == 202


async def test_many_at_once_are_one(api: Api) -> None:
    """Of twenty equal requests at the same time one opens the ticket; the others get its answer or are told to wait."""
    key = await api.key() | {"Idempotency-Key": "k-1"}

    answers = await asyncio.gather(*(api.http.post("/v1/tickets", json=BODY, headers=key) for _ in range(20)))

    assert {answer.status_code for answer in answers} <= {202, 409}
    assert len({answer.json()["ticket_id"] for answer in answers if answer.status_code == 202}) == 1
    assert await _tickets(api) == 1


async def test_messages_are_not_doubled(api: Api) -> None:
    """A message that is sent again under its key stands once in the conversation."""
    ref = await api.ticket()
    key = await api.key() | {"Idempotency-Key": "k-1"}
    path = f"/v1/tickets/{ref.ticket_id}/messages"

    seqs = [(await api.http.post(path, json={"text": "Hello?"}, headers=key)).json()["seq"] for _ in range(3)]

    assert seqs == [2, 2, 2]
    async with api.pools.operator(api.tenant) as conn:
        assert len(await read_messages(conn, api.tenant, ref.ticket_id)) == 2


async def _tickets(api: Api) -> int:
    async with api.pools.operator(api.tenant) as conn:
        return len((await list_tickets(conn, api.tenant, TicketFilter())).tickets)
