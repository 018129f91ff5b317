"""Inbound hooks: signed deliveries are taken once; whatever else comes is refused with one code and leaves nothing."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from api.deps import ApiDeps
from domain.ticket import TicketStatus
from store.claims import claim
from store.ledger import ticket_actions
from tests.integration.api.calling import Api, now, refund, running_api
from tests.integration.api.delivering import message, sender
from tests.integration.api.leftovers import leftovers
from tests.integration.store.makers import intent

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session


async def test_a_message_opens_a_ticket_and_the_next_goes_on_in_it(api: Api) -> None:
    """A conversation of another system is one ticket here, told by its own ids."""
    crm = await sender(api)
    first, second = message(text="Where is it?"), message(text="Hello?")
    second["data"]["conversation_id"] = first["data"]["conversation_id"]

    answers = [await crm.post(json.dumps(body).encode()) for body in (first, second, message())]

    assert [answer.status_code for answer in answers] == [202] * 3
    tickets = [answer.json()["ticket_id"] for answer in answers]
    assert tickets[0] == tickets[1] != tickets[2]
    shown = (await api.http.get(f"/v1/tickets/{tickets[0]}", headers=await api.key())).json()
    assert [said["text"] for said in shown["messages"]] == ["Where is it?", "Hello?"]
    assert shown["ticket"]["identity"] == "anonymous"


async def test_the_same_delivery_is_one(api: Api) -> None:
    """Sent again, at once or days later, under the same id: one message, and the sender is told so."""
    crm = await sender(api)
    body = json.dumps(message()).encode()

    answers = await asyncio.gather(*(crm.post(body, crm.headers(body, name="msg_same")) for _ in range(12)))

    assert {answer.status_code for answer in answers} == {202}
    assert sorted(answer.json()["is_repeat"] for answer in answers) == [False] + [True] * 11
    assert (await leftovers(api))["messages"] == 1


async def test_what_was_refused_may_be_sent_again(api: Api) -> None:
    """A delivery that was refused used up nothing: corrected, under the same id, it is taken."""
    crm = await sender(api)
    bad, good = json.dumps(message(text="")).encode(), json.dumps(message()).encode()

    assert (await crm.post(bad, crm.headers(bad, name="msg_again"))).status_code == 422
    assert (await crm.post(good, crm.headers(good, name="msg_again"))).json()["is_repeat"] is False


async def test_two_sources_and_two_tenants_share_nothing(api: Api) -> None:
    """The same ids of another source or tenant are another delivery, another message and another conversation."""
    body = json.dumps(message()).encode()
    tickets = set()
    for source in ("crm", "mail"):
        one = await sender(api, source)
        tickets.add((await one.post(body, one.headers(body, name="msg_shared"))).json()["ticket_id"])
    assert len(tickets) == 2

    crm = await sender(api, "shop")
    foreign = await api.http.post(
        f"/hooks/{api.other_tenant}/shop", content=body, headers=crm.headers(body, name="msg_foreign")
    )
    assert (foreign.status_code, foreign.json()["error"]) == (401, "bad_signature")


async def test_a_closed_conversation_goes_on_in_a_follow_up(api: Api) -> None:
    """Whoever writes again after the ticket was closed gets a new one that names the old, and stays in it."""
    crm = await sender(api)
    body = message()
    old = (await crm.post(json.dumps(body).encode())).json()["ticket_id"]
    async with api.pools.operator(api.tenant) as conn:
        await conn.execute("update setright.tickets set status = 'closed' where ticket_id = %s", [old])

    again = []
    for number in (1, 2):
        body["data"]["message_id"] = f"later-{number}"
        again.append((await crm.post(json.dumps(body).encode())).json()["ticket_id"])

    assert again[0] == again[1] != old
    shown = (await api.http.get(f"/v1/tickets/{again[0]}", headers=await api.key())).json()
    assert shown["ticket"]["follow_up_of"] == old
    assert shown["ticket"]["status"] != TicketStatus.closed


async def test_only_a_trusted_source_says_who_writes(api: Api) -> None:
    """An identity is taken from a source that may assert one; a conversation never changes its customer."""
    crm, trusted = await sender(api), await sender(api, "app", asserts_identity=True)
    claim = json.dumps(message(identity="proven")).encode()

    refused = await crm.post(claim)
    assert (refused.status_code, refused.json()["error"]) == (403, "forbidden")
    taken = (await trusted.post(claim)).json()["ticket_id"]
    shown = (await api.http.get(f"/v1/tickets/{taken}", headers=await api.key())).json()
    assert shown["ticket"]["identity"] == "proven"

    other = json.loads(claim)
    other["data"] |= {"customer_id": "c-2", "message_id": "m-other"}
    stolen = await trusted.post(json.dumps(other).encode())
    assert (stolen.status_code, stolen.json()["error"]) == (409, "conflict")


async def test_two_first_messages_at_once_open_one_ticket(api: Api) -> None:
    """A conversation that begins twice at the same moment is one ticket with both messages."""
    crm = await sender(api)
    bodies = [message(conversation_id="same-moment") for _ in range(6)]

    answers = await asyncio.gather(*(crm.post(json.dumps(body).encode()) for body in bodies))

    assert len({answer.json()["ticket_id"] for answer in answers}) == 1
    assert (await leftovers(api))["tickets"] == 1


async def test_a_settled_effect_is_looked_at_once(api: Api) -> None:
    """The news that an effect has changed is left for its ticket once, in the delivery's transaction."""
    crm = await sender(api)
    ref = await api.ticket()
    async with api.pools.operator(api.tenant) as conn:
        await claim(conn, ref, intent(refund(ref), "refund:1"))
        key = (await ticket_actions(conn, api.tenant, ref.ticket_id))[0].idempotency_key
    before = await leftovers(api)
    news = [
        json.dumps({"type": "effect_changed", "data": {"ref": name}}).encode() for name in (key, key, "re_elsewhere")
    ]

    answers = [await crm.post(body, crm.headers(body, name=f"msg_{len(body)}")) for body in news]

    assert [answer.json()["is_repeat"] for answer in answers] == [False, True, False]
    grown = {table: count - before[table] for table, count in (await leftovers(api)).items() if count > before[table]}
    assert grown == {"hook_deliveries": 2, "effect_changes": 1, "outbox": 1}


@pytest.fixture
def bad_bodies() -> dict[str, tuple[bytes, int, str]]:
    """Well signed, and yet nothing that is taken."""
    good = message()
    return {
        "nothing": (b"", 422, "invalid_input"),
        "no JSON": (b"{", 422, "invalid_input"),
        "a list": (b"[]", 422, "invalid_input"),
        "no type": (json.dumps({"data": good["data"]}).encode(), 422, "invalid_input"),
        "an unknown type": (json.dumps(good | {"type": "order.paid"}).encode(), 422, "invalid_input"),
        "the same key twice": (b'{"type": "message", "type": "message"}', 422, "invalid_input"),
        "an unknown field": (json.dumps(good | {"more": 1}).encode(), 422, "invalid_input"),
        "no text": (json.dumps(message(text=None)).encode(), 422, "invalid_input"),
        "empty text": (json.dumps(message(text=" ")).encode(), 422, "bad_text"),
        "NUL": (json.dumps(message(text="a\0b")).encode(), 422, "bad_text"),
        "half a surrogate pair": (json.dumps(message(text="a\ud800")).encode(), 422, "bad_text"),
        "an id with a space": (json.dumps(message(message_id="a b")).encode(), 422, "invalid_input"),
        "an id too long": (json.dumps(message(message_id="a" * 191)).encode(), 422, "invalid_input"),
        "a customer that is none": (json.dumps(message(customer_id="../x")).encode(), 422, "invalid_input"),
        "an effect without a name": (b'{"type": "effect_changed", "data": {}}', 422, "invalid_input"),
        "1.4 MB": (json.dumps(message(text="a" * 1_400_000)).encode(), 413, "too_large"),
    }


async def test_a_bad_body_gets_one_code_and_leaves_nothing(
    api: Api, bad_bodies: dict[str, tuple[bytes, int, str]]
) -> None:
    """However well it is signed, what cannot be understood is refused, and its id stays free."""
    crm = await sender(api)
    before = await leftovers(api)
    for what, (body, status, code) in bad_bodies.items():
        answer = await crm.post(body)
        assert (answer.status_code, answer.json()["error"]) == (status, code), what
        assert set(answer.json()) == {"error", "detail", "fields", "request_id"}, what
    assert await leftovers(api) == before


async def test_a_delivery_may_come_in_pieces(api: Api) -> None:
    """A body without a declared length is read to its end, and is what its signature is of."""
    crm = await sender(api)
    body = json.dumps(message()).encode()

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 7):
            yield body[start : start + 7]

    answer = await api.http.post(crm.path, content=pieces(), headers=crm.headers(body))
    assert answer.status_code == 202


async def test_a_rotated_secret_is_good_for_a_day(deps: ApiDeps) -> None:
    """A sender may change over within a day of the rotation; after that, or after another one, the old is refused."""
    clock = [now()]
    async with running_api(replace(deps, clock=lambda: clock[0])) as api:
        old = await sender(api)
        rotate = f"/v1/hooks/{old.hook_id}/rotate"

        async def status(secret: str) -> int:
            one = replace(old, secret=secret)
            body = json.dumps(message()).encode()
            return (await one.post(body, one.headers(body, at=clock[0]))).status_code

        new = (await api.http.post(rotate, headers=await api.key("admin"))).json()["secret"]
        assert [await status(old.secret), await status(new)] == [202, 202]
        clock[0] += timedelta(hours=24)
        assert [await status(old.secret), await status(new)] == [401, 202]
        for _ in range(2):
            newest = (await api.http.post(rotate, headers=await api.key("admin"))).json()["secret"]
        assert [await status(new), await status(newest)] == [401, 202]


async def test_mutated_deliveries_are_all_refused(deps: ApiDeps) -> None:
    """1,500 deliveries, each wrong in one way: never a 5xx, always 401, and nothing is left behind."""
    limits = deps.limits.model_copy(update={"failures": 1_000})
    async with running_api(replace(deps, limits=limits)) as api:
        crm = await sender(api)
        await sender(api, "other")
        before = await leftovers(api)
        random = Random(20261123)
        for number in range(1_500):
            body = json.dumps(message(text=f"Message {number}")).encode()
            headers = crm.headers(body)
            answer = await crm.post(*_mutated(random, body, headers))
            assert (answer.status_code, answer.json()["error"]) == (401, "bad_signature"), (number, headers)
        for path in ("/hooks/nobody/crm", f"/hooks/{api.tenant}/nobody", f"/hooks/{api.tenant}/other", "/hooks/%00/a"):
            answer = await api.http.post(path, content=body, headers=crm.headers(body))
            assert (answer.status_code, answer.json()["error"]) == (401, "bad_signature"), path
        assert await leftovers(api) == before


Pairs = list[tuple[str, str]]


def _mutated(random: Random, body: bytes, headers: dict[str, str]) -> tuple[bytes, Pairs]:
    """A good delivery, made bad in one way: in its body, or in one of its three headers."""
    pairs = [*headers.items()]
    if random.random() < 0.4:
        return _other_body(random, body), pairs
    name = random.choice(("webhook-id", "webhook-timestamp", "webhook-signature"))
    value = headers[name]
    return body, [*(pair for pair in pairs if pair[0] != name), *((name, other) for other in _others(random, value))]


def _other_body(random: Random, body: bytes) -> bytes:
    """A byte flipped, left out or added, or the same JSON written otherwise."""
    at = random.randrange(len(body))
    return random.choice(
        (
            body[:at] + bytes([body[at] ^ (1 << random.randrange(8))]) + body[at + 1 :],
            body[:at] + body[at + 1 :],
            body + b" ",
            json.dumps(json.loads(body), indent=1).encode(),
        )
    )


def _others(random: Random, value: str) -> list[str]:
    """What stands in a header instead of its value: nothing, both, another character, a part, noise, other versions."""
    at = random.randrange(len(value))
    other = chr(random.choice([code for code in range(0x21, 0x7F) if chr(code) != value[at]]))
    noise = "".join(random.choices("!#$%&'*+-./:;<=>?@^_`|~ 0aZ", k=random.randrange(40)))
    version = random.choice(("v1a,", "v2,", "v0,", "1,", ""))
    changed = version + value[3:] if value.startswith("v1,") else noise
    return random.choice(([], [value, value], [value[:at] + other + value[at + 1 :]], [value[:at]], [noise], [changed]))
