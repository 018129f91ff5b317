"""Nobody learns of another tenant's tickets: theirs answer exactly like those that do not exist."""

import pytest

from domain.event import EventDraft
from tests.integration.api.calling import Api

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session

ROUTES = [
    ("GET", "/v1/tickets/{id}", None),
    ("GET", "/v1/tickets/{id}/events", None),
    ("GET", "/v1/tickets/{id}/history", None),
    ("GET", "/v1/tickets/{id}/history?raw=true", None),
    ("POST", "/v1/tickets/{id}/messages", {"text": "Hello"}),
    ("POST", "/v1/tickets/{id}/follow-up", {"text": "Hello"}),
    ("POST", "/v1/tickets/{id}/rating", {"score": 1}),
    ("POST", "/v1/tickets/{id}/reply", {"text": "Hello"}),
    ("POST", "/v1/tickets/{id}/take-over", {}),
    ("POST", "/v1/tickets/{id}/hand-back", {}),
    ("POST", "/v1/tickets/{id}/close", {}),
    ("GET", "/v1/approvals/{id}/a1", None),
    ("POST", "/v1/approvals/{id}/a1/decisions", {"verdict": "approved", "args_sha256": "0" * 64}),
    ("POST", "/v1/approvals/{id}/a1/snooze", {"until": "2036-11-24T08:00:00Z"}),
]


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
async def test_a_foreign_ticket_is_like_none(api: Api, method: str, path: str, body: object) -> None:
    """Status, body and headers are the same for a foreign and an unknown id, but for the request's own id."""
    foreign = await api.ticket(tenant=api.other_tenant)
    await api.approval(foreign)
    await api.happened(foreign, EventDraft(kind="ticket_opened"))
    key = await api.key(operator_id="op-1")

    answers = []
    for ticket_id in (foreign.ticket_id, "T-00000000"):
        answer = await api.http.request(method, path.format(id=ticket_id), json=body, headers=key)
        answers.append((answer.status_code, answer.json() | {"request_id": ""}, set(answer.headers)))

    assert answers[0] == answers[1]
    assert answers[0][0] == 404


async def test_lists_hold_the_caller_s_own(api: Api) -> None:
    """Neither a list nor a filter shows what belongs to another tenant."""
    foreign = await api.ticket(tenant=api.other_tenant)
    await api.approval(foreign)
    key = await api.key()

    assert (await api.http.get("/v1/tickets", headers=key)).json()["tickets"] == []
    assert (await api.http.get("/v1/tickets?customer_id=c-1", headers=key)).json()["tickets"] == []
    assert (await api.http.get("/v1/approvals", headers=key)).json()["approvals"] == []
    of_ticket = await api.http.get("/v1/approvals", params={"ticket_id": foreign.ticket_id}, headers=key)
    assert of_ticket.json()["approvals"] == []


async def test_a_foreign_key_does_not_find_its_idempotent_twin(api: Api) -> None:
    """Two tenants may choose the same idempotency key; each gets its own ticket."""
    body = {"customer_id": "c-1", "text": "Hello"}
    opened = [
        await api.http.post(
            "/v1/tickets", json=body, headers=await api.key(tenant=tenant) | {"Idempotency-Key": "same"}
        )
        for tenant in (api.tenant, api.other_tenant)
    ]

    assert opened[0].json()["ticket_id"] != opened[1].json()["ticket_id"]
