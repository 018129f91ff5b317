"""Every nasty string in every field of every body: described answers alone, and what is taken is kept as documented."""

import asyncio
import json
import os
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from api.deps import ApiDeps
from api.rates import RateLimits
from domain.ticket import TicketStatus
from tests.integration.api.calling import Api, keeping, running_api
from tests.integration.api.delivering import message, sender
from tests.integration.api.leftovers import leftovers
from tests.integration.api.routes import SIGNED, Route, routes
from tests.integration.api.texts import texts

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),  # the pools live as long as the session
    pytest.mark.timeout(240),  # thousands of requests
]

TEXTS = dict(texts())
#: Each string goes to each fourth field, another four for each; with `make fuzz`, to all of them.
EVERY = 1 if os.environ.get("FUZZ_SECONDS") else 4
#: What a reader must never be shown: controls but for line ends and tabs, direction overrides, tags, zero width.
NEVER = {*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F, *range(0x80, 0xA0), *range(0x202A, 0x202F),
         *range(0x2066, 0x206A), *range(0xE0000, 0xE0080), 0x200B, 0x2060, 0xFEFF}  # fmt: skip


#: They wait for Temporal, which is not here; a reply's text is read as a message's is.
WAITING = {"reply_to_customer", "undo_action", "add_source", "assign_ticket", "add_note"}


def leaves(body: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - JSON
    """Where a body holds a string."""
    match body:
        case str():
            yield path
        case dict():
            for name, value in body.items():
                yield from leaves(value, (*path, name))
        case list():
            for number, value in enumerate(body):
                yield from leaves(value, (*path, number))


def with_text(body: Any, path: tuple[Any, ...], text: str) -> Any:  # noqa: ANN401 - JSON
    """The body with another string in one place."""
    changed = json.loads(json.dumps(body))
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = text
    return changed


FILE = {"name": "a.txt", "media_type": "text/plain", "data_base64": "aGVsbG8="}
#: Fields that the description's examples leave out.
MORE: dict[str, dict[str, Any]] = {
    "open_ticket": {"subject": "Hello", "attachments": [FILE]},
    "open_follow_up": {"subject": "Hello", "external_id": "x-1"},
    "write_message": {"attachments": [FILE]},
    "correct_ticket": {"note": "Hello"},
    "review_correction": {"reason": "Hello"},
    "decide_approval": {"verdict": "amended", "amended": {"amount": {"amount": 1, "currency": "EUR"}, "x": "y"}},
}


async def test_there_are_enough() -> None:
    """The families together are more than three hundred different strings."""
    assert len(set(TEXTS.values())) > 300


async def test_no_text_breaks_a_route(deps: ApiDeps) -> None:
    """Each string in each field of each body that is sent to us: no 5xx, and only statuses that are described."""
    limits = RateLimits(per_key=100_000, per_tenant=100_000, failures=100_000)
    async with running_api(replace(keeping(deps), limits=limits)) as api:
        key = await api.key("admin", operator_id="op-1") | {"Content-Type": "application/json"}
        open_, closed = await api.ticket(), await api.ticket(status=TicketStatus.closed)
        asked = 0
        for route in routes(api.app):
            if route.body is None or route.name in SIGNED | WAITING:
                continue
            ref = closed if route.name == "open_follow_up" else open_
            ids = {
                "ticket_id": ref.ticket_id,
                "approval_id": f"{ref.ticket_id}/a1",
                "customer_id": "c-9",
                "pause_id": "1",
                "hook_id": "H-00000000",
                "slug": "nothing",
                "procedure": "late_refund",
                "name": "late_refund",
                "rule": "refund_up_to_100",
                "correction_id": str(await api.correction(ref)),
                "source_id": "nothing",
                "conflict_id": "C-0000000000",
            }
            body = route.body | MORE.get(route.name, {})
            for path in leaves(body):
                asked += await _ask_all(api, route, route.url(ids), body, path, key)
        assert asked > 6_000 / EVERY


async def _ask_all(
    api: Api, route: Route, url: str, body: dict[str, Any], path: tuple[Any, ...], key: dict[str, str]
) -> int:
    """Send every string in one place, a few at a time; returns how many."""

    async def ask(name: str, text: str) -> None:
        answer = await api.http.request(
            route.method, url, content=json.dumps(with_text(body, path, text)).encode(), headers=key
        )
        where = f"{route.name} {path} {name}: {answer.status_code} {answer.text[:200]}"
        assert answer.status_code in route.responses, where
        assert answer.status_code < 500, where

    first = sum(map(ord, f"{route.name}{path}")) % EVERY
    waiting = list(TEXTS.items())[first::EVERY]
    asked = len(waiting)
    while waiting:
        batch, waiting = waiting[:16], waiting[16:]
        await asyncio.gather(*(ask(name, text) for name, text in batch))
    return asked


async def test_a_message_is_kept_as_documented(api: Api) -> None:
    """What is taken is stored in NFC, without what cannot be seen, trimmed, and otherwise letter for letter."""
    key = await api.key("admin")
    kept = 0
    for name, text in TEXTS.items():
        body = json.dumps({"customer_id": "c-1", "text": text}).encode()
        answer = await api.http.post("/v1/tickets", content=body, headers=key | {"Content-Type": "application/json"})
        if answer.status_code != 202:
            assert (answer.status_code, answer.json()["error"]) in {(422, "bad_text"), (413, "too_large")}, name
            continue
        shown = (await api.http.get(answer.json()["status_url"], headers=key)).json()["messages"][0]["text"]
        assert unicodedata.is_normalized("NFC", shown), name
        assert not NEVER & set(map(ord, shown)), name
        assert shown == shown.strip(), name
        assert _seen(shown) == _seen(unicodedata.normalize("NFC", text)), name
        kept += 1
    assert kept > 250


def _seen(text: str) -> str:
    """The letters, digits, marks of accent, punctuation and symbols of a text; fillers look like nothing."""
    fillers = {0x115F, 0x1160, 0x3164, 0xFFA0}
    return "".join(
        character
        for character in text
        if unicodedata.category(character)[0] in "LNPS" and ord(character) not in fillers
    )


async def test_what_another_system_delivers_is_read_alike(api: Api) -> None:
    """A delivered message is taken or refused with one code; of those that are refused nothing is left."""
    crm = await sender(api)
    refused = 0
    for name, text in list(TEXTS.items())[::EVERY]:
        before = await leftovers(api)
        answer = await crm.post(json.dumps(message(text=text)).encode())
        if answer.status_code != 202:
            assert (answer.status_code, answer.json()["error"]) in {(422, "bad_text"), (413, "too_large")}, name
            assert await leftovers(api) == before, name
            refused += 1
    assert refused > 1
