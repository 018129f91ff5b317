"""A ticket's life in words and as Temporal keeps it; health; who the caller is."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from pydantic import JsonValue

from domain.event import EventDraft
from store.pools import Pools
from store.roles import Role
from tests.integration.api.calling import Api, running_api
from tests.integration.api.ticket_double import working

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session


async def test_a_life_is_told(api: Api) -> None:
    """One sentence for each event, with titles instead of labels."""
    ref = await api.ticket()
    done: dict[str, JsonValue] = {
        "action": "issue_refund",
        "status": "succeeded",
        "code": "succeeded",
        "amount": {"amount": 5400, "currency": "EUR"},
        "read_back": True,
    }
    await api.happened(
        ref,
        EventDraft(kind="message_received", body={"seq": 1}),
        EventDraft(kind="action_performed", body=done),
    )

    told = (await api.http.get(f"/v1/tickets/{ref.ticket_id}/history", headers=await api.key())).json()

    assert [line["text"] for line in told["lines"]] == [
        "The customer wrote (message 1).",
        "Issue a refund: done, €54.00, read back.",
    ]


async def test_temporal_s_own_history(live_api: Api) -> None:
    """Raw history names each event, what it is about, and when it was."""
    ref = await live_api.ticket()
    key = await live_api.key(operator_id="op-1")
    async with working(live_api):
        await live_api.http.post(f"/v1/tickets/{ref.ticket_id}/take-over", json={}, headers=key)

        raw = (await live_api.http.get(f"/v1/tickets/{ref.ticket_id}/history?raw=true", headers=key)).json()

    assert raw["workflow_id"] == f"ticket:{ref.ticket_id}"
    (run,) = raw["runs"]
    kinds = [(event["type"], event["name"]) for event in run["events"]]
    assert kinds[0] == ("WorkflowExecutionStarted", "ticket")
    assert ("WorkflowExecutionUpdateAccepted", "take_over") in kinds
    assert ("WorkflowExecutionUpdateCompleted", "take_over") in kinds
    assert run["run_id"]


async def test_temporal_may_not_know_a_ticket(live_api: Api) -> None:
    """A ticket that Temporal never knew, or has forgotten, has no runs."""
    ref = await live_api.ticket()

    raw = await live_api.http.get(f"/v1/tickets/{ref.ticket_id}/history?raw=true", headers=await live_api.key())

    assert (raw.status_code, raw.json()["runs"]) == (200, [])


async def test_raw_history_needs_temporal(api: Api) -> None:
    """Without Temporal there is no raw history: 503."""
    ref = await api.ticket()

    raw = await api.http.get(f"/v1/tickets/{ref.ticket_id}/history?raw=true", headers=await api.key())

    assert (raw.status_code, raw.json()["error"]) == (503, "unavailable")


async def test_health(live_api: Api) -> None:
    """A process with its database and Temporal is ready; no key is needed to ask."""
    assert (await live_api.http.get("/healthz")).json() == {"status": "ok"}
    ready = await live_api.http.get("/readyz")
    assert (ready.status_code, ready.json()) == (
        200,
        {"status": "ready", "checks": {"postgres": "ok", "temporal": "ok"}},
    )


async def test_what_is_missing_is_named(api: Api) -> None:
    """Without Temporal a process lives but is not ready, and says why."""
    assert (await api.http.get("/healthz")).status_code == 200
    ready = await api.http.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]) == (503, {"postgres": "ok", "temporal": "unavailable"})


async def test_a_database_that_is_away(api: Api, postgres: Mapping[Role, str]) -> None:
    """Without Postgres every request with a key gets 503 and when to try again, and readiness names it."""
    key = await api.key()
    pools = await Pools.open({role: postgres[role] for role in ("auth", "operator_scope")})
    async with running_api(replace(api.deps, pools=pools)) as broken:
        await pools.close()

        answer = await broken.http.get("/v1/tickets", headers=key)
        ready = await broken.http.get("/readyz")

    assert (answer.status_code, answer.json()["error"]) == (503, "unavailable")
    assert "Retry-After" in answer.headers
    assert ready.json()["checks"]["postgres"] == "unavailable"


async def test_who_am_i(api: Api) -> None:
    """A key tells its tenant, its operator and its scopes."""
    me = await api.http.get("/v1/me", headers=await api.key("tickets_read", operator_id="op-1"))

    assert me.json() | {"key_id": 0} == {
        "tenant": api.tenant,
        "tenant_name": "Meridian Goods",
        "key_id": 0,
        "operator_id": "op-1",
        "scopes": ["tickets_read"],
    }


async def test_every_answer_has_its_id(api: Api) -> None:
    """Answers carry the request's id, are kept by no cache, and are what they say they are."""
    answer = await api.http.get("/v1/me")

    assert answer.headers["X-Request-Id"] == answer.json()["request_id"]
    assert (answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
