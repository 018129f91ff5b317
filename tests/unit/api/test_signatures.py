"""Signatures of deliveries: what Standard Webhooks signs is taken, and everything else is refused in the same words."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook
from starlette.datastructures import Headers

from api.errors import Refused
from api.signatures import verify

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
ID, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", b'{"test": 2432232314}'
AT = datetime.fromtimestamp(1614265330, UTC)
#: The example of the specification (standard-webhooks/spec, "Signature scheme").
PUBLISHED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def headers(*more: tuple[str, str], **changed: str | None) -> Headers:
    """The headers of the example, some of them changed or left out, and more of them."""
    usual: dict[str, str | None] = {"id": ID, "timestamp": "1614265330", "signature": PUBLISHED}
    kept = [(f"webhook-{name}", value) for name, value in (usual | changed).items() if value is not None]
    return Headers(raw=[(name.encode(), value.encode("latin-1")) for name, value in [*kept, *more]])


def is_taken(found: Headers, body: bytes = BODY, at: datetime = AT, secrets: tuple[str, ...] = (SECRET,)) -> bool:
    """Whether a delivery is taken; a refusal has its one code."""
    try:
        return verify(found, body, secrets, at) == ID
    except Refused as refused:
        return (refused.code, refused.status_code) != ("bad_signature", 401)


def test_the_published_example_is_taken() -> None:
    """What the specification signs, this understands."""
    assert is_taken(headers())


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_five_minutes_are_tolerated(seconds: int) -> None:
    """A clock may be five minutes off, either way."""
    assert is_taken(headers(), at=AT + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [-301, 301, -86_400, 10**9])
def test_more_than_five_minutes_are_not(seconds: int) -> None:
    """A second more is a replay, or a broken clock."""
    assert not is_taken(headers(), at=AT + timedelta(seconds=seconds))


def test_one_good_signature_and_one_good_secret_are_enough() -> None:
    """While a secret is rotated, both sides may have two."""
    assert is_taken(headers(signature=f"v1,{'A' * 43}= {PUBLISHED}"))
    assert is_taken(headers(signature=f"v1a,{'A' * 86}== {PUBLISHED}"))
    assert is_taken(headers(), secrets=(OTHER, SECRET))
    assert not is_taken(headers(), secrets=(OTHER,))


@pytest.mark.parametrize(
    "signature",
    [
        "",
        " ",
        "v1",
        "v1,",
        ",",
        "v1,,",
        "v1,a,b",
        PUBLISHED.replace("v1,", "v1a,"),
        PUBLISHED.replace("v1,", "v2,"),
        PUBLISHED.replace("v1,", "V1,"),
        PUBLISHED.removeprefix("v1,"),
        PUBLISHED.removesuffix("="),
        PUBLISHED + "=",
        PUBLISHED[:-2] + "F=",
        PUBLISHED.lower(),
        "v1," + "é" * 44,
        "v1," + "A" * 100_000,
        " ".join(["v1,AAAA"] * 16 + [PUBLISHED]),
        PUBLISHED.replace("+", "-").replace("/", "_"),
    ],
)
def test_what_is_no_good_signature_is_refused(signature: str) -> None:
    """Other versions, other encodings, other bytes, nothing, far too many: refused, and nothing breaks."""
    assert not is_taken(headers(signature=signature))


@pytest.mark.parametrize("name", ["id", "timestamp", "signature"])
def test_each_header_is_there_exactly_once(name: str) -> None:
    """A header that is missing or there twice is refused, even where one of the two is right."""
    assert not is_taken(headers(**{name: None}))
    assert not is_taken(headers(**{name: ""}))
    right = headers()[f"webhook-{name}"]
    assert not is_taken(headers((f"webhook-{name}", right)))
    assert not is_taken(headers((f"webhook-{name}", "1")))


@pytest.mark.parametrize(
    "timestamp",
    [
        "-1614265330",
        "+1614265330",
        "1614265330.0",
        "1614265330 ",
        "1e9",
        "nan",
        "inf",
        "\uff19",
        "0x60",
        "9" * 12,
        "9" * 13,
        "9" * 500,
    ],
)
def test_what_is_no_timestamp_is_refused(timestamp: str) -> None:
    """Whole seconds in plain digits, as they were signed, and nothing that merely reads as a number."""
    raw = timestamp.encode("utf-8").decode("latin-1")
    signature = Webhook(SECRET).sign(ID, AT, BODY.decode())
    assert not is_taken(headers(timestamp=raw, signature=signature))


def test_what_was_signed_is_what_counts() -> None:
    """Another id, a body written anew, one byte more, bytes that are no text: none of them was signed."""
    assert not is_taken(headers(id="msg_other"))
    assert not is_taken(headers(), body=b'{"test":2432232314}')
    assert not is_taken(headers(), body=BODY + b"\n")
    assert not is_taken(headers(), body=b"")
    assert not is_taken(headers(), body=b"\xff\xfe")


def test_a_dot_in_the_id_moves_no_border() -> None:
    """The signed text is joined with dots, so an id with one could be read as another id and another time."""
    moved = f"{ID}.1614265330"
    signature = Webhook(SECRET).sign(moved, AT, BODY.decode())
    assert not is_taken(headers(id=moved, signature=signature))
