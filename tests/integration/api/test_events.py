"""Events as lists and as streams, over a real socket."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx2
import psycopg
import pytest
import uvicorn

from api import streams
from domain.event import EventDraft
from store.roles import Role
from tests.integration.api.calling import Api

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session


@asynccontextmanager
async def served(api: Api) -> AsyncIterator[httpx2.AsyncClient]:
    """The application on a free port."""
    config = uvicorn.Config(api.app, port=0, log_config=None, lifespan="off", timeout_graceful_shutdown=5)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as http:
        yield http
    api.app.state.services.bell.stop()
    server.should_exit = True
    await serving


async def frames(response: httpx2.Response) -> AsyncIterator[dict[str, str]]:
    """The frames of a stream, comments as `:`."""
    found: dict[str, str] = {}
    async for line in response.aiter_lines():
        if line:
            name, _, value = line.partition(":")
            found[name or ":"] = value.strip()
        elif found:
            yield found
            found = {}


async def test_events_are_listed(api: Api) -> None:
    """The list starts after the place that is named."""
    ref = await api.ticket()
    await api.happened(ref, EventDraft(kind="ticket_opened"), EventDraft(kind="message_received", body={"seq": 1}))
    path, key = f"/v1/tickets/{ref.ticket_id}/events", await api.key()

    every = (await api.http.get(path, headers=key)).json()["events"]
    later = (await api.http.get(path, params={"after": "1"}, headers=key)).json()["events"]

    assert [(event["seq"], event["kind"]) for event in every] == [(1, "ticket_opened"), (2, "message_received")]
    assert later == every[1:]


async def test_a_ticket_is_followed(api: Api) -> None:
    """A stream brings what happened, then what happens, and a new one goes on from the last event it saw."""
    ref = await api.ticket()
    await api.happened(ref, EventDraft(kind="ticket_opened"))
    path = f"/v1/tickets/{ref.ticket_id}/events"
    key = await api.key() | {"Accept": "text/event-stream"}
    async with served(api) as http, asyncio.timeout(20):
        async with http.stream("GET", path, headers=key) as response:
            assert response.headers["content-type"].startswith("text/event-stream")
            following = frames(response)
            first = await anext(following)
            await api.happened(ref, EventDraft(kind="message_received", body={"seq": 1}))
            second = await anext(following)
        assert [(frame["id"], frame["event"]) for frame in (first, second)] == [
            ("1", "ticket_opened"),
            ("2", "message_received"),
        ]
        assert json.loads(second["data"])["body"] == {"seq": 1}

        await api.happened(ref, EventDraft(kind="reply_sent", body={"draft": 1}))
        async with http.stream("GET", path, headers=key | {"Last-Event-ID": second["id"]}) as response:
            third = await anext(frames(response))
        assert (third["id"], third["event"]) == ("3", "reply_sent")


async def test_a_tenant_is_followed(api: Api) -> None:
    """The tenant's stream brings each new event of its own tickets, once, and none of another tenant's."""
    ours, theirs = await api.ticket(), await api.ticket(tenant=api.other_tenant)
    await api.happened(ours, EventDraft(kind="ticket_opened"))
    key = await api.key() | {"Accept": "text/event-stream"}
    async with served(api) as http, http.stream("GET", "/v1/events", headers=key) as response, asyncio.timeout(20):
        following = frames(response)
        assert ":" in await anext(following)
        await api.happened(theirs, EventDraft(kind="ticket_opened"))
        await api.happened(ours, EventDraft(kind="message_received", body={"seq": 1}), EventDraft(kind="reply_sent"))
        await api.happened(ours, EventDraft(kind="resolved", body={"kind": "assumed"}))

        seen = [json.loads((await anext(following))["data"]) for _ in range(3)]

    assert [(event["ticket_id"], event["seq"], event["kind"]) for event in seen] == [
        (ours.ticket_id, 2, "message_received"),
        (ours.ticket_id, 3, "reply_sent"),
        (ours.ticket_id, 4, "resolved"),
    ]


async def test_a_quiet_stream_shows_that_it_lives(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing happens, a comment comes from time to time."""
    monkeypatch.setattr(streams, "HEARTBEAT_SECONDS", 0.1)
    ref = await api.ticket()
    key = await api.key() | {"Accept": "text/event-stream"}
    path = f"/v1/tickets/{ref.ticket_id}/events"
    async with served(api) as http, asyncio.timeout(10), http.stream("GET", path, headers=key) as response:
        beats = frames(response)
        assert [await anext(beats) for _ in range(2)] == [{":": "heartbeat"}] * 2


async def test_a_lost_connection_loses_no_event(api: Api, postgres: Mapping[Role, str]) -> None:
    """When the connection that listens is cut, a stream still brings what happened meanwhile."""
    ref = await api.ticket()
    key = await api.key() | {"Accept": "text/event-stream"}
    path = f"/v1/tickets/{ref.ticket_id}/events"
    async with served(api) as http, asyncio.timeout(20), http.stream("GET", path, headers=key) as response:
        await asyncio.sleep(0.3)
        await _cut_listeners(postgres)
        await api.happened(ref, EventDraft(kind="ticket_opened"))

        assert (await anext(frames(response)))["event"] == "ticket_opened"


async def _cut_listeners(postgres: Mapping[Role, str]) -> None:
    """End every connection of the role that waits in LISTEN; a role may end its own."""
    async with await psycopg.AsyncConnection.connect(postgres["operator_scope"], autocommit=True) as conn:
        await conn.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where usename = current_user and query like 'listen%' and pid <> pg_backend_pid()"
        )
