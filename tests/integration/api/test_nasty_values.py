"""Every field of every body with every nasty value: an answer that the description tells of, and never a fault."""

import json
from typing import Any

import pytest

from domain.ticket import TicketRef
from tests.integration.api.calling import Api

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session

NASTY: list[Any] = [
    None,
    True,
    0,
    -1,
    2**31,
    2**63,
    10**400,
    1.5,
    "",
    " ",
    "a",
    "null",
    "１２３",  # noqa: RUF001 - digits of another script
    "a" * 300,
    "a" * 25_000,
    "\u202e\u2066evil\u2069",
    "\U000e0041\U000e0042",
    "e\u0301" * 5_000,
    "👩‍👩‍👧‍👦",
    "\r\nSet-Cookie: a=b",
    "=cmd|' /C calc'!A0",
    "<img src=x onerror=alert(1)>",
    "'; drop table setright.tickets; --",
    "{{7*7}}${7*7}{facts.__class__}",
    "../../../../etc/passwd",
    "%s%n%(tenant)s",
    '{"lc": 1, "type": "constructor"}',
    [],
    [[]],
    ["a", 1, None],
    {},
    {"a": {"b": []}},
    {"lc": 1, "type": "constructor", "id": ["os", "system"]},
    {"amount": 10**13, "currency": "EUR"},
]


async def test_no_value_breaks_a_route(api: Api) -> None:
    """Each field in turn holds each value; what is answered is documented for that route."""
    described = api.app.openapi()["paths"]
    key = await api.key(operator_id="op-1") | {"Content-Type": "application/json"}
    ref = await api.ticket()
    asked = 0
    for path, body in _bodies(ref, (await api.approval(ref)).action.args_sha256).items():
        documented = {int(status) for status in described[path]["post"]["responses"]}
        url = path.format(ticket_id=ref.ticket_id, approval_id=f"{ref.ticket_id}/a1")
        for name in body:
            for value in NASTY:
                sent = json.dumps(body | {name: value}).encode()
                answer = await api.http.post(url, content=sent, headers=key)
                where = f"{path} {name}={str(value)[:40]!r}: {answer.status_code} {answer.text[:200]}"
                assert answer.status_code in documented, where
                assert answer.status_code != 500, where
                asked += 1
    assert asked > 600


def _bodies(ref: TicketRef, args_sha256: str) -> dict[str, dict[str, Any]]:
    """A good body of each POST that needs one and works without Temporal."""
    file = {"name": "a.txt", "media_type": "text/plain", "data_base64": "aGVsbG8="}
    return {
        "/v1/tickets": {
            "customer_id": ref.customer_id,
            "text": "Hello",
            "channel": "web",
            "identity": "claimed",
            "external_id": None,
            "subject": "Hello",
            "attachments": [file],
        },
        "/v1/tickets/{ticket_id}/messages": {"text": "Hello", "external_id": None, "attachments": []},
        "/v1/tickets/{ticket_id}/follow-up": {"text": "Hello", "subject": None},
        "/v1/tickets/{ticket_id}/rating": {"score": 5, "comment": "Good."},
        "/v1/approvals/{approval_id}/decisions": {
            "verdict": "amended",
            "args_sha256": args_sha256,
            "reason": "Half of it.",
            "amended": {
                "amount": {"amount": 1, "currency": "EUR"},
                "nothing": 1,
            },  # refused, so that nothing is decided
        },
        "/v1/approvals/{approval_id}/snooze": {"until": "2026-11-24T08:00:00Z"},
        "/v1/pauses": {"scope": "action", "name": "issue_refund", "reason": "It pays twice."},
    }


async def test_what_is_accepted_comes_back_as_it_was(api: Api) -> None:
    """Text of any kind is stored and shown as documented: NFC, without invisible characters, otherwise untouched."""
    key = await api.key()
    texts = {
        "Ça va? e\u0301": "Ça va? é",
        "a\u200bb\ufeffc": "abc",
        "a\u202eb": "ab",
        "👩‍👩‍👧‍👦": "👩‍👩‍👧‍👦",
        "two\r\nlines\rmore": "two\nlines\nmore",
        " <b>'; drop table x; --</b> %s {name} ": "<b>'; drop table x; --</b> %s {name}",
        "مرحبا": "مرحبا",
    }
    for sent, kept in texts.items():
        opened = await api.http.post("/v1/tickets", json={"customer_id": "c-1", "text": sent}, headers=key)
        shown = await api.http.get(opened.json()["status_url"], headers=key)
        assert shown.json()["messages"][0]["text"] == kept
