"""Levels, corrections and operators' time over the API: who may, what is kept, and what is shown."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from pydantic import JsonValue

from api.auth import Scope
from api.deps import ApiDeps
from domain.event import EventDraft
from domain.ticket import TicketRef
from store.corrections import read_lessons
from tests.integration.api.calling import Api, running_api

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session

LOWERS, RAISES = (Scope.approvals_decide, Scope.tickets_read), (Scope.admin,)


class Clock:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        """The time that it was set to."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The API's clock."""
    return Clock()


@pytest_asyncio.fixture(loop_scope="session")
async def shop(deps: ApiDeps, clock: Clock) -> AsyncIterator[Api]:
    """An API whose clock the test sets."""
    async with running_api(replace(deps, clock=clock)) as api:
        yield api


async def test_an_approver_lowers_and_an_admin_raises(shop: Api) -> None:
    """Each line has who, when and why; a key that is nobody's sets nothing."""
    path = "/v1/autonomy/late_refund/levels"
    body = {"level": "suggest", "reason": "A new wording."}
    lowers = await shop.key(*LOWERS, operator_id="olga")
    lowered = await shop.http.post(path, json=body, headers=lowers)
    assert (lowered.status_code, lowered.json()["before"], lowered.json()["set_by"]) == (201, "auto", "olga")
    refused = await shop.http.post(path, json=body | {"level": "approve"}, headers=lowers)
    assert (refused.status_code, "admin" in refused.json()["detail"]) == (403, True)
    nobody = await shop.http.post(path, json=body, headers=await shop.key(*RAISES))
    assert nobody.status_code == 403
    raised = await shop.http.post(
        path, json=body | {"level": "approve"}, headers=await shop.key(*RAISES, operator_id="ada")
    )
    assert (raised.json()["before"], raised.json()["level"]) == ("suggest", "approve")
    shown = (await shop.http.get("/v1/autonomy", headers=lowers)).json()["procedures"]
    assert {it["procedure"]: (it["level"], it["advice"]) for it in shown} == {
        "late_refund": ("approve", "too_few"),
        "return_item": ("approve", "too_few"),
    }
    lines = (await shop.http.get(path, headers=lowers)).json()["levels"]
    assert [line["level"] for line in lines] == ["approve", "suggest"]


async def corrected(shop: Api, ref: TicketRef, **body: object) -> dict[str, object]:
    """What an operator's correction answers."""
    key = await shop.key(operator_id="olga")
    answer = await shop.http.post(f"/v1/tickets/{ref.ticket_id}/corrections", json=body, headers=key)
    made: dict[str, object] = answer.json()
    return made | {"http": answer.status_code}


async def test_a_correction_teaches_once_it_is_accepted_and_no_longer_when_rejected(shop: Api) -> None:
    """Kept masked, tried first, reviewed on record; the newest review counts."""
    ref = await shop.ticket()
    await shop.say(ref, "Write to ada@example.com, my jacket must go back.")
    read: JsonValue = [[{"intent": "late_refund", "confidence": 700}]]
    await shop.happened(ref, EventDraft(kind="classified", body={"seqs": [2], "wishes": read}))
    made = await corrected(shop, ref, intent="return_item", seq=2, note="ada@example.com is hers.")
    assert (made["http"], made["was"], made["verdict"]) == (201, "late_refund", None)
    assert "@" not in f"{made['words']}{made['note']}"
    key = await shop.key(operator_id="olga")
    tried = (await shop.http.get("/v1/corrections/effect", headers=key)).json()
    assert (tried["corrections"], tried["effect"]["accuracy"]) == ([made["id"]], [0.0, 0.01])
    for verdict, lessons in (("accepted", 1), ("rejected", 0)):
        path = f"/v1/corrections/{made['id']}/review"
        reviewed = (await shop.http.post(path, json={"verdict": verdict}, headers=key)).json()
        assert (reviewed["verdict"], reviewed["reviewed_by"]) == (verdict, "olga")
        async with shop.pools.operator(shop.tenant) as conn:
            assert len((await read_lessons(conn, shop.tenant)).examples) == lessons
    assert (await shop.http.get("/v1/corrections/effect", headers=key)).status_code == 404  # nothing is open


async def test_a_correction_says_something_new(shop: Api) -> None:
    """Neither an unknown procedure, nor what was read anyway, nor a message that is not there."""
    ref = await shop.ticket()
    read: JsonValue = [[{"intent": "late_refund", "confidence": 700}]]
    await shop.happened(ref, EventDraft(kind="classified", body={"seqs": [1], "wishes": read}))
    for body, status in (
        ({"intent": "nothing"}, 422),
        ({"intent": "late_refund"}, 422),
        ({"intent": "return_item", "seq": 9}, 404),
        ({}, 422),
    ):
        assert (await corrected(shop, ref, **body))["http"] == status, body
    assert (await corrected(shop, ref, intent="out_of_scope"))["http"] == 201
    rewritten = await corrected(shop, ref, reply="It is on its way.")
    assert (rewritten["kind"], rewritten["intent"]) == ("reply", "late_refund")


async def test_time_is_counted_once_and_never_more_than_has_passed(shop: Api, clock: Clock) -> None:
    """Two tabs of one operator, a heartbeat twice, one that claims an hour; and what it costs."""
    ref = await shop.ticket()
    key = await shop.key(operator_id="olga")

    async def beat(session: str, seq: int, open_ms: int, active_ms: int) -> dict[str, int]:
        body = {"ticket_id": ref.ticket_id, "session_id": session, "seq": seq}
        answer = await shop.http.post(
            "/v1/handling", json=body | {"open_ms": open_ms, "active_ms": active_ms}, headers=key
        )
        told: dict[str, int] = answer.json()
        return told

    assert (await beat("tab-one-1", 1, 15_000, 12_000))["active_ms"] == 12_000
    assert (await beat("tab-one-1", 1, 15_000, 12_000))["active_ms"] == 12_000
    clock.now += timedelta(seconds=15)
    assert (await beat("tab-one-1", 2, 3_600_000, 3_600_000))["active_ms"] == 27_000
    assert await beat("tab-two-2", 1, 15_000, 15_000) == {
        "ticket_id": ref.ticket_id,
        "open_ms": 45_000,
        "active_ms": 27_000,
    }
    detail = (await shop.http.get(f"/v1/tickets/{ref.ticket_id}", headers=key)).json()
    assert (detail["handling"]["active_ms"], detail["handling_cost"]["amount"]) == (27_000, 27)
    [total] = (await shop.http.get("/v1/costs", headers=key, params={"ticket_id": ref.ticket_id})).json()["handling"]
    assert (total["tickets"], total["active_ms"], total["cost"]) == (1, 27_000, {"amount": 27, "currency": "EUR"})


async def test_time_on_an_approval_counts_for_its_ticket(shop: Api) -> None:
    """An approval names its ticket; another ticket's, or none, is refused."""
    ref = await shop.ticket()
    approval = (await shop.approval(ref)).approval_id
    body = {"session_id": "tab-one-1", "seq": 1, "open_ms": 1_000, "active_ms": 1_000}
    key = await shop.key(operator_id="otto")
    told = await shop.http.post("/v1/handling", json=body | {"approval_id": approval}, headers=key)
    assert told.json()["ticket_id"] == ref.ticket_id
    other = {"ticket_id": (await shop.ticket()).ticket_id, "approval_id": approval}
    for wrong in (other, {}):
        assert (await shop.http.post("/v1/handling", json=body | wrong, headers=key)).status_code == 422
    detail = (await shop.http.get(f"/v1/tickets/{ref.ticket_id}", headers=key)).json()
    assert detail["handling"]["approval_ms"] == 1_000
