"""Hooks: what is told of a ticket, to which addresses, and under which secrets."""

import json
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import get_args

import pytest
from pydantic import JsonValue
from standardwebhooks import Webhook

from domain.errors import InvalidInput
from domain.event import EventKind, TicketEvent
from domain.hook import CONFLICT_FOUND, HOOK_EVENTS, ROTATION_SPAN, body_of, derive_secret, kinds_of, valid_versions
from domain.hook_url import check_url, may_connect

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
WORDS = "words that a customer wrote"


def test_a_body_names_things_and_quotes_nobody() -> None:
    """Whatever an event holds besides the named labels stays inside; every body is far below the advised 20 kB."""
    for kind in kinds_of(HOOK_EVENTS):
        noisy: dict[str, JsonValue] = {
            "text": WORDS,
            "note": WORDS,
            "by": WORDS,
            "draft": WORDS,
            "reason": "missing_fact",
            "queue": "x" * 62,
        }
        body = body_of("meridian", "T-7H3K9QWZ", TicketEvent(seq=3, kind=kind, at=AT, body=noisy))

        told = json.loads(body)
        assert WORDS not in body
        assert len(body) < 2_000
        assert told["type"] in HOOK_EVENTS
        assert (told["data"]["ticket_id"], told["data"]["event"], told["timestamp"]) == (
            "T-7H3K9QWZ",
            3,
            AT.isoformat(),
        )


def test_every_promised_event_is_told() -> None:
    """Each kind comes from some event of a ticket, but for a conflict, which has none; all others are kept inside."""
    kinds = kinds_of(HOOK_EVENTS)

    assert {json.loads(body_of("t", "T-7H3K9QWZ", TicketEvent(seq=1, kind=kind, at=AT)))["type"] for kind in kinds} == {
        *HOOK_EVENTS
    } - {CONFLICT_FOUND}
    assert kinds_of(("ticket.reply_sent",)) == ("reply_sent", "operator_replied")
    for kind in set(get_args(EventKind)) - set(kinds):
        with pytest.raises(KeyError):
            body_of("t", "T-7H3K9QWZ", TicketEvent(seq=1, kind=kind, at=AT))


def test_a_secret_belongs_to_one_version_of_one_hook() -> None:
    """Another installation, tenant, hook or version has another secret; each is one the library takes."""
    made = {
        derive_secret(key, tenant, hook, version)
        for key in (b"a", b"b")
        for tenant in ("meridian", "tidewater")
        for hook in ("H-00000001", "H-00000002")
        for version in (1, 2)
    }

    assert len(made) == 16
    assert all(len(Webhook(secret)._whsecret) == 32 for secret in made)


def test_the_secret_before_is_good_for_a_day() -> None:
    """Two versions are valid after a rotation, and one again when its time is over."""
    assert valid_versions(1, None, AT) == (1,)
    assert valid_versions(3, AT, AT + ROTATION_SPAN - timedelta(seconds=1)) == (3, 2)
    assert valid_versions(3, AT, AT + ROTATION_SPAN) == (3,)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "https://",
        "https:///path",
        "https://user@example.com/",
        "https://user:secret@example.com/",
        "https://example.com/#fragment",
        "https://example.com\\@10.0.0.1/",
        "https://exa mple.com/",
        "https://example.com/\r\nX: y",
        "https://bücher.example/",
        "https://example.com:port/",
        "https://example.com:99999/",
        "https://[::1",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://10.0.0.1/",
        "https://172.16.0.1/",
        "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://[::1]/",
        "https://[::]/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/",
        "https://100.64.0.1/",
        "https://example.com/" + "a" * 2_000,
    ],
)
def test_a_hook_points_to_the_internet_alone(url: str) -> None:
    """Other schemes, credentials, our own network in any spelling, what cannot be read: refused."""
    with pytest.raises(InvalidInput) as refused:
        check_url(url, may_call_loopback=False)
    assert "secret" not in refused.value.text


@pytest.mark.parametrize(
    "url", ["https://example.com/", "https://example.com:8443/a?b=c", "https://93.184.215.14/", "https://EXAMPLE.com"]
)
def test_a_public_address_is_taken(url: str) -> None:
    """Names and literal addresses of the internet, with a port or without."""
    check_url(url, may_call_loopback=False)


def test_the_embedded_stack_may_call_this_machine() -> None:
    """By http too; never another machine nearby, and never plain http elsewhere."""
    for url in ("http://127.0.0.1:8000/", "http://localhost:8000/hook", "https://[::1]/"):
        check_url(url, may_call_loopback=True)
    for url in ("http://example.com/", "http://10.0.0.1/", "https://192.168.0.1/"):
        with pytest.raises(InvalidInput):
            check_url(url, may_call_loopback=True)


@pytest.mark.parametrize(
    ("address", "is_fine"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("100.100.0.1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.215.14", True),
        ("ff02::1", False),
        ("2001:0:0:1::", False),
    ],
)
def test_what_a_name_resolves_to_is_judged_alike(address: str, *, is_fine: bool) -> None:
    """A name leads only to the internet, however the address is dressed."""
    assert may_connect(ip_address(address), may_call_loopback=False) is is_fine
