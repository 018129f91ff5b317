"""Conflicts and gaps over the API: listed, decided by a person with a reason, told to other systems."""

from dataclasses import replace

import pytest

from activities.doubts import between
from api.deps import ApiDeps
from domain.gap import Gap
from store.knowledge import Article, Passage, replace_article
from tests.integration.api.calling import Api, now, running_api
from tests.integration.api.receiver import receiving
from tests.integration.api.test_hook_calls import check, make, tell

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session


async def test_a_conflict_is_dismissed_by_a_person_with_a_reason(api: Api) -> None:
    """It names both passages; without a reason, or a second time, it is refused."""
    conflict_id = await api.conflict(api.tenant)
    key = await api.key("knowledge", operator_id="olga")
    path = f"/v1/knowledge/conflicts/{conflict_id}/decision"
    (listed,) = (await api.http.get("/v1/knowledge/conflicts?status=open", headers=key)).json()["conflicts"]
    assert [side["article"] for side in listed["passages"]] == ["one", "two"]
    assert [side["said"] for side in listed["passages"]] == ["Within 30 days.", "Within 14 days."]

    without = await api.http.post(path, json={"decision": "dismissed"}, headers=key)
    assert without.status_code == 422
    body = {"decision": "dismissed", "reason": "One is for sale items."}
    decided = await api.http.post(path, json=body, headers=key | {"Idempotency-Key": "once"})
    again = await api.http.post(path, json=body, headers=key | {"Idempotency-Key": "once"})
    assert decided.json() == again.json()
    assert (decided.json()["status"], decided.json()["decided_by"]) == ("dismissed", "olga")
    assert (await api.http.post(path, json=body, headers=key)).status_code == 409
    assert (await api.http.get("/v1/knowledge/conflicts?status=open", headers=key)).json() == {"conflicts": []}


async def test_a_conflict_is_resolved_only_when_it_is(deps: ApiDeps) -> None:
    """While the two passages say what they said, it is refused and says why; forced, it is done, with the reason."""
    async with running_api(replace(deps, contradicts=between)) as api:
        said = ("Returns are accepted within 30 days.", "Returns are accepted within 14 days.")
        conflict_id = await api.conflict(api.tenant, said=said)
        key = await api.key("knowledge", operator_id="olga")
        path = f"/v1/knowledge/conflicts/{conflict_id}/decision"
        body = {"decision": "resolved", "reason": "The old one is gone tomorrow."}
        refused = await api.http.post(path, json=body, headers=key)
        assert (refused.status_code, refused.json()["error"]) == (409, "conflict")
        for text in (*said, "one says", "dismiss it"):
            assert text in refused.json()["detail"]
        forced = await api.http.post(path, json=body | {"force": True}, headers=key)
        assert (forced.json()["status"], forced.json()["note"]) == ("resolved", body["reason"])

        corrected = await api.conflict(api.tenant, said=(said[0], "Returns are accepted within 20 days."))
        async with api.pools.operator(api.tenant) as conn:
            mended = Article(
                slug="two", title="Returns", source="two.md", passages=(Passage(section="", text=said[0]),)
            )
            await replace_article(conn, api.tenant, mended, [[1.0] + [0.0] * 383], model="minilm-1", at=now())
        ended = await api.http.post(f"/v1/knowledge/conflicts/{corrected}/decision", json=body, headers=key)
        assert (ended.status_code, "resolved by setright" in ended.json()["detail"]) == (409, True)


async def test_a_conflict_is_told_to_hooks_once(deps: ApiDeps) -> None:
    """Ids, articles and the kind, signed; not the statements."""
    async with running_api(replace(deps, may_call_loopback=True)) as api, receiving() as receiver:
        made = await make(api, receiver, events=["knowledge.conflict_found"])
        conflict_id = await api.conflict(api.tenant, said=("It costs $5.", "It costs $7."))
        assert [await tell(api) for _ in range(2)] == [1, 0]
        (told,) = [check(received, made["secret"]) for received in receiver.requests]
    assert told["type"] == "knowledge.conflict_found"
    assert told["data"]["conflict_id"] == conflict_id
    assert told["data"]["articles"] == ["one", "two"]
    assert "$5" not in str(told)


async def test_gaps_come_with_a_draft(deps: ApiDeps) -> None:
    """As they were gathered, at most as many as asked for."""
    gap = Gap(
        gap_id="G-1",
        title="Wool",
        language="en",
        questions=2,
        tickets=("T-00000000",),
        first_asked_at=now(),
        last_asked_at=now(),
        headings=("What is it made of?",),
    )
    async with running_api(replace(deps, gather_gaps=lambda _: (gap, gap))) as api:
        key = await api.key("knowledge")
        (shown,) = (await api.http.get("/v1/knowledge/gaps?limit=1", headers=key)).json()["gaps"]
    assert shown["draft"].startswith('---\ntitle: "Wool"\nlanguage: en\n')
    assert "## What is it made of?" in shown["draft"]
