"""Levels, corrections and operators' time over the API: who may, what is kept, and what is shown."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from pydantic import JsonValue

from api.auth import Scope
from api.deps import ApiDeps
from domain.event import EventDraft
from domain.ticket import TicketRef
from domain.wording import MARK
from store.corrections import list_wordings, read_lessons
from store.drafts import NewDraft, insert_draft
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


SUGGESTED = "Hello Ada, your refund of €54.00 is on its way. Kind regards"
SENT = (
    "Hello Ada,\nsorry for the wait! Your refund of €54.00 left us on 3 May, see https://pay.example/x. Regards, Olga"
)


async def suggested(shop: Api, text: str = SUGGESTED) -> TicketRef:
    """A ticket for which the assistant suggests a reply."""
    ref = await shop.ticket()
    async with shop.pools.operator(ref.tenant) as conn:
        draft = await insert_draft(conn, ref, NewDraft(turn=1, text=text), datetime.now(UTC))
    read: JsonValue = [[{"intent": "late_refund", "confidence": 700}]]
    await shop.happened(
        ref,
        EventDraft(kind="classified", body={"seqs": [1], "wishes": read}),
        EventDraft(kind="reply_suggested", body={"draft": draft.draft_id}),
    )
    return ref


async def reply(shop: Api, ref: TicketRef, text: str) -> list[dict[str, Any]]:
    """Send an operator's reply, and return the ticket's corrections."""
    key = await shop.key(operator_id="olga")
    path = f"/v1/tickets/{ref.ticket_id}/reply"
    assert (await shop.http.post(path, json={"text": text}, headers=key)).status_code in {200, 201, 202}
    found = await shop.http.get("/v1/corrections", headers=key, params={"ticket_id": ref.ticket_id})
    corrections: list[dict[str, Any]] = found.json()["corrections"]
    return corrections


async def test_an_edited_suggestion_proposes_itself_and_holds_no_fact(shop: Api) -> None:
    """Kept once, with marks for names, figures and links, and with how many of them nobody has given a source for."""
    ref = await suggested(shop)
    [made] = await reply(shop, ref, SENT)
    assert (made["kind"], made["intent"], made["corrected_by"], made["verdict"]) == (
        "reply",
        "late_refund",
        "olga",
        None,
    )
    assert made["suggested"] == "Hello [name], your refund of [amount] is on its way. Kind regards"
    assert made["sent"] == (
        "Hello [name],\nsorry for the wait! Your refund of [amount] left us on [number] May, see [link] Regards, [name]"
    )
    assert made["unfounded"] == 2  # the day and the link; the amount is the draft's own
    assert await reply(shop, ref, "And one more thing: thank you.") == [made]  # an edit is kept once
    key = await shop.key(operator_id="olga")
    read = await shop.http.get(f"/v1/corrections/{made['id']}", headers=key)
    assert read.json() == made


async def test_a_suggestion_that_is_sent_as_it_is_teaches_nothing(shop: Api) -> None:
    """Other blanks are no edit; and where nothing was suggested, nothing was edited."""
    assert await reply(shop, await suggested(shop), SUGGESTED.replace(" ", "  ")) == []
    assert await reply(shop, await shop.ticket(), SENT) == []


async def test_an_edit_is_tried_on_other_tickets_edits_before_it_is_accepted(shop: Api) -> None:
    """Too few say nothing; then operators would begin nearer to what they sent; rejected, it is a wording no more."""
    key = await shop.key(operator_id="olga")
    [first] = await reply(shop, await suggested(shop), SENT)
    tried = (await shop.http.get("/v1/corrections/effect", headers=key, params={"id": first["id"]})).json()
    assert tried["wordings"] == {"held_out": 0, "offered": [0, 0], "to_change": None, "nearer": 0, "farther": 0}
    for _ in range(5):
        await reply(shop, await suggested(shop), SENT)
    tried = (await shop.http.get("/v1/corrections/effect", headers=key, params={"id": first["id"]})).json()
    assert (tried["wordings"]["held_out"], tried["wordings"]["offered"]) == (5, [0, 5])
    before, after = tried["wordings"]["to_change"]
    assert (before > 0, after, tried["wordings"]["nearer"]) == (True, 0, 5)
    for verdict, wordings in (("accepted", 1), ("rejected", 0)):
        path = f"/v1/corrections/{first['id']}/review"
        await shop.http.post(path, json={"verdict": verdict}, headers=key)
        async with shop.pools.operator(shop.tenant) as conn:
            assert len(await list_wordings(conn, shop.tenant)) == wordings
    async with shop.pools.operator(shop.other_tenant) as conn:
        assert await list_wordings(conn, shop.other_tenant, accepted_only=False) == []


async def test_a_reply_that_was_sent_is_worded_otherwise_by_hand(shop: Api) -> None:
    """Beside what the assistant has for the message; the operator's remark is kept beside it."""
    ref = await suggested(shop)
    made = await corrected(shop, ref, reply="It is on its way, €54.00.", note="Shorter.")
    assert (made["suggested"], made["sent"], made["note"], made["draft_id"]) == (
        "Hello [name], your refund of [amount] is on its way. Kind regards",
        "It is on its way, [amount].",
        "Shorter.",
        None,
    )
    assert MARK.search(str(made["sent"]))


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
