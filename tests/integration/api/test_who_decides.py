"""Who may decide on an approval, and putting one off."""

from datetime import timedelta

import pytest

from domain.approval import Settlement
from store.approvals import insert_request, read_request, settle_approval, snooze
from tests.integration.api.calling import Api, now, refund

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session


async def test_the_role_is_needed(api: Api) -> None:
    """An operator without the role is refused, whatever the key's scopes; with it, the decision is taken."""
    request = await api.approval(await api.ticket())
    path = f"/v1/approvals/{request.approval_id}/decisions"
    body = {"verdict": "approved", "args_sha256": request.action.args_sha256}

    for roles in ((), ("finance",)):
        key = await api.key("approvals_decide", "admin", operator_id="op-1", roles=roles)
        answer = await api.http.post(path, json=body, headers=key)
        assert (answer.status_code, answer.json()["error"]) == (403, "not_an_approver")
    fit = await api.key(operator_id="op-1", roles=("finance", "support"))
    assert (await api.http.post(path, json=body, headers=fit)).status_code == 202


async def test_nobody_decides_on_their_own_request(api: Api) -> None:
    """Neither the operator who asked nor one whose id is the customer's; who asked is shown."""
    ref = await api.ticket()
    request = (await api.approval(await api.ticket())).model_copy(
        update={"approval_id": f"{ref.ticket_id}/a1", "action": refund(ref), "requested_by": "rita"}
    )
    async with api.pools.operator(ref.tenant) as conn:
        await insert_request(conn, ref, request, "Issue a refund of €54.00")
    body = {"verdict": "approved", "args_sha256": request.action.args_sha256}

    for who in ("rita", ref.customer_id):
        key = await api.key(operator_id=who)
        answer = await api.http.post(f"/v1/approvals/{request.approval_id}/decisions", json=body, headers=key)
        assert (answer.status_code, answer.json()["error"]) == (403, "own_request")
    shown = await api.http.get(f"/v1/approvals/{request.approval_id}", headers=await api.key())
    assert (shown.json()["requested_by"], shown.json()["state"]) == ("rita", "open")


async def test_one_person_does_not_amend_for_two(api: Api) -> None:
    """Where two must approve the same, an amendment is refused."""
    request = await api.approval(await api.ticket(), approvers=2)
    body = {"verdict": "amended", "args_sha256": request.action.args_sha256}
    changed = body | {"amended": {"amount": {"amount": 100, "currency": "EUR"}}}

    answer = await api.http.post(
        f"/v1/approvals/{request.approval_id}/decisions", json=changed, headers=await api.key(operator_id="op-1")
    )

    assert (answer.status_code, answer.json()["error"]) == (409, "not_enough_approvers")


async def test_snoozing_hides_and_decides_nothing(api: Api) -> None:
    """Out of the list until then, in it when asked; still open, expiring when it would have, and decidable."""
    request = await api.approval(await api.ticket())
    other = await api.approval(await api.ticket())
    key = await api.key(operator_id="op-1")
    until = now() + timedelta(minutes=30)

    answer = await api.http.post(
        f"/v1/approvals/{request.approval_id}/snooze", json={"until": until.isoformat()}, headers=key
    )
    listed = (await api.http.get("/v1/approvals", headers=key)).json()["approvals"]
    every = (await api.http.get("/v1/approvals", params={"snoozed": "true"}, headers=key)).json()["approvals"]

    assert (answer.status_code, answer.json()["state"]) == (200, "open")
    assert [row["approval_id"] for row in listed] == [other.approval_id]
    assert [row["snoozed_until"] is None for row in every] == [False, True]
    async with api.pools.operator(api.tenant) as conn:
        row = await read_request(conn, api.tenant, request.approval_id)
    assert (row.snoozed_until, row.expires_at, row.settled) == (until, request.expires_at, None)
    body = {"verdict": "approved", "args_sha256": request.action.args_sha256}
    decided = await api.http.post(f"/v1/approvals/{request.approval_id}/decisions", json=body, headers=key)
    assert decided.status_code == 202


async def test_a_snooze_ends(api: Api) -> None:
    """The newest one counts, and once its time has come the approval is back."""
    request, key = await api.approval(await api.ticket()), await api.key()
    async with api.pools.operator(api.tenant) as conn:
        for until in (now() + timedelta(minutes=30), now()):
            at = until - timedelta(hours=1)
            await snooze(conn, api.tenant, request.approval_id, by="op-1", until=until, at=at)
    listed = (await api.http.get("/v1/approvals", headers=key)).json()["approvals"]
    assert [row["approval_id"] for row in listed] == [request.approval_id]


@pytest.mark.parametrize(
    "until", ["2020-01-01T00:00:00Z", "2036-01-01T00:00:00Z", "2026-11-24T08:00:00", "soon", 1, True, None]
)
async def test_a_time_to_snooze_until(api: Api, until: object) -> None:
    """Neither past, nor after the expiry, nor without a zone, nor a number."""
    request = await api.approval(await api.ticket())

    answer = await api.http.post(
        f"/v1/approvals/{request.approval_id}/snooze", json={"until": until}, headers=await api.key(operator_id="op-1")
    )

    assert (answer.status_code, answer.json()["error"]) == (422, "invalid_input")


async def test_what_is_settled_is_not_snoozed(api: Api) -> None:
    """There is nothing to put off any more."""
    ref = await api.ticket()
    request = await api.approval(ref)
    ended = Settlement(approval_id=request.approval_id, how="withdrawn", decision_id=None, at=now())
    async with api.pools.operator(api.tenant) as conn:
        await settle_approval(conn, ref, ended)
    until = (now() + timedelta(minutes=5)).isoformat()

    answer = await api.http.post(
        f"/v1/approvals/{request.approval_id}/snooze", json={"until": until}, headers=await api.key(operator_id="op-1")
    )

    assert (answer.status_code, answer.json()["error"]) == (409, "stale_decision")
