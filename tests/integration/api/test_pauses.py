"""Pauses over HTTP: who may, what they hold back, and how they end."""

from typing import Any

import pytest

from domain.action import ProposedAction
from domain.errors import Paused
from domain.ticket import TicketRef
from store.claims import Claimed, claim
from store.ledger import Intent
from store.outbox import undelivered
from store.pauses import hold
from tests.integration.api.calling import Api, now, refund

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session

ALL = {"scope": "all", "reason": "The provider pays twice."}


def _intent(action: ProposedAction) -> Intent:
    return Intent(action=action, business_key="refund:1", args={}, policy_version="b" * 64, at=now())


async def _refused_by(api: Api, ref: TicketRef) -> Paused:
    with pytest.raises(Paused) as caught:
        async with api.pools.operator(ref.tenant) as conn:
            await claim(conn, ref, _intent(refund(ref)))
    return caught.value


async def test_a_pause_holds_until_it_is_lifted(api: Api) -> None:
    """Paused, shown with what it holds, lifted by a person; then the same action goes on and its ticket is told."""
    ref, key = await api.ticket(), await api.key(operator_id="olga")

    made = (await api.http.post("/v1/pauses", json=ALL, headers=key)).json()
    refused = await _refused_by(api, ref)
    async with api.pools.operator(ref.tenant) as conn:
        await hold(conn, ref, f"{ref.ticket_id}/a1", int(refused.facts["pause_id"] or 0), now())
    (listed,) = (await api.http.get("/v1/pauses", headers=key)).json()["pauses"]
    lifted = await api.http.delete(f"/v1/pauses/{made['id']}", headers=key)
    again = await api.http.delete(f"/v1/pauses/{made['id']}", headers=await api.key(operator_id="omar"))

    assert (made["paused_by"], made["lifted_at"], listed["held"]) == ("olga", None, 1)
    assert (lifted.status_code, lifted.json()["lifted_by"]) == (200, "olga")
    assert again.json() == lifted.json()
    assert (await api.http.get("/v1/pauses", headers=key)).json()["pauses"] == []
    every = (await api.http.get("/v1/pauses", params={"in_force": "false"}, headers=key)).json()["pauses"]
    assert every == [lifted.json()]
    async with api.pools.operator(ref.tenant) as conn:
        assert isinstance(await claim(conn, ref, _intent(refund(ref))), Claimed)
    async with api.pools.relay() as conn:
        told = [n.ref for n in await undelivered(conn, 1000, now()) if (n.ticket, n.kind) == (ref, "resume")]
    assert told == [made["id"]]


async def test_one_action_is_paused_by_its_name(api: Api) -> None:
    """Sent again under its idempotency key it is one pause; a machine may pause, and a person alone may lift."""
    ref, service = await api.ticket(), await api.key("pause")
    body = {"scope": "action", "name": "issue_refund", "reason": "It pays twice."}
    once = service | {"Idempotency-Key": "p-1"}

    first, again = [await api.http.post("/v1/pauses", json=body, headers=once) for _ in range(2)]
    lifted = await api.http.delete(f"/v1/pauses/{first.json()['id']}", headers=service)

    assert (first.status_code, again.json()) == (201, first.json())
    assert first.json()["paused_by"].startswith("key:")
    assert (await _refused_by(api, ref)).facts["scope"] == "action"
    assert (lifted.status_code, lifted.json()["error"]) == (403, "forbidden")


async def test_a_foreign_pause_is_like_none(api: Api) -> None:
    """Another tenant's pause is neither shown nor lifted, and does not bind."""
    ref, key = await api.ticket(), await api.key(operator_id="olga")
    theirs = await api.key(operator_id="olga", tenant=api.other_tenant)
    foreign = (await api.http.post("/v1/pauses", json=ALL, headers=theirs)).json()["id"]

    answers = [await api.http.delete(f"/v1/pauses/{number}", headers=key) for number in (foreign, 2**62)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json() | {"request_id": ""} == answers[1].json() | {"request_id": ""}
    assert (await api.http.get("/v1/pauses", headers=key)).json()["pauses"] == []
    async with api.pools.operator(ref.tenant) as conn:
        assert isinstance(await claim(conn, ref, _intent(refund(ref))), Claimed)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"scope": "tenant"}, "invalid_input"),
        ({"name": "issue_refund"}, "invalid_input"),
        ({"scope": "action"}, "invalid_input"),
        ({"scope": "action", "name": "issue_refunds"}, "invalid_input"),
        ({"scope": "procedure", "name": "no_such_thing"}, "invalid_input"),
        ({"reason": " "}, "bad_text"),
        ({"reason": None}, "invalid_input"),
    ],
)
async def test_bad_pauses(api: Api, change: dict[str, Any], code: str) -> None:
    """A pause that would stop nothing, or of which nobody would know why, is refused."""
    key = await api.key(operator_id="olga")

    answer = await api.http.post("/v1/pauses", json=ALL | change, headers=key)

    assert (answer.status_code, answer.json()["error"]) == (422, code)
    assert (await api.http.get("/v1/pauses", headers=key)).json()["pauses"] == []
