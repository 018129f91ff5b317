"""Stripe's webhooks: each event is taken once and makes a ticket look; whatever else comes is refused in one way."""

import asyncio
import json
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

import httpx2
import pytest
import pytest_asyncio
from pydantic import SecretStr

from adapters.backends.stripe.webhook import read_webhook
from api.deps import ApiDeps
from api.rates import RateLimits
from api.routers import stripe_webhooks
from domain.ids import TenantId
from store.rows import Connection
from tests.integration.api.calling import Api, running_api
from tests.integration.api.leftovers import leftovers
from tests.support.stripe_server import shapes
from tests.support.stripe_server.webhooks import signature

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session

SECRET = "whsec_stripe"


@dataclass
class Endpoint:
    """The API with a tenant that has Stripe, and what it was told to look at again."""

    api: Api
    told: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    breaks: bool = False

    async def changed(self, conn: Connection, tenant: TenantId, ref: str, at: datetime) -> bool:
        """Stand for whoever watches effects."""
        del conn, at
        assert tenant == self.api.tenant
        if self.breaks:
            raise RuntimeError("something broke behind it")
        self.told.append(ref)
        return ref in self.known

    async def post(self, body: bytes, header: str | None, tenant: str | None = None) -> httpx2.Response:
        """Deliver something."""
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if header is not None:
            headers["Stripe-Signature"] = header
        return await self.api.http.post(f"/hooks/stripe/{tenant or self.api.tenant}", content=body, headers=headers)

    async def send(self, event: shapes.Json) -> httpx2.Response:
        """Deliver an event as Stripe does."""
        body = json.dumps(event, indent=2).encode()
        return await self.post(body, signature(body, [SECRET], int(time.time())))


@pytest_asyncio.fixture(loop_scope="session")
async def endpoint(deps: ApiDeps, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Endpoint]:
    """The first tenant has Stripe, the other has not."""
    tenant = next(iter(deps.tenants))
    made: list[Endpoint] = []

    async def changed(conn: Connection, told: TenantId, ref: str, at: datetime) -> bool:
        return await made[0].changed(conn, told, ref, at)

    monkeypatch.setattr(stripe_webhooks, "announce_change", changed)
    mine = replace(
        deps,
        stripe_webhooks={tenant: partial(read_webhook, secrets=(SecretStr(SECRET),))},
        limits=RateLimits(failures=10_000),
    )
    async with running_api(mine) as api:
        made.append(Endpoint(api))
        yield made[0]


def event(kind: str = "refund.failed", ref: str = "re_1") -> shapes.Json:
    """An event about a refund of ours."""
    about = {"id": ref, "object": "refund", "charge": "ch_1", "metadata": {"setright_key": "key-1"}}
    return shapes.event(kind, about, int(time.time()))


async def test_an_event_makes_somebody_look_once(endpoint: Endpoint) -> None:
    """A dozen deliveries of one event at once, as Stripe may send them, are one."""
    endpoint.known = {"re_1"}
    told = event()
    answers = await asyncio.gather(*(endpoint.send(told) for _ in range(12)))
    assert {answer.status_code for answer in answers} == {202}
    assert sorted(answer.json()["is_repeat"] for answer in answers) == [False] + [True] * 11
    assert endpoint.told == ["re_1"]


async def test_an_effect_nobody_knows_the_id_of_is_found_by_our_key(endpoint: Endpoint) -> None:
    """An answer that was lost has left us no id, but Stripe tells our key."""
    assert (await endpoint.send(event(ref="re_unknown"))).status_code == 202
    assert endpoint.told == ["re_unknown", "key-1"]


async def test_an_event_that_does_not_matter_changes_nothing(endpoint: Endpoint) -> None:
    """It is taken, or Stripe would send it for days."""
    assert (await endpoint.send(event("customer.updated"))).status_code == 202
    assert endpoint.told == []


async def test_what_broke_may_be_sent_again(endpoint: Endpoint) -> None:
    """The event is taken in one transaction with what follows from it: neither, or both."""
    told, endpoint.breaks = event(), True
    assert (await endpoint.send(told)).status_code == 500
    endpoint.breaks = False
    assert (await endpoint.send(told)).json()["is_repeat"] is False


async def test_every_refusal_is_the_same(endpoint: Endpoint) -> None:
    """No signature, a foreign one, an old one, a tenant without Stripe, no such tenant: one code and one text."""
    body, now = json.dumps(event()).encode(), int(time.time())
    good = signature(body, [SECRET], now)
    answers = [
        await endpoint.post(body, None),
        await endpoint.post(body, "t=1,v1=00"),
        await endpoint.post(body, signature(body, ["whsec_other"], now)),
        await endpoint.post(body, signature(body, [SECRET], now - 301)),
        await endpoint.post(body + b" ", good),
        await endpoint.post(body, good, endpoint.api.other_tenant),
        await endpoint.post(body, good, "nobody"),
        await endpoint.post(b"", signature(b"", [SECRET], now)),
    ]
    assert {(answer.status_code, answer.json()["error"], answer.json()["detail"]) for answer in answers} == {
        (answers[0].status_code, "bad_signature", answers[0].json()["detail"])
    }
    assert endpoint.told == []


async def test_too_much_is_not_read(endpoint: Endpoint) -> None:
    """However well it is signed."""
    body = json.dumps({**event(), "padding": "x" * 1_400_000}).encode()
    answer = await endpoint.post(body, signature(body, [SECRET], int(time.time())))
    assert (answer.status_code, answer.json()["error"]) == (413, "too_large")


async def test_mutated_deliveries_are_refused(endpoint: Endpoint) -> None:
    """500 with a byte of the body or the header changed: none is taken, none breaks, nothing is left behind."""
    draw, before = random.Random(500), await leftovers(endpoint.api)
    body = json.dumps(event()).encode()
    header = signature(body, [SECRET], int(time.time())).encode()
    codes = []
    for number in range(500):
        changed = bytearray(body if number % 2 else header)
        changed[draw.randrange(len(changed))] ^= draw.randint(1, 255)
        delivered = (bytes(changed), header) if number % 2 else (body, bytes(changed))
        headers = {b"Stripe-Signature": delivered[1], b"Content-Type": b"application/json"}
        try:
            path = f"/hooks/stripe/{endpoint.api.tenant}"
            answer = await endpoint.api.http.post(path, content=delivered[0], headers=headers)
        except httpx2.LocalProtocolError:  # a header that no client can send
            continue
        codes.append(answer.status_code)
    assert len(codes) > 400
    assert {code for code in codes if code != 400} == {401}  # 400: what is no header the server itself refuses
    assert (endpoint.told, await leftovers(endpoint.api)) == ([], before)


async def test_a_tenant_named_stripe_does_not_confuse_the_address(endpoint: Endpoint) -> None:
    """`/hooks/stripe/{tenant}` is Stripe's; nothing there is checked as a Standard Webhook."""
    answer = await endpoint.post(b"{}", None)
    assert "Stripe" in answer.json()["detail"]
