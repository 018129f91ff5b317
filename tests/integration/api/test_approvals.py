"""Approvals over HTTP: listed, read and decided, against a real Temporal."""

import asyncio
from typing import Any

import httpx2
import pytest

from domain.approval import Settlement
from domain.event import EventDraft
from domain.ticket import TicketRef
from store.approvals import NewDecision, insert_decision, read_decision, settle_approval
from store.outbox import undelivered
from tests.integration.api.calling import PAYMENT, Api, now
from tests.integration.api.ticket_double import told, waiting_for_approval, working

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session


async def _decide(
    api: Api, approval_id: str, body: dict[str, Any], operator: str = "op-1", **headers: str
) -> httpx2.Response:
    return await api.http.post(
        f"/v1/approvals/{approval_id}/decisions", json=body, headers=await api.key(operator_id=operator) | headers
    )


async def _waiting(api: Api, approvers: int = 1) -> tuple[TicketRef, str, dict[str, str]]:
    """A ticket that waits for approval; its approval's id, and the body of a yes."""
    ref = await api.ticket()
    request = await api.approval(ref, approvers=approvers)
    await waiting_for_approval(api, ref, request)
    return ref, request.approval_id, {"verdict": "approved", "args_sha256": request.action.args_sha256}


async def test_a_yes_reaches_the_workflow(live_api: Api) -> None:
    """An approval is a row, then an update; the approver is told what became of it, and the outbox is settled."""
    async with working(live_api):
        ref, approval_id, yes = await _waiting(live_api)

        answer = await _decide(live_api, approval_id, yes)

        assert answer.status_code == 200
        assert answer.json() | {"at": ""} == {
            "approval_id": approval_id,
            "verdict": "approved",
            "state": "approved",
            "decided_by": "op-1",
            "at": "",
        }
        (name, decision), *_ = await told(live_api, ref.ticket_id)
        assert (name, decision["verdict"], decision["decided_by"]) == ("decide", "approved", "op-1")
    async with live_api.pools.relay() as conn:
        left = [n.kind for n in await undelivered(conn, 1000, now()) if n.ticket_id == ref.ticket_id]
    assert "decision" not in left


async def test_the_reason_stays_in_postgres(live_api: Api) -> None:
    """A declined request keeps its reason as a row; the workflow hears the verdict alone."""
    async with working(live_api):
        ref, approval_id, yes = await _waiting(live_api)

        answer = await _decide(live_api, approval_id, yes | {"verdict": "declined", "reason": "Outside the window."})

        assert answer.json()["state"] == "declined"
        ((_, decision),) = await told(live_api, ref.ticket_id)
        assert "Outside" not in str(decision)
    async with live_api.pools.operator(live_api.tenant) as conn:
        assert (await read_decision(conn, live_api.tenant, decision["decision_id"])).reason == "Outside the window."


async def test_an_amendment_carries_its_own_digest(live_api: Api) -> None:
    """A smaller amount becomes another action of the same id; the decision names what was shown and what is meant."""
    async with working(live_api):
        ref, approval_id, yes = await _waiting(live_api)
        smaller = {"verdict": "amended", "amended": {"amount": {"amount": 3000, "currency": "EUR"}}}

        answer = await _decide(live_api, approval_id, yes | smaller)

        assert answer.json()["state"] == "amended"
        ((_, decision),) = await told(live_api, ref.ticket_id)
    assert decision["amended"]["args"]["amount"]["money"] == {"amount": 3000, "currency": "EUR"}
    assert decision["amended"]["args"]["payment"]["handle"] == PAYMENT
    assert decision["args_sha256"] == yes["args_sha256"] != decision["amended"]["args_sha256"]


async def test_the_same_decision_again_is_the_same_answer(live_api: Api) -> None:
    """A repeat gets the first answer; another answer of the same person gets 409."""
    async with working(live_api):
        ref, approval_id, yes = await _waiting(live_api)
        first = await _decide(live_api, approval_id, yes)

        again = await _decide(live_api, approval_id, yes)
        no = await _decide(live_api, approval_id, yes | {"verdict": "declined", "reason": "No."})

        assert (again.status_code, again.json()) == (200, first.json())
        assert (no.status_code, no.json()["error"]) == (409, "stale_decision")
        assert len(await told(live_api, ref.ticket_id)) == 1


async def test_who_comes_second_is_told_who_was_first(live_api: Api) -> None:
    """A second approver's answer is refused with how, by whom and when it ended."""
    async with working(live_api):
        _, approval_id, yes = await _waiting(live_api)
        await _decide(live_api, approval_id, yes, "op-1")

        late = await _decide(live_api, approval_id, yes | {"verdict": "declined", "reason": "No."}, "op-2")

    assert (late.status_code, late.json()["error"]) == (409, "stale_decision")
    assert "approved by op-1 at 20" in late.json()["detail"]


async def test_the_same_holds_once_it_is_recorded(live_api: Api) -> None:
    """When the settlement is in Postgres, a late answer hears the same, and a repeat gets its first answer."""
    async with working(live_api):
        ref, approval_id, yes = await _waiting(live_api)
        first = await _decide(live_api, approval_id, yes)
        ((_, decision),) = await told(live_api, ref.ticket_id)
        number = decision["decision_id"]
        settlement = Settlement(approval_id=approval_id, how="approved", decision_id=number, at=now())
        async with live_api.pools.operator(live_api.tenant) as conn:
            await settle_approval(conn, ref, settlement)
        body = {"approval_id": approval_id, "how": "approved", "decision": number}
        await live_api.happened(ref, EventDraft(kind="approval_decided", body=body))

        late = await _decide(live_api, approval_id, yes, "op-2")
        again = await _decide(live_api, approval_id, yes, "op-1")
        shown = await live_api.http.get(f"/v1/approvals/{approval_id}", headers=await live_api.key())

    assert late.json()["error"] == "stale_decision"
    assert "approved by op-1 at 20" in late.json()["detail"]
    assert (again.status_code, again.json()["state"]) == (200, first.json()["state"])
    assert (shown.json()["state"], shown.json()["settled"]["decided_by"]) == ("approved", "op-1")


async def test_a_repeat_after_the_ticket_has_ended(live_api: Api) -> None:
    """The approver whose decision counted is told so even when the workflow is gone; anybody else gets 409."""
    async with working(live_api):
        ref, approval_id, yes = await _waiting(live_api)
        await _decide(live_api, approval_id, yes)
        ((_, decision),) = await told(live_api, ref.ticket_id)
        body = {"approval_id": approval_id, "how": "approved", "decision": decision["decision_id"]}
        await live_api.happened(ref, EventDraft(kind="approval_decided", body=body))
        closing = await live_api.http.post(
            f"/v1/tickets/{ref.ticket_id}/close", json={}, headers=await live_api.key(operator_id="op-3")
        )
        assert closing.status_code == 200

        again = await _decide(live_api, approval_id, yes)
        late = await _decide(live_api, approval_id, yes, "op-2")

    assert (again.status_code, again.json()["state"]) == (200, "approved")
    assert (late.status_code, late.json()["error"]) == (409, "ticket_closed")


async def test_one_of_many_answers_counts(live_api: Api) -> None:
    """Of fifty different answers at the same time exactly one takes the slot; nobody gets a 5xx."""
    async with working(live_api):
        ref, approval_id, yes = await _waiting(live_api)
        no = yes | {"verdict": "declined", "reason": "No."}

        answers = await asyncio.gather(
            *(_decide(live_api, approval_id, no if number % 2 else yes, f"op-{number}") for number in range(50))
        )

        assert sorted({answer.status_code for answer in answers}) == [200, 409]
        assert len([answer for answer in answers if answer.status_code == 200]) == 1
        assert len(await told(live_api, ref.ticket_id)) == 1


async def test_a_decision_under_an_idempotency_key(live_api: Api) -> None:
    """Under a key the same decision gets the first answer, and another one is refused before anything is read."""
    async with working(live_api):
        _, approval_id, yes = await _waiting(live_api)
        once = {"Idempotency-Key": "k-1"}
        first = await _decide(live_api, approval_id, yes, **once)

        again = await _decide(live_api, approval_id, yes, **once)
        other = await _decide(live_api, approval_id, yes | {"verdict": "declined", "reason": "No."}, **once)

    assert (again.status_code, again.json()) == (200, first.json())
    assert (other.status_code, other.json()["error"]) == (409, "conflict")


async def test_two_approvers_are_counted(live_api: Api) -> None:
    """Where two must approve, the first is told that another is needed."""
    async with working(live_api):
        _, approval_id, yes = await _waiting(live_api, approvers=2)

        states = [(await _decide(live_api, approval_id, yes, who)).json()["state"] for who in ("op-1", "op-2")]

    assert states == ["counted", "approved"]


async def test_a_decision_is_kept_when_temporal_is_away(api: Api) -> None:
    """Without Temporal a decision is accepted and waits in the outbox."""
    ref = await api.ticket()
    request = await api.approval(ref)
    body = {"verdict": "approved", "args_sha256": request.action.args_sha256}

    answer = await _decide(api, request.approval_id, body)

    assert (answer.status_code, answer.json()["state"]) == (202, "accepted")
    async with api.pools.relay() as conn:
        left = [n.kind for n in await undelivered(conn, 1000, now()) if n.ticket_id == ref.ticket_id]
    assert "decision" in left


async def test_the_relay_delivers_a_decision(live_api: Api) -> None:
    """A decision that nobody was told of reaches the workflow from its outbox row, with all that it says."""
    ref, approval_id, yes = await _waiting(live_api)
    more = {"approval_id": approval_id, "decided_by": "op-1", "at": now(), "auth_method": "api_key"}
    more |= {"key_kind": "operator", "roles": ("support",)}
    decision = NewDecision.model_validate(yes | more)
    async with live_api.pools.operator(live_api.tenant) as conn:
        kept = await insert_decision(conn, live_api.tenant, decision)
    async with live_api.pools.relay() as conn:
        left = await undelivered(conn, 1000, now())
    (nudge,) = (n for n in left if n.ticket_id == ref.ticket_id and n.kind == "decision")

    async with working(live_api):
        outcome = await live_api.app.state.services.nudger.deliver(nudge)
        heard = await told(live_api, ref.ticket_id)

    assert (outcome, heard[0][1]["decision_id"]) == ("delivered", kept.decision_id)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"verdict": "maybe"}, "invalid_input"),
        ({"args_sha256": "0" * 64}, "approval_mismatch"),
        ({"args_sha256": "short"}, "invalid_input"),
        ({"decided_by": "op-2"}, "invalid_input"),
        ({"verdict": "declined"}, "invalid_input"),
        ({"verdict": "declined", "reason": " "}, "bad_text"),
        ({"verdict": "declined", "reason": "a" * 2_001}, "bad_text"),
        ({"verdict": "amended"}, "invalid_input"),
        ({"verdict": "amended", "amended": {}}, "invalid_input"),
        ({"amended": {"amount": {"amount": 1, "currency": "EUR"}}}, "invalid_input"),
        ({"verdict": "amended", "amended": {"speed": "fast"}}, "invalid_input"),
        ({"verdict": "amended", "amended": {"amount": {"amount": 5400, "currency": "EUR"}}}, "invalid_input"),
        ({"verdict": "amended", "amended": {"payment": "payment_ffffffffff"}}, "invalid_input"),
        ({"verdict": "amended", "amended": {"payment": 1}}, "invalid_input"),
        ({"verdict": "amended", "amended": {"reason": "Not a label"}}, "invalid_input"),
        ({"verdict": "amended", "amended": {"amount": {"amount": -1, "currency": "EUR"}}}, "bad_money"),
        ({"verdict": "amended", "amended": {"amount": {"amount": 30.5, "currency": "EUR"}}}, "bad_money"),
        ({"verdict": "amended", "amended": {"amount": {"amount": True, "currency": "EUR"}}}, "bad_money"),
        ({"verdict": "amended", "amended": {"amount": {"amount": "3000", "currency": "EUR"}}}, "bad_money"),
        ({"verdict": "amended", "amended": {"amount": {"amount": 10**13, "currency": "EUR"}}}, "bad_money"),
        ({"verdict": "amended", "amended": {"amount": {"amount": 3000, "currency": "USD"}}}, "bad_money"),
        ({"verdict": "amended", "amended": {"amount": {"amount": 3000, "currency": "XXX"}}}, "bad_money"),
        ({"verdict": "amended", "amended": {"amount": 3000}}, "bad_money"),
    ],
)
async def test_bad_decisions(api: Api, change: dict[str, Any], code: str) -> None:
    """Each wrong decision gets its one code, and none is kept."""
    ref = await api.ticket()
    request = await api.approval(ref)

    answer = await _decide(
        api, request.approval_id, {"verdict": "approved", "args_sha256": request.action.args_sha256} | change
    )

    assert answer.json()["error"] == code
    assert answer.status_code in {409, 422}
    async with api.pools.relay() as conn:
        left = [n.kind for n in await undelivered(conn, 1000, now()) if n.ticket_id == ref.ticket_id]
    assert "decision" not in left


async def test_an_expired_approval_is_stale(api: Api) -> None:
    """After its time nobody can answer it any more."""
    ref = await api.ticket()
    request = await api.approval(ref, expires_in=-60)

    answer = await _decide(api, request.approval_id, {"verdict": "approved", "args_sha256": request.action.args_sha256})

    assert (answer.status_code, answer.json()["error"]) == (409, "stale_decision")


async def test_open_approvals_are_listed(api: Api) -> None:
    """The list shows what waits, and with open=false what has ended too."""
    refs = [await api.ticket() for _ in range(2)]
    requests = [await api.approval(ref) for ref in refs]
    ended = Settlement(approval_id=requests[0].approval_id, how="withdrawn", decision_id=None, at=now())
    async with api.pools.operator(api.tenant) as conn:
        await settle_approval(conn, refs[0], ended)
    key = await api.key()

    waiting = (await api.http.get("/v1/approvals", headers=key)).json()["approvals"]
    every = (await api.http.get("/v1/approvals", params={"open": "false"}, headers=key)).json()["approvals"]

    assert [approval["approval_id"] for approval in waiting] == [requests[1].approval_id]
    assert {approval["state"] for approval in every} == {"open", "withdrawn"}
