"""Settling an effect that nobody is sure of: who may, what it frees, and that it is in the audit chain."""

from datetime import timedelta
from typing import Any

import pytest

from domain.ticket import TicketRef, TicketStatus
from store.audit import verify_chain
from store.claims import Claimed, TakenByOther, claim
from store.events import append_events, read_events
from store.ledger import Intent, mark_unknown, read_action
from store.outbox import undelivered
from store.tickets import project_ticket
from tests.integration.api.calling import Api, now, refund
from tests.integration.store.makers import events

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session


def body(about: TicketRef, **changes: object) -> dict[str, Any]:
    """Nobody finds the refund."""
    said = {
        "action_id": f"{about.ticket_id}/a1",
        "finding": "did_not_take_place",
        "reason": "Not in their list.",
    }
    return said | changes


def wanted(ref: TicketRef, **more: object) -> Intent:
    """A refund of this ticket."""
    made = {"action": refund(ref), "business_key": f"refund:{ref.ticket_id}", "args": {"x": 1}, "at": now()}
    return Intent.model_validate(made | {"policy_version": "b" * 64} | more)


async def in_doubt(api: Api, **more: object) -> TicketRef:
    """A ticket with a refund that was claimed, and of which nobody knows."""
    ref = await api.ticket()
    async with api.pools.operator(ref.tenant) as conn:
        await claim(conn, ref, wanted(ref, **more))
        if not more:
            await mark_unknown(conn, ref.tenant, f"{ref.ticket_id}/a1", code="effect_unknown")
    return ref


async def test_a_person_says_that_it_did_not_happen(api: Api) -> None:
    """Under their name and with a reason: the intent is free again, and the ticket is told to look."""
    ref, key = await in_doubt(api), await api.key("approvals_decide", operator_id="olga")
    again = wanted(ref, action=refund(ref).model_copy(update={"action_id": f"{ref.ticket_id}/a2"}))
    async with api.pools.operator(ref.tenant) as conn:
        assert isinstance(await claim(conn, ref, again), TakenByOther)
    said, repeated = [
        await api.http.post(f"/v1/tickets/{ref.ticket_id}/settle", json=body(ref), headers=key) for _ in range(2)
    ]
    assert (said.status_code, said.json()["settled_by"], repeated.json()) == (200, "olga", said.json())
    other = await api.http.post(
        f"/v1/tickets/{ref.ticket_id}/settle", json=body(ref, finding="took_place"), headers=key
    )
    assert (other.status_code, other.json()["error"]) == (409, "conflict")
    async with api.pools.operator(ref.tenant) as conn:
        row = await read_action(conn, ref.tenant, f"{ref.ticket_id}/a1")
        claimed = await claim(conn, ref, again)
    assert (row.status, row.code, row.settled_by) == ("failed", "did_not_take_place", "olga")
    assert isinstance(claimed, Claimed)
    assert claimed.idempotency_key != row.idempotency_key
    async with api.pools.relay() as conn:
        assert [n.kind for n in await undelivered(conn, 1000, now()) if n.ticket == ref] == ["message", "watch"]


async def test_a_closed_tickets_effect_is_settled_in_its_chain(api: Api) -> None:
    """Its workflow has ended, so the event is written at once; what took place stays taken for ever."""
    ref, key = await in_doubt(api), await api.key("approvals_decide", operator_id="olga")
    async with api.pools.operator(ref.tenant) as conn:
        await project_ticket(conn, ref, 1, now(), status=TicketStatus.closed)
        await append_events(conn, ref.tenant, ref.ticket_id, events(1, 1))
    said = await api.http.post(
        f"/v1/tickets/{ref.ticket_id}/settle", json=body(ref, finding="took_place", ref="re_1"), headers=key
    )
    assert said.status_code == 200
    async with api.pools.operator(ref.tenant) as conn:
        row = await read_action(conn, ref.tenant, f"{ref.ticket_id}/a1")
        (event,) = await read_events(conn, ref.tenant, ref.ticket_id, after=1)
        assert [it for it in await verify_chain(conn, ref.tenant) if it.ticket_id == ref.ticket_id] == []
    assert (row.status, (row.outcome or {})["ref"]) == ("reconciled", "re_1")
    assert (event.kind, event.body["by"], event.body["code"]) == ("effect_settled", "olga", "took_place")


async def test_what_is_not_in_doubt_is_not_settled(api: Api) -> None:
    """A service has no word in it, nobody settles another ticket's action, nor one that may still be tried."""
    ref, other, key = await in_doubt(api), await api.ticket(), await api.key("approvals_decide", operator_id="olga")
    path = f"/v1/tickets/{ref.ticket_id}/settle"
    service = await api.http.post(path, json=body(ref), headers=await api.key("approvals_decide"))
    assert (service.status_code, service.json()["error"]) == (403, "forbidden")
    foreign = await api.http.post(f"/v1/tickets/{other.ticket_id}/settle", json=body(ref), headers=key)
    assert (foreign.status_code, foreign.json()["error"]) == (404, "not_found")
    trying = await in_doubt(api, at=now() - timedelta(hours=19))
    early = await api.http.post(f"/v1/tickets/{trying.ticket_id}/settle", json=body(trying), headers=key)
    assert (early.status_code, early.json()["error"]) == (409, "conflict")
    left = await in_doubt(api, at=now() - timedelta(hours=21))
    assert (await api.http.post(f"/v1/tickets/{left.ticket_id}/settle", json=body(left), headers=key)).is_success
