"""Every POST of the description under an idempotency key: the same is answered, another is refused, at once is once."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from domain.ticket import TicketStatus
from tests.integration.api.calling import Api, now
from tests.integration.api.leftovers import leftovers
from tests.integration.api.routes import OPEN, SIGNED, Route, routes
from tests.integration.api.ticket_double import waiting_for_approval, working

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session

#: A request: the ids of its path, and its body.
Request = tuple[dict[str, str], dict[str, Any] | None]

_days = count(2)


async def _ticket(api: Api, body: dict[str, Any] | None) -> Request:
    return {"ticket_id": (await api.ticket()).ticket_id}, body


async def _closed(api: Api, body: dict[str, Any] | None) -> Request:
    return {"ticket_id": (await api.ticket(status=TicketStatus.closed)).ticket_id}, body


async def _taken_over(api: Api, body: dict[str, Any] | None) -> Request:
    ids, body = await _ticket(api, body)
    key = await api.key(operator_id="op-1")
    assert (await api.http.post(f"/v1/tickets/{ids['ticket_id']}/take-over", headers=key)).status_code == 200
    return ids, body


async def _approval(api: Api, body: dict[str, Any] | None) -> Request:
    ref = await api.ticket()
    asked = await api.approval(ref)
    await waiting_for_approval(api, ref, asked)
    return {"approval_id": asked.approval_id}, (body or {}) | {"args_sha256": asked.action.args_sha256}


async def _snoozed(api: Api, body: dict[str, Any] | None) -> Request:
    ids, _ = await _approval(api, body)
    return ids, {"until": (now() + timedelta(minutes=30)).isoformat()}


async def _put_off(api: Api, body: dict[str, Any] | None) -> Request:
    ids, _ = await _ticket(api, body)
    return ids, {"until": (now() + timedelta(hours=1)).isoformat()}


async def _hook(api: Api, body: dict[str, Any] | None) -> Request:
    made = await api.http.post(
        "/v1/hooks", json={"direction": "outbound", "url": "https://example.com/"}, headers=await api.key("admin")
    )
    return {"hook_id": made.json()["hook"]["hook_id"]}, body


async def _source(api: Api, body: dict[str, Any] | None) -> Request:
    return {"source_id": await api.knowledge()}, body


async def _conflict(api: Api, body: dict[str, Any] | None) -> Request:
    days = next(_days)  # a conflict is named by what it says: another one each time
    return {"conflict_id": await api.conflict(api.tenant, said=(f"Within {days} days.", "Within 1 day."))}, body


async def _procedure(_: Api, body: dict[str, Any] | None) -> Request:
    return {"procedure": "late_refund"}, body


async def _correction(api: Api, body: dict[str, Any] | None) -> Request:
    return {"correction_id": str(await api.correction(await api.ticket()))}, body


async def _watched(api: Api, body: dict[str, Any] | None) -> Request:
    return {}, (body or {}) | {"ticket_id": (await api.ticket()).ticket_id}


async def _nothing(_: Api, body: dict[str, Any] | None) -> Request:
    return {}, body


#: How each operation is made to succeed.
PREPARE: dict[str, Callable[[Api, dict[str, Any] | None], Awaitable[Request]]] = {
    "open_ticket": _nothing,
    "open_follow_up": _closed,
    "write_message": _ticket,
    "reply_to_customer": _ticket,
    "take_over_ticket": _ticket,
    "hand_back_ticket": _taken_over,
    "close_ticket": _ticket,
    "rate_ticket": _ticket,
    "decide_approval": _approval,
    "undo_action": _ticket,
    "assign_ticket": _ticket,
    "add_note": _ticket,
    "snooze_ticket": _put_off,
    "snooze_approval": _snoozed,
    "pause_actions": _nothing,
    "create_hook": _nothing,
    "rotate_hook": _hook,
    "add_source": _nothing,
    "sync_source": _source,
    "decide_conflict": _conflict,
    "set_level": _procedure,
    "correct_ticket": _ticket,
    "review_correction": _correction,
    "report_handling": _watched,
}


def changed(body: dict[str, Any] | None) -> dict[str, Any] | None:
    """A body that says something else and is as good; where it holds no words, other ids make another request."""
    words = [name for name in ("text", "comment", "reason", "url") if name in (body or {})]
    return body if not body or not words else body | {words[0]: f"{body[words[0]]}?"}


#: What needs more than a request to succeed: their own tests send them twice (test_identity.py, test_customers.py,
#: test_reviews.py, test_rulebook.py, test_settling.py).
PUBLISHING = {f"{verb}_{part}" for verb in ("publish", "roll_back") for part in ("policy", "procedure")}
ELSEWHERE = {"send_code", "hand_in_code", "forget_customer", "review_answer", "settle_effect"} | PUBLISHING
#: What changes nothing, and keeps no answer.
READING = {f"{verb}_{part}" for verb in ("check", "dry_run") for part in ("policy", "procedure")}


def posts(api: Api) -> list[Route]:
    """Every POST that takes an idempotency key."""
    left_out = OPEN | SIGNED | ELSEWHERE | READING
    found = [route for route in routes(api.app) if route.method == "POST" and route.name not in left_out]
    unknown = {route.name for route in found} - set(PREPARE)
    assert not unknown, f"say how these are made to succeed: {unknown}"
    return found


async def send(api: Api, route: Route, request: Request, name: str, **more: Any) -> tuple[int, Any]:  # noqa: ANN401
    """The status and the body of the answer to a request under an idempotency key."""
    ids, body = request
    key = await api.key(*(more.get("scopes") or ("admin",)), operator_id="op-1", tenant=more.get("tenant"))
    answer = await api.http.post(route.url(ids), json=body, headers=key | {"Idempotency-Key": name})
    return answer.status_code, answer.json()


async def test_the_same_is_answered_and_another_is_refused(live_api: Api) -> None:
    """The second of two equal requests changes nothing and gets the first one's answer; another gets 409 `conflict`."""
    async with working(live_api):
        for route in posts(live_api):
            request = await PREPARE[route.name](live_api, route.body)
            other = await PREPARE[route.name](live_api, changed(route.body))
            first = await send(live_api, route, request, f"same-{route.name}")
            assert first[0] in {200, 201, 202}, (route.name, first)
            kept = await leftovers(live_api)

            again = await send(live_api, route, request, f"same-{route.name}")
            assert again == first, route.name
            if other != request:
                refused = await send(live_api, route, other, f"same-{route.name}")
                assert (refused[0], refused[1]["error"]) == (409, "conflict"), (route.name, refused)
            by_another = await send(live_api, route, request, f"same-{route.name}", scopes=("admin", "pause"))
            assert (by_another[0], by_another[1]["error"]) == (409, "conflict"), (route.name, by_another)
            assert await leftovers(live_api) == kept, route.name

            foreign = await send(live_api, route, request, f"same-{route.name}", tenant=live_api.other_tenant)
            assert (foreign[0] == 404) if route.parameters else (foreign[0] != 409), (route.name, foreign)


async def test_many_at_once_are_one(live_api: Api) -> None:
    """Of eight equal requests at the same time each has the one answer or is told to come back, and one had effect."""
    await live_api.key("admin", operator_id="op-1")
    async with working(live_api):
        for route in posts(live_api):
            request = await PREPARE[route.name](live_api, route.body)
            before = await leftovers(live_api)
            answers = await asyncio.gather(*(send(live_api, route, request, f"at-once-{route.name}") for _ in range(8)))
            good = [body for status, body in answers if status != 409]
            assert {status for status, _ in answers} <= {200, 201, 202, 409}, (route.name, answers)
            assert good, route.name
            assert all(body == good[0] for body in good), (route.name, good)
            assert {body["error"] for status, body in answers if status == 409} <= {"conflict"}, route.name
            assert (await send(live_api, route, request, f"at-once-{route.name}"))[1] == good[0], route.name
            grown = {table: count - before[table] for table, count in (await leftovers(live_api)).items()}
            assert all(more <= 1 for more in grown.values()), (route.name, grown)
