"""Outbound hooks: what happens on a ticket is told at least once, signed, under the same id, and holds nobody up."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from standardwebhooks import Webhook

from adapters.hooks.sender import HookSender
from api.deps import ApiDeps
from domain.event import EventDraft
from runtime.hook_relay import CALL_SPAN, HOOK_SPAN, LEASE, retry_after, tell_all
from store.hook_calls import claim_due, queue_calls
from tests.integration.api.calling import Api, now, running_api
from tests.integration.api.receiver import Received, Receiver, receiving

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session

OPENED = EventDraft(kind="ticket_opened", body={"channel": "api", "identity": "proven"})
CLOSED = EventDraft(kind="closed", body={"by": "olga"})
INSIDE = EventDraft(kind="classified", body={"wishes": []})


@pytest_asyncio.fixture(loop_scope="session")
async def hooked(deps: ApiDeps) -> AsyncIterator[Api]:
    """An API whose hooks may point to this machine."""
    async with running_api(replace(deps, may_call_loopback=True)) as api:
        yield api


async def make(api: Api, receiver: Receiver, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Make an outbound hook to the receiver."""
    body = {"direction": "outbound", "url": receiver.url, **more}
    made = await api.http.post("/v1/hooks", json=body, headers=await api.key("admin"))
    assert made.status_code == 201, made.text
    answer: dict[str, Any] = made.json()
    return answer


async def shown(api: Api, made: dict[str, Any]) -> dict[str, Any]:
    """The hook as it stands."""
    path = f"/v1/hooks/{made['hook']['hook_id']}"
    answer: dict[str, Any] = (await api.http.get(path, headers=await api.key("admin"))).json()
    return answer


async def tell(api: Api, at: datetime | None = None, *, seconds: float = 5.0) -> int:
    """One round of the relay."""
    async with HookSender(may_call_loopback=True, seconds=seconds) as sender:
        return await tell_all(api.pools, sender, api.deps.hook_key, at or now())


def check(received: Received, secret: str) -> dict[str, Any]:
    """What was sent, after the library's own check of its signature."""
    body: dict[str, Any] = Webhook(secret).verify(received.body, received.headers)
    return body


async def test_what_happens_is_told(hooked: Api) -> None:
    """The events that were asked for come signed, with ids and labels; others do not come, and nothing comes twice."""
    async with receiving() as receiver:
        made = await make(hooked, receiver, events=["ticket.opened", "ticket.closed"])
        ref = await hooked.ticket()
        await hooked.happened(ref, OPENED, INSIDE)
        await hooked.happened(ref, EventDraft(kind="resolved", body={"kind": "confirmed"}), CLOSED)

        assert [await tell(hooked) for _ in range(3)] == [2, 0, 0]

        told = [check(received, made["secret"]) for received in receiver.requests]
        assert sorted(body["type"] for body in told) == ["ticket.closed", "ticket.opened"]
        opened = next(body for body in told if body["type"] == "ticket.opened")
        assert opened["data"] == {
            "tenant": hooked.tenant,
            "ticket_id": ref.ticket_id,
            "event": 1,
            "channel": "api",
            "identity": "proven",
        }
        ids = {received.headers["webhook-id"] for received in receiver.requests}
        assert ids == {f"evt_{ref.ticket_id}_1", f"evt_{ref.ticket_id}_4"}
        state = await shown(hooked, made)
        assert (state["state"], state["waiting"], state["attempts"], state["last_status"]) == ("active", 0, 1, 204)


async def test_only_from_now_on_and_only_one_s_own(hooked: Api) -> None:
    """A new hook is not told the past, and a tenant's hook nothing of another tenant."""
    old = await hooked.ticket()
    await hooked.happened(old, OPENED)
    async with receiving() as receiver:
        await make(hooked, receiver)
        foreign = await hooked.ticket(tenant=hooked.other_tenant)
        await hooked.happened(foreign, OPENED, CLOSED)
        await hooked.happened(old, CLOSED)

        assert await tell(hooked) == 1
        assert [json.loads(received.body)["data"]["ticket_id"] for received in receiver.requests] == [old.ticket_id]


async def test_a_failure_is_tried_again_under_the_same_id(hooked: Api) -> None:
    """A receiver that fails is asked again later and later, with the same id and body, until it takes it."""
    async with receiving() as receiver:
        receiver.statuses = [500, 503, 200]
        made = await make(hooked, receiver)
        ref = await hooked.ticket()
        await hooked.happened(ref, CLOSED)
        start = now()

        assert await tell(hooked, start) == 0
        failing = await shown(hooked, made)
        assert (failing["state"], failing["waiting"], failing["last_status"]) == ("failing", 1, 500)
        assert failing["last_error_code"] == "refused"
        assert await tell(hooked, start + retry_after(1) - timedelta(seconds=1)) == 0
        assert len(receiver.requests) == 1
        second = start + retry_after(1)
        assert await tell(hooked, second) == 0
        assert await tell(hooked, second + retry_after(2)) == 1

        assert len({(received.headers["webhook-id"], received.body) for received in receiver.requests}) == 1
        assert len(receiver.requests) == 3
        assert (await shown(hooked, made))["state"] == "active"


async def test_a_sender_that_dies_leaves_its_calls_to_the_next(hooked: Api) -> None:
    """A claimed call that nobody finished is sent by whoever comes when its lease has run out, not before."""
    async with receiving() as receiver:
        await make(hooked, receiver)
        ref = await hooked.ticket()
        await hooked.happened(ref, CLOSED)
        start = now()
        async with hooked.pools.operator(hooked.tenant) as conn:
            await queue_calls(conn, hooked.tenant, start)
            assert len(await claim_due(conn, hooked.tenant, start, start + LEASE, 10)) == 1

        assert await tell(hooked, start + LEASE - timedelta(seconds=1)) == 0
        assert await tell(hooked, start + LEASE) == 1


async def test_two_relays_send_each_call_once(hooked: Api) -> None:
    """Several API processes share the work: a call in flight is nobody else's."""
    async with receiving() as receiver:
        await make(hooked, receiver)
        for _ in range(6):
            await hooked.happened(await hooked.ticket(), CLOSED)

        await asyncio.gather(*(tell(hooked) for _ in range(4)))
        await tell(hooked)

        ids = [received.headers["webhook-id"] for received in receiver.requests]
        assert len(ids) == len(set(ids)) == 6


@pytest.mark.parametrize(
    ("status", "code"), [(301, "refused"), (302, "refused"), (307, "refused"), (404, "refused"), (500, "refused")]
)
async def test_a_redirect_is_not_followed(hooked: Api, status: int, code: str) -> None:
    """Only 2xx is taken for delivered; a redirect to somewhere inside leads nowhere."""
    async with receiving() as receiver, receiving() as inside:
        receiver.statuses, receiver.more_headers = [status], f"Location: {inside.url}\r\n"
        made = await make(hooked, receiver)
        await hooked.happened(await hooked.ticket(), CLOSED)

        assert await tell(hooked) == 0

        assert inside.requests == []
        assert (await shown(hooked, made))["last_error_code"] == code


async def test_a_receiver_that_hangs_is_left(hooked: Api) -> None:
    """Whoever does not answer in time gets it again later; so does one that is not there."""
    async with receiving() as receiver:
        receiver.statuses = [0]
        made = await make(hooked, receiver)
    gone = await make(hooked, receiver)
    async with receiving() as slow:
        slow.statuses = [0]
        hangs = await make(hooked, slow)
        await hooked.happened(await hooked.ticket(), CLOSED)

        assert await tell(hooked, seconds=0.2) == 0

        assert (await shown(hooked, hangs))["last_error_code"] == "timed_out"
        assert (await shown(hooked, gone))["last_error_code"] == "unreachable"
        assert (await shown(hooked, made))["waiting"] == 1


async def test_who_does_not_listen_is_given_up(hooked: Api) -> None:
    """A call ends after three days of failures, a hook after five; one that answers 410 ends at once."""
    async with receiving() as receiver, receiving() as leaving:
        receiver.statuses, leaving.statuses = [500], [410]
        made, left = await make(hooked, receiver), await make(hooked, leaving)
        ref = await hooked.ticket()
        await hooked.happened(ref, CLOSED)
        start = now()
        await tell(hooked, start)
        assert (await shown(hooked, left))["state"] == "disabled"

        await tell(hooked, start + CALL_SPAN)
        given_up = await shown(hooked, made)
        assert (given_up["state"], given_up["waiting"]) == ("failing", 0)

        await hooked.happened(ref, EventDraft(kind="reopened"), CLOSED)
        await tell(hooked, start + HOOK_SPAN)
        assert (await shown(hooked, made))["state"] == "disabled"
        seen = len(receiver.requests), len(leaving.requests)
        await hooked.happened(ref, CLOSED)
        await tell(hooked, start + HOOK_SPAN + CALL_SPAN)
        assert (len(receiver.requests), len(leaving.requests)) == seen


async def test_a_rotated_hook_signs_twice_for_a_day(hooked: Api) -> None:
    """After a rotation both secrets verify, so that a receiver changes over in its own time; a day later one does."""
    async with receiving() as receiver:
        made = await make(hooked, receiver)
        path = f"/v1/hooks/{made['hook']['hook_id']}/rotate"
        rotated = (await hooked.http.post(path, headers=await hooked.key("admin"))).json()
        ref = await hooked.ticket()
        await hooked.happened(ref, CLOSED)
        await tell(hooked)

        (received,) = receiver.requests
        assert len(received.headers["webhook-signature"].split(" ")) == 2
        assert check(received, made["secret"]) == check(received, rotated["secret"])

        await hooked.happened(ref, CLOSED)
        await tell(hooked, now() + timedelta(days=2))
        assert len(receiver.requests[-1].headers["webhook-signature"].split(" ")) == 1


async def test_a_removed_hook_is_told_nothing(hooked: Api) -> None:
    """What it still had to tell is not told, and it is not there any more."""
    async with receiving() as receiver:
        made = await make(hooked, receiver)
        await hooked.happened(await hooked.ticket(), CLOSED)
        path, key = f"/v1/hooks/{made['hook']['hook_id']}", await hooked.key("admin")
        assert (await hooked.http.delete(path, headers=key)).json()["hook_id"] == made["hook"]["hook_id"]

        assert await tell(hooked) == 0
        assert receiver.requests == []
        assert (await hooked.http.get(path, headers=key)).status_code == 404
        assert (await hooked.http.delete(path, headers=key)).status_code == 404


@pytest.mark.parametrize("host", ["127.1", "2130706433", "0x7f.1", "017700000001", "127.0.0.1", "localhost", "[::1]"])
async def test_a_name_that_leads_inside_is_not_called(host: str) -> None:
    """What a name resolves to is looked at when it is called, however harmless it read when the hook was made."""
    async with receiving() as receiver, HookSender(may_call_loopback=False) as sender:
        sent = await sender.post(f"https://{host}:{receiver.url.split(':')[2]}", {}, "{}")

        assert sent.code == "address_refused"
        assert receiver.requests == []
