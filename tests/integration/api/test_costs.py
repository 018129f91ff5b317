"""What models cost over the API, and who sees what a model is writing."""

import asyncio

import pytest

from api.auth import Scope
from domain.event import EventDraft
from domain.model_call import CallBegun, CallEnded, Price, Tokens
from domain.ticket import TicketRef
from store.listen import DraftNotice
from store.model_calls import CallKey, begin_call, end_call, show_draft
from tests.integration.api.calling import Api, now
from tests.integration.api.test_events import frames, served

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session


async def called(api: Api, ref: TicketRef) -> None:
    """One call of a model that has ended."""
    key = CallKey(workflow_id="w", run_id="r", activity_id="1", attempt=1, number=1)
    begun = CallBegun(purpose="draft", provider="openai", model="gpt-4o-mini")
    ended = CallEnded(
        outcome="answered",
        tokens=Tokens(input=900, cached_read=600, output=50),
        price=Price(microdollars=1234, source="config"),
        latency_ms=321,
    )
    async with api.pools.operator(ref.tenant) as conn:
        await end_call(conn, ref.tenant, await begin_call(conn, ref, key, begun, now()), ended)


async def test_a_ticket_tells_what_it_cost(api: Api) -> None:
    """In the ticket, call by call, and added up; another tenant's ticket is not there."""
    ref, key = await api.ticket(), await api.key()
    await called(api, ref)
    path = f"/v1/tickets/{ref.ticket_id}"
    detail = (await api.http.get(path, headers=key)).json()
    [call] = (await api.http.get(f"{path}/model-calls", headers=key)).json()["calls"]
    [total] = (await api.http.get("/v1/costs", headers=key, params={"ticket_id": ref.ticket_id})).json()["totals"]
    assert detail["costs"] == {"calls": 1, "microdollars": 1234, "unpriced": 0}
    assert (call["purpose"], call["microdollars"], call["latency_ms"]) == ("draft", 1234, 321)
    assert (total["calls"], total["cached_read"], total["microdollars"]) == (1, 600, 1234)
    theirs = await api.ticket(tenant=api.other_tenant)
    for hidden in (f"/v1/tickets/{theirs.ticket_id}/model-calls", f"/v1/costs?ticket_id={theirs.ticket_id}"):
        assert (await api.http.get(hidden, headers=key)).status_code == 404


async def test_what_is_being_written_is_seen_by_operators_alone(api: Api) -> None:
    """A draft is shown before it was checked, so a key that only reads tickets gets the next event instead."""
    ref = await api.ticket()
    path = f"/v1/tickets/{ref.ticket_id}/events"
    stream = {"Accept": "text/event-stream"}
    operator = await api.key(Scope.tickets_read, Scope.operators) | stream
    reader = await api.key(Scope.tickets_read) | stream
    notice = DraftNotice(tenant=ref.tenant, ticket_id=ref.ticket_id, turn=1, at=0, text="Your refund was")
    async with (
        served(api) as http,
        asyncio.timeout(20),
        http.stream("GET", path, headers=operator) as shown,
        http.stream("GET", path, headers=reader) as hidden,
    ):
        await asyncio.sleep(0.3)
        async with api.pools.operator(ref.tenant) as conn:
            await show_draft(conn, notice)
        first = await anext(frames(shown))
        assert first["event"] == "draft_delta"
        assert "Your refund was" in first["data"]
        assert ref.tenant not in first["data"]
        await api.happened(ref, EventDraft(kind="ticket_opened"))
        assert (await anext(frames(hidden)))["event"] == "ticket_opened"
