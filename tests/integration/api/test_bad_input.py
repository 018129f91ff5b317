"""Bad input: one documented code for each kind of it, never a 5xx, and nothing left behind."""

import base64
import json
from typing import Any

import pytest

from api.errors import STATUS
from api.limits import MAX_BODY_BYTES
from domain.message import MAX_ATTACHMENT_BYTES
from domain.text import MAX_MESSAGE_CHARS
from domain.ticket import TicketStatus
from store.tickets import TicketFilter, list_tickets
from tests.integration.api.calling import EVERY_SCOPE, Api

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session

OK = {"customer_id": "c-1", "text": "Where is my refund?"}
FILE = {"name": "a.txt", "media_type": "text/plain", "data_base64": "aGVsbG8="}


def ticket(**changes: Any) -> bytes:  # noqa: ANN401 - whatever JSON holds
    """The body of a new ticket, changed."""
    return json.dumps(OK | changes).encode()


BODIES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "invalid_input"),
    "no JSON": (b"{", "invalid_input"),
    "not an object": (b"[]", "invalid_input"),
    "null": (b"null", "invalid_input"),
    "not UTF-8": (b'{"text": "\xff"}', "invalid_input"),
    "UTF-16": (json.dumps(OK).encode("utf-16"), "invalid_input"),
    "a byte order mark": (b"\xef\xbb\xbf" + ticket(), "invalid_input"),
    "the same key twice": (b'{"customer_id": "c-1", "text": "a", "text": "b"}', "invalid_input"),
    "NaN": (b'{"customer_id": "c-1", "text": "a", "subject": NaN}', "invalid_input"),
    "Infinity": (b'{"customer_id": "c-1", "text": "a", "subject": -Infinity}', "invalid_input"),
    "a number too large": (b'{"customer_id": "c-1", "text": "a", "subject": 1e400}', "invalid_input"),
    "a number of 5,000 digits": (b'{"text": ' + b"9" * 5_000 + b"}", "invalid_input"),
    "nested too deeply": (b"[" * 100_000 + b"]" * 100_000, "invalid_input"),
    "an unknown field": (ticket(customer="c-2"), "invalid_input"),
    "no text": (json.dumps({"customer_id": "c-1"}).encode(), "invalid_input"),
    "no customer": (json.dumps({"text": "a"}).encode(), "invalid_input"),
    "text that is a number": (ticket(text=5), "invalid_input"),
    "text that is null": (ticket(text=None), "invalid_input"),
    "empty text": (ticket(text=""), "bad_text"),
    "blank text": (ticket(text=" \n\t"), "bad_text"),
    "invisible text": (ticket(text="\u200b\u2060\U000e0041"), "bad_text"),
    "too much text": (ticket(text="a" * (MAX_MESSAGE_CHARS + 1)), "bad_text"),
    "NUL in text": (ticket(text="a\x00b"), "bad_text"),
    "half a surrogate pair": (ticket(text="a\ud800b"), "bad_text"),
    "half a surrogate pair in a key": (b'{"\\udfff": 1}', "bad_text"),
    "NUL in a subject": (ticket(subject="\x00"), "bad_text"),
    "a blank subject": (ticket(subject=" "), "bad_text"),
    "a customer id that is none": (ticket(customer_id="../c-1"), "invalid_input"),
    "a customer id too long": (ticket(customer_id="c" * 129), "invalid_input"),
    "a customer id that is a number": (ticket(customer_id=17), "invalid_input"),
    "an unknown channel": (ticket(channel="fax"), "invalid_input"),
    "an unknown identity": (ticket(identity="sure"), "invalid_input"),
    "an external id with spaces": (ticket(external_id="a b"), "invalid_input"),
    "an external id too long": (ticket(external_id="a" * 256), "invalid_input"),
    "files that are no list": (ticket(attachments={}), "invalid_input"),
    "too many files": (ticket(attachments=[FILE] * 11), "invalid_input"),
    "a file that is no Base64": (ticket(attachments=[FILE | {"data_base64": "a*"}]), "invalid_input"),
    "a file that is a number": (ticket(attachments=[FILE | {"data_base64": 7}]), "invalid_input"),
    "a file of no type": (ticket(attachments=[FILE | {"media_type": "jpeg"}]), "invalid_input"),
    "a file with a line break in its type": (ticket(attachments=[FILE | {"media_type": "a/b\nX: y"}]), "invalid_input"),
    "a file of no name": (ticket(attachments=[FILE | {"name": ""}]), "bad_text"),
    "files of more than 5 MB together": (
        ticket(
            attachments=[FILE | {"data_base64": base64.b64encode(bytes(MAX_ATTACHMENT_BYTES // 2 + 1)).decode()}] * 2
        ),
        "invalid_input",
    ),
    "9 MB": (ticket(text="a" * 9_000_000), "too_large"),
}


@pytest.mark.parametrize("what", BODIES)
async def test_a_bad_ticket_gets_one_code(api: Api, what: str) -> None:
    """Whatever is wrong with a new ticket, it is refused with the code for that, and nothing is kept."""
    body, code = BODIES[what]

    answer = await api.http.post(
        "/v1/tickets", content=body, headers=await api.key() | {"Content-Type": "application/json"}
    )

    _check(answer.status_code, answer.json(), code)
    async with api.pools.operator(api.tenant) as conn:
        assert (await list_tickets(conn, api.tenant, TicketFilter())).tickets == ()


@pytest.mark.parametrize(
    ("content_type", "code"),
    [
        ("text/plain", "unsupported_media_type"),
        ("application/xml", "unsupported_media_type"),
        ("application/json; charset=latin-1", "unsupported_media_type"),
        ("multipart/form-data; boundary=x", "unsupported_media_type"),
        ("", "unsupported_media_type"),
        ("application/json; charset=utf-8", None),
    ],
)
async def test_only_json_is_taken(api: Api, content_type: str, code: str | None) -> None:
    """A body of another media type is refused before it is read."""
    answer = await api.http.post(
        "/v1/tickets", content=ticket(), headers=await api.key() | {"Content-Type": content_type}
    )

    if code is None:
        assert answer.status_code == 202
    else:
        _check(answer.status_code, answer.json(), code)


@pytest.mark.parametrize("length", [MAX_BODY_BYTES, MAX_BODY_BYTES + 1])
async def test_the_limit_of_an_ordinary_body(api: Api, length: int) -> None:
    """Where no files come in, a body of the most bytes is read and one byte more is not."""
    ref = await api.ticket()
    body = json.dumps({"score": 5, "comment": ""})
    padded = (body[:-1] + " " * (length - len(body)) + "}").encode()

    answer = await api.http.post(
        f"/v1/tickets/{ref.ticket_id}/rating",
        content=padded,
        headers=await api.key() | {"Content-Type": "application/json"},
    )

    _check(answer.status_code, answer.json(), "bad_text" if length == MAX_BODY_BYTES else "too_large")


async def test_a_body_without_a_declared_length_is_limited_too(api: Api) -> None:
    """A body that comes in pieces is cut off as soon as it is too large."""

    async def endless() -> Any:  # noqa: ANN401 - an async generator
        for _ in range(200):
            yield b" " * 10_000

    ref = await api.ticket()
    answer = await api.http.post(
        f"/v1/tickets/{ref.ticket_id}/rating",
        content=endless(),
        headers=await api.key() | {"Content-Type": "application/json"},
    )

    _check(answer.status_code, answer.json(), "too_large")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v1/tickets?limit=0", "invalid_input"),
        ("/v1/tickets?limit=201", "invalid_input"),
        ("/v1/tickets?limit=many", "invalid_input"),
        ("/v1/tickets?status=done", "invalid_input"),
        ("/v1/tickets?waiting_for=%00", "invalid_input"),
        ("/v1/tickets?intent=Late+refund", "invalid_input"),
        ("/v1/tickets?customer_id=%00", "invalid_input"),
        ("/v1/tickets?cursor=%00", "invalid_input"),
        ("/v1/tickets?cursor=nonsense", "invalid_input"),
        ("/v1/tickets?cursor=MjAyNi0xMS0yMyBULQA=", "invalid_input"),  # a date, and a ticket id with NUL
        ("/v1/tickets/T-00000000", "not_found"),
        ("/v1/tickets/t-7h3k9qwz", "not_found"),
        ("/v1/tickets/%00", "not_found"),
        ("/v1/tickets/%F0%9F%92%A9", "not_found"),
        ("/v1/tickets/T-00000000/events", "not_found"),
        ("/v1/tickets/T-00000000/history", "not_found"),
        ("/v1/tickets/T-00000000/history?raw=perhaps", "invalid_input"),
        ("/v1/approvals/T-00000000/a1", "not_found"),
        ("/v1/approvals/T-00000000%2Fa1", "not_found"),
        ("/v1/approvals/../../etc/passwd", "not_found"),
        ("/v1/approvals/T-00000000", "not_found"),
        ("/v1/approvals?ticket_id=%00", "invalid_input"),
        ("/v1/approvals?open=maybe", "invalid_input"),
        ("/v1/nothing", "not_found"),
        ("/nothing", "not_found"),
        ("/v1/tickets/", "not_found"),
    ],
)
async def test_bad_paths_and_queries(api: Api, path: str, code: str) -> None:
    """Whatever stands in a path or a query, the answer is typed."""
    answer = await api.http.get(path, headers=await api.key())

    _check(answer.status_code, answer.json(), code)


@pytest.mark.parametrize("after", ["-1", "x", "9" * 30, "2147483648"])
async def test_bad_places_to_go_on_from(api: Api, after: str) -> None:
    """A stream goes on only from a number that an event can have."""
    ref = await api.ticket()
    path = f"/v1/tickets/{ref.ticket_id}/events"

    by_query = await api.http.get(path, params={"after": after}, headers=await api.key())
    by_header = await api.http.get(path, headers=await api.key() | {"Last-Event-ID": after})

    for answer in (by_query, by_header):
        _check(answer.status_code, answer.json(), "invalid_input")


@pytest.mark.parametrize("wait", ["-1", "61", "soon", "1.5"])
async def test_bad_waits(api: Api, wait: str) -> None:
    """One waits for whole seconds, up to a minute."""
    answer = await api.http.post("/v1/tickets", params={"wait": wait}, json=OK, headers=await api.key())

    _check(answer.status_code, answer.json(), "invalid_input")


@pytest.mark.parametrize(
    ("route", "body", "code"),
    [
        ("messages", {"text": ""}, "bad_text"),
        ("messages", {"text": "a", "channel": "web"}, "invalid_input"),
        ("follow-up", {}, "invalid_input"),
        ("rating", {"score": 0}, "invalid_input"),
        ("rating", {"score": 6}, "invalid_input"),
        ("rating", {"score": True}, "invalid_input"),
        ("rating", {"score": "5"}, "invalid_input"),
        ("rating", {"score": 4.0}, "invalid_input"),
        ("rating", {"score": 10**400}, "invalid_input"),
        ("rating", {"score": 5, "comment": "a" * 2_001}, "bad_text"),
        ("reply", {"text": "a", "solves": "yes"}, "invalid_input"),
        ("take-over", {"by": "somebody"}, "invalid_input"),
        ("hand-back", {"watermark": -1}, "invalid_input"),
        ("hand-back", {"watermark": True}, "invalid_input"),
        ("hand-back", {"watermark": 2**31}, "invalid_input"),
        ("close", [], "invalid_input"),
    ],
)
async def test_bad_bodies_of_a_ticket(api: Api, route: str, body: object, code: str) -> None:
    """Every other POST of a ticket refuses what it does not take."""
    ref = await api.ticket()

    answer = await api.http.post(
        f"/v1/tickets/{ref.ticket_id}/{route}", json=body, headers=await api.key(operator_id="op-1")
    )

    _check(answer.status_code, answer.json(), code)


@pytest.mark.parametrize("route", ["messages", "reply", "take-over", "hand-back", "close"])
async def test_a_closed_ticket_takes_nothing(api: Api, route: str) -> None:
    """What comes to a closed ticket is refused with the way to a follow-up."""
    ref = await api.ticket(status=TicketStatus.closed)
    body = {"text": "Hello?"} if route in {"messages", "reply"} else {}

    answer = await api.http.post(
        f"/v1/tickets/{ref.ticket_id}/{route}", json=body, headers=await api.key(operator_id="op-1")
    )

    _check(answer.status_code, answer.json(), "ticket_closed")
    assert "follow-up" in answer.headers["Link"]


@pytest.mark.parametrize("key", ["", " ", "\xe4", "a b", "k" * 256])
async def test_bad_idempotency_keys(api: Api, key: str) -> None:
    """An idempotency key is printable ASCII without spaces, of 1 to 255 characters."""
    headers = [(name.encode(), value.encode("latin-1")) for name, value in (await api.key()).items()]
    headers.append((b"Idempotency-Key", key.encode("latin-1")))

    answer = await api.http.post("/v1/tickets", json=OK, headers=headers)

    _check(answer.status_code, answer.json(), "invalid_input")


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer x",
        "Basic eDp5",
        "Bearer srk_" + "A" * 43,
        "Bearer srk_" + "A" * 44,
        "Bearer srk_\x00" + "A" * 42,
    ],
)
@pytest.mark.parametrize("path", ["/v1/tickets", "/v1/me", "/v1/nothing"])
async def test_without_a_valid_key_nothing_is_told(api: Api, header: str | None, path: str) -> None:
    """A missing, a malformed and an unknown key get the same answer, whatever is asked for."""
    answer = await api.http.get(path, headers={"Authorization": header} if header is not None else {})

    _check(answer.status_code, answer.json(), "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["detail"] == (await api.http.get("/v1/me")).json()["detail"]


async def test_the_key_is_looked_at_before_the_body(api: Api) -> None:
    """Who has no key is told so, whatever they send."""
    answer = await api.http.post("/v1/tickets", content=b"{", headers={"Content-Type": "application/json"})

    _check(answer.status_code, answer.json(), "unauthenticated")


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/v1/tickets", "tickets_read"),
        ("GET", "/v1/tickets/{id}", "tickets_read"),
        ("GET", "/v1/tickets/{id}/events", "tickets_read"),
        ("GET", "/v1/tickets/{id}/history", "tickets_read"),
        ("GET", "/v1/tickets/{id}/evidence", "tickets_read"),
        ("GET", "/v1/knowledge/reviews", "tickets_read"),
        ("GET", "/v1/events", "tickets_read"),
        ("POST", "/v1/tickets", "tickets_write"),
        ("POST", "/v1/tickets/{id}/messages", "tickets_write"),
        ("POST", "/v1/tickets/{id}/follow-up", "tickets_write"),
        ("POST", "/v1/tickets/{id}/rating", "tickets_write"),
        ("POST", "/v1/tickets/{id}/reply", "operators"),
        ("POST", "/v1/tickets/{id}/take-over", "operators"),
        ("POST", "/v1/tickets/{id}/hand-back", "operators"),
        ("POST", "/v1/tickets/{id}/close", "operators"),
        ("GET", "/v1/approvals", "approvals_read"),
        ("GET", "/v1/approvals/{id}/a1", "approvals_read"),
        ("POST", "/v1/approvals/{id}/a1/decisions", "approvals_decide"),
        ("POST", "/v1/approvals/{id}/a1/snooze", "approvals_decide"),
        ("POST", "/v1/tickets/{id}/settle", "approvals_decide"),
        ("GET", "/v1/pauses", "pause"),
        ("POST", "/v1/pauses", "pause"),
        ("DELETE", "/v1/pauses/1", "pause"),
    ],
)
async def test_every_route_needs_its_scope(api: Api, method: str, path: str, scope: str) -> None:
    """A key that may do everything else is refused where it lacks the one scope."""
    others = await api.key(*(known for known in EVERY_SCOPE if known != scope), operator_id="op-1")

    answer = await api.http.request(
        method, path.format(id="T-00000000"), json={} if method == "POST" else None, headers=others
    )

    _check(answer.status_code, answer.json(), "forbidden")


@pytest.mark.parametrize(
    "route",
    ["tickets/{id}/reply", "tickets/{id}/take-over", "approvals/{id}/a1/decisions", "approvals/{id}/a1/snooze"],
)
async def test_people_act_under_their_own_name(api: Api, route: str) -> None:
    """A key that belongs to no operator cannot act as one."""
    ref = await api.ticket()
    await api.approval(ref)
    body: dict[str, str] = {}
    if route.endswith("reply"):
        body = {"text": "Hello"}
    if route.endswith("decisions"):
        body = {"verdict": "approved", "args_sha256": "0" * 64}
    if route.endswith("snooze"):
        body = {"until": "2036-11-24T08:00:00Z"}

    answer = await api.http.post(f"/v1/{route.format(id=ref.ticket_id)}", json=body, headers=await api.key())

    _check(answer.status_code, answer.json(), "forbidden")


@pytest.mark.parametrize(
    ("method", "path", "right"),
    [("DELETE", "/v1/tickets", "GET, POST"), ("PUT", "/v1/me", "GET"), ("POST", "/healthz", "GET")],
)
async def test_a_wrong_method_is_told_which_are_right(api: Api, method: str, path: str, right: str) -> None:
    """405 comes in the one shape, with the methods that are allowed."""
    answer = await api.http.request(method, path, headers=await api.key())

    _check(answer.status_code, answer.json(), "method_not_allowed")
    assert answer.headers["Allow"] == right


def _check(status: int, body: dict[str, Any], code: str) -> None:
    assert (body["error"], status) == (code, STATUS[code].value)
    assert set(body) == {"error", "detail", "fields", "request_id"}
    assert body["detail"]
    assert body["request_id"]
