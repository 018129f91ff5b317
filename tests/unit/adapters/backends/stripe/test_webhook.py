"""A webhook is believed when Stripe signed it lately, and only then."""

import json
import random
import time

import pytest
from pydantic import SecretStr

from adapters.backends.stripe.webhook import read_webhook
from tests.support.stripe_server import shapes
from tests.support.stripe_server.webhooks import signature

SECRET, OLD, FOREIGN = "whsec_new", "whsec_old", "whsec_foreign"
SECRETS = (SecretStr(SECRET), SecretStr(OLD))
KEY = "5f0c9e1b7a3d2846"


def event(kind: str = "refund.updated", **subject: object) -> shapes.Json:
    """An event about a refund of ours."""
    about = {"id": "re_1", "object": "refund", "charge": "ch_1", "metadata": {"setright_key": KEY}, **subject}
    return shapes.event(kind, about, int(time.time()))


def body_of(told: shapes.Json) -> bytes:
    """As it is sent."""
    return json.dumps(told, indent=2).encode()


@pytest.mark.parametrize("signers", [(SECRET,), (OLD,), (SECRET, OLD), (FOREIGN, SECRET)])
@pytest.mark.parametrize("kind", ["refund.updated", "refund.failed", "charge.refund.updated"])
def test_a_signed_event_is_read(kind: str, signers: tuple[str, ...]) -> None:
    """With the new secret, the old one during a rotation, or several; it names the refund and our key."""
    told = event(kind)
    news = read_webhook(body_of(told), signature(body_of(told), signers, int(time.time())), SECRETS)
    assert news is not None
    assert (news.event_id, news.kind, news.refs) == (told["id"], kind, ("re_1", KEY))


def test_a_dispute_names_its_charge() -> None:
    """The dispute itself is nobody's effect."""
    told = event("charge.dispute.created", id="du_1")
    news = read_webhook(body_of(told), signature(body_of(told), [SECRET], int(time.time())), SECRETS)
    assert news is not None
    assert news.refs == ("ch_1",)


def test_an_event_that_does_not_matter_is_taken() -> None:
    """Or Stripe would send it again for days."""
    told = event("customer.created", id="cus_1")
    news = read_webhook(body_of(told), signature(body_of(told), [SECRET], int(time.time())), SECRETS)
    assert news is not None
    assert news.refs == ()


@pytest.mark.parametrize(
    ("age", "is_good"), [(0, True), (290, True), (310, False), (86_400, False)], ids=["now", "4:50", "5:10", "a day"]
)
def test_a_signature_is_good_for_five_minutes(age: int, is_good: bool) -> None:
    """What was recorded cannot be played back later."""
    body = body_of(event())
    news = read_webhook(body, signature(body, [SECRET], int(time.time()) - age), SECRETS)
    assert (news is not None) == is_good


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "t=",
        "v1=",
        "t=abc,v1=00",
        "t=1",
        "garbage",
        "t=1,v0=00",
        "t=1,v1=é",
        "=,=",
        "t=9" * 500,
        "t=1,t=2,v1=",
    ],
)
def test_a_broken_header_is_no_signature(header: str | None) -> None:
    """Whatever stands in it."""
    assert read_webhook(body_of(event()), header, SECRETS) is None


@pytest.mark.parametrize(
    "told", ["null", "[]", "5", '"x"', "{}", '{"id": "evt_1"}', '{"object": "v2.core.event"}', "{"]
)
def test_a_signed_body_that_is_no_event_is_refused(told: str) -> None:
    """Even Stripe's own signature makes nothing of it."""
    body = told.encode()
    assert read_webhook(body, signature(body, [SECRET], int(time.time())), SECRETS) is None


def test_nobody_signs_with_no_secret() -> None:
    """Where none is configured nothing is believed, and an empty one signs nothing."""
    body, now = body_of(event()), int(time.time())
    assert read_webhook(body, signature(body, [SECRET], now), ()) is None
    assert read_webhook(body, signature(body, [""], now), (SecretStr(""),)) is None
    assert read_webhook(body, signature(body, [FOREIGN], now), SECRETS) is None


def test_mutated_deliveries_are_refused() -> None:
    """500 with one or more bytes of body or header changed, added or taken away: none is believed, none breaks."""
    draw = random.Random(20261123)
    body, now = body_of(event()), int(time.time())
    header = signature(body, [SECRET], now)
    for _ in range(500):
        changed_body, changed_header = body, header.encode("latin-1")
        if draw.random() < 0.5:
            changed_body = mutated(body, draw)
        else:
            changed_header = mutated(changed_header, draw)
        news = read_webhook(changed_body, changed_header.decode("latin-1"), SECRETS)
        is_same = changed_body == body and says_the_same(changed_header, header)
        assert news is None or is_same, (changed_body, changed_header)


def mutated(text: bytes, draw: random.Random) -> bytes:
    """The text with one to three bytes changed, added, or taken away, or cut short."""
    changed = bytearray(text)
    for _ in range(draw.randint(1, 3)):
        place = draw.randrange(len(changed))
        match draw.choice(["change", "add", "take", "cut"]):
            case "change":
                changed[place] = (changed[place] + draw.randint(1, 255)) % 256
            case "add":
                changed.insert(place, draw.randrange(256))
            case "take":
                del changed[place]
            case "cut":
                del changed[place + 1 :]
    return bytes(changed)


def says_the_same(changed: bytes, header: str) -> bool:
    """Whether what counts in a header is untouched: the first time, and the signature among the others."""
    moment, signed = header.split(",")
    parts = changed.decode("latin-1").split(",")
    times = [part for part in parts if part.startswith("t=")]
    return bool(times) and times[0].partition("=")[2].strip() == moment.partition("=")[2] and signed in parts
