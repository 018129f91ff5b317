"""Nobody learns of another tenant's things: on every route, theirs answer exactly like those that do not exist."""

import pytest

from domain.event import EventDraft
from tests.integration.api.calling import Api
from tests.integration.api.leftovers import leftovers
from tests.integration.api.routes import MALFORMED_IDS, OPEN, SIGNED, UNKNOWN_IDS, Route, foreign_ids, routes

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session

#: The scope that each operation needs; None: any key will do.
NEEDS = {
    "open_ticket": "tickets_write",
    "write_message": "tickets_write",
    "open_follow_up": "tickets_write",
    "rate_ticket": "tickets_write",
    "list_tickets": "tickets_read",
    "read_ticket": "tickets_read",
    "read_events": "tickets_read",
    "follow_events": "tickets_read",
    "read_history": "tickets_read",
    "read_evidence": "tickets_read",
    "list_model_calls": "tickets_read",
    "read_costs": "tickets_read",
    "report_handling": "operators",
    "read_autonomy": "tickets_read",
    "list_levels": "tickets_read",
    "set_level": "approvals_decide",
    "correct_ticket": "operators",
    "list_corrections": "knowledge",
    "try_corrections": "knowledge",
    "read_correction": "knowledge",
    "review_correction": "approvals_decide",
    "read_metrics": "tickets_read",
    "list_tickets_behind": "tickets_read",
    "count_guardrails": "tickets_read",
    "list_reviews": "tickets_read",
    "review_answer": "operators",
    "reply_to_customer": "operators",
    "take_over_ticket": "operators",
    "hand_back_ticket": "operators",
    "close_ticket": "operators",
    "list_approvals": "approvals_read",
    "read_approval": "approvals_read",
    "decide_approval": "approvals_decide",
    "snooze_approval": "approvals_decide",
    "undo_action": "operators",
    "settle_effect": "approvals_decide",
    "assign_ticket": "operators",
    "add_note": "operators",
    "snooze_ticket": "operators",
    "count_handoffs": "tickets_read",
    "pause_actions": "pause",
    "list_pauses": "pause",
    "lift_pause": "pause",
    "send_code": "tickets_write",
    "hand_in_code": "tickets_write",
    "read_conversation": "tickets_read",
    "forget_customer": "admin",
    "create_hook": "admin",
    "list_hooks": "admin",
    "read_hook": "admin",
    "rotate_hook": "admin",
    "remove_hook": "admin",
    "list_conflicts": "knowledge",
    "decide_conflict": "knowledge",
    "list_gaps": "knowledge",
    "check_knowledge": "knowledge",
    "list_articles": "knowledge",
    "read_article": "knowledge",
    "list_article_versions": "knowledge",
    "put_article": "knowledge",
    "withdraw_article": "knowledge",
    "list_sources": "knowledge",
    "add_source": "knowledge",
    "read_source": "knowledge",
    "change_source": "knowledge",
    "sync_source": "knowledge",
    "remove_source": "knowledge",
    "read_policy": "approvals_read",
    "list_policy_versions": "approvals_read",
    "read_policy_version": "approvals_read",
    "check_policy": "approvals_read",
    "dry_run_policy": "approvals_read",
    "publish_policy": "admin",
    "roll_back_policy": "admin",
    "list_procedures": "approvals_read",
    "read_procedure": "approvals_read",
    "list_procedure_versions": "approvals_read",
    "read_procedure_version": "approvals_read",
    "check_procedure": "approvals_read",
    "dry_run_procedure": "approvals_read",
    "publish_procedure": "admin",
    "roll_back_procedure": "admin",
    "read_me": None,
}
#: Makes what it names; that it leaves another tenant's alone has a test of its own (test_knowledge.py).
NAMES_WHAT_IT_MAKES = {"put_article"}
#: Their paths end with a number, so that anything else is refused before it is looked for.
NUMBERED = {"lift_pause", "read_policy_version", "read_procedure_version"}
SCOPES = {scope for scope in NEEDS.values() if scope is not None} | {"identity_assert"}
EVERYTHING = tuple(sorted(SCOPES))


async def ask(api: Api, route: Route, ids: dict[str, str], headers: dict[str, str]) -> tuple[int, object, set[str]]:
    """What a route answers, but for the request's own id."""
    answer = await api.http.request(route.method, route.url(ids), json=route.body, headers=headers)
    body = answer.json() | {"request_id": ""} if answer.content else {}
    return answer.status_code, body, set(answer.headers)


async def test_a_foreign_id_is_like_none_on_every_route(api: Api) -> None:
    """Status, body and headers are the same for a foreign, an unknown and a malformed id, and nothing is changed."""
    foreign = await foreign_ids(api)
    ref = await api.ticket(tenant=api.other_tenant)
    await api.happened(ref, EventDraft(kind="ticket_opened"))
    key = await api.key(*EVERYTHING, operator_id="op-1")
    kept = await leftovers(api)
    asked = 0
    for route in routes(api.app):
        if not route.parameters or route.name in SIGNED | NAMES_WHAT_IT_MAKES:
            continue
        assert set(route.parameters) <= set(foreign), f"{route.name}: say what a foreign id is (routes.py)"
        unknown = await ask(api, route, UNKNOWN_IDS, key)
        assert unknown[0] == 404, route.name
        assert await ask(api, route, foreign, key) == unknown, route.name
        for malformed in MALFORMED_IDS:
            status, body, _ = await ask(api, route, dict.fromkeys(route.parameters, malformed), key)
            assert status in ({404, 422} if route.name in NUMBERED else {404}), (route.name, malformed, body)
        asked += 1
    assert asked >= 15
    assert await leftovers(api) == kept


async def test_every_route_wants_a_key(api: Api) -> None:
    """Without a key, with a malformed and with an unknown one: 401 in the same words, before anything is looked at."""
    foreign = await foreign_ids(api)
    for route in routes(api.app):
        if route.name in OPEN | SIGNED:
            continue
        keys: tuple[dict[str, str], ...] = (
            {},
            {"Authorization": "Bearer nonsense"},
            {"Authorization": f"Bearer srk_{'A' * 43}"},
        )
        api.app.state.services.failures._levels.clear()  # there are more routes than failures an address may have
        answers = [await ask(api, route, foreign, key) for key in keys]
        assert answers[0][0] == 401, route.name
        assert answers[0][1] == answers[1][1] == answers[2][1], route.name
    unrouted = await api.http.get("/v1/no/such/path")
    assert unrouted.status_code == 401


async def test_every_route_wants_its_scope(api: Api) -> None:
    """A key with every scope but the needed one gets 403 with one code; one with it alone gets through."""
    for route in routes(api.app):
        if route.name in OPEN | SIGNED:
            continue
        assert route.name in NEEDS, f"{route.name}: say which scope it needs"
        needed = NEEDS[route.name]
        if needed is None:
            continue
        without = await api.key(*sorted(SCOPES - {needed, "admin"}), operator_id="op-1")
        status, body, _ = await ask(api, route, UNKNOWN_IDS, without)
        assert (status, body["error"] if isinstance(body, dict) else None) == (403, "forbidden"), route.name
        for enough in {needed, "admin"} if route.name != "follow_events" else ():  # a stream that does not end
            key = await api.key(enough, "identity_assert", operator_id="op-1")
            status, _, _ = await ask(api, route, UNKNOWN_IDS, key)
            assert status not in {401, 403}, (route.name, enough)


async def test_people_s_moves_want_a_person_s_key(api: Api) -> None:
    """Operators' moves and decisions are refused to a key that is nobody's, whatever its scopes."""
    ref = await api.ticket()
    await api.approval(ref)
    ids = UNKNOWN_IDS | {"ticket_id": ref.ticket_id, "approval_id": f"{ref.ticket_id}/a1"}
    nobody = await api.key(*EVERYTHING)
    for route in routes(api.app):
        if NEEDS.get(route.name) in {"operators", "approvals_decide"} or route.name in {
            "lift_pause",
            "decide_conflict",
        }:
            status, body, _ = await ask(api, route, ids, nobody)
            assert (status, body["error"] if isinstance(body, dict) else None) == (403, "forbidden"), route.name


async def test_lists_hold_the_caller_s_own(api: Api) -> None:
    """Neither a list nor a filter shows what belongs to another tenant."""
    foreign = await api.ticket(tenant=api.other_tenant)
    await api.approval(foreign)
    await foreign_ids(api)
    key = await api.key(*EVERYTHING)

    assert (await api.http.get("/v1/tickets", headers=key)).json()["tickets"] == []
    assert (await api.http.get("/v1/tickets?customer_id=c-1", headers=key)).json()["tickets"] == []
    assert (await api.http.get("/v1/approvals", headers=key)).json()["approvals"] == []
    assert (await api.http.get("/v1/hooks", headers=key)).json()["hooks"] == []
    assert (await api.http.get("/v1/knowledge/articles", headers=key)).json()["articles"] == []
    assert (await api.http.get("/v1/knowledge/sources", headers=key)).json()["sources"] == []
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
