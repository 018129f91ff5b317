"""The widget's routes: whose tickets they reach, from which sites they may be asked, how often, and what they hide."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from adapters.identity.rules import TokenRules
from adapters.identity.tokens import CustomerTokens
from api.auth import Principal
from api.deps import ApiDeps
from api.widget.callers import Guest
from api.widget.limits import MOST_STREAMS
from api.widget.site import WidgetSite
from api.widget.streaming import visit_frames
from domain.event import EventDraft
from domain.ids import new_ticket_id
from domain.message import AuthorKind
from domain.operator import OperatorRole
from domain.ticket import IdentityLevel, TicketRef, TicketStatus
from store.inbox import IncomingMessage, Stub, accept_message
from store.messages import read_messages
from store.operators import add_operator, put_member
from store.tickets import read_ticket
from tests.integration.api.calling import Api, now, running_api

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session

SECRET = "7" * 64
SHOP = "https://shop.example"
TEXT = "Where is my refund?"


@pytest_asyncio.fixture(loop_scope="session")
async def shop(deps: ApiDeps) -> AsyncIterator[Api]:
    """An API whose first tenant takes tokens and may be embedded by one site."""
    tenant, _ = deps.tenants
    tokens = {name: CustomerTokens(name, TokenRules(), SECRET) for name in deps.tenants}
    site = WidgetSite(name="Meridian", origins=frozenset({SHOP}))
    async with running_api(replace(deps, customer_tokens=tokens, widgets={tenant: site})) as api:
        yield api


def base(api: Api, path: str = "") -> str:
    """A path of the widget's of the API's tenant."""
    return f"/widget/api/{api.tenant}{path}"


def signed(api: Api, customer: str = "c-1") -> dict[str, str]:
    """The headers of a customer who is signed in."""
    token = CustomerTokens(api.tenant, TokenRules(), SECRET).write(customer, now(), timedelta(minutes=5), "t-1")
    return {"X-Setright-Customer": token}


async def visitor(api: Api) -> dict[str, str]:
    """The headers of a new visitor."""
    answer = await api.http.post(base(api, "/visitor"), json={})
    return {"X-Setright-Visitor": answer.json()["visitor"]}


async def post(api: Api, path: str, who: dict[str, str], key: str = "k-1", **body: object) -> Any:  # noqa: ANN401
    """Send something under an idempotency key."""
    return await api.http.post(base(api, path), json=body, headers={**who, "Idempotency-Key": key})


async def test_a_token_makes_a_proven_ticket_of_its_customer_and_a_visit_an_anonymous_one(shop: Api) -> None:
    """The writer is decided by what is signed, never by what is written; both are of the channel `web`."""
    ref = {}
    for name, who in (("token", signed(shop)), ("visit", await visitor(shop))):
        told = await post(shop, "/tickets", who, text=TEXT)
        assert told.status_code == 202, told.text
        async with shop.pools.operator(shop.tenant) as conn:
            ref[name] = await read_ticket(conn, shop.tenant, told.json()["ticket_id"])
    assert (ref["token"].customer_id, ref["token"].identity_now, ref["token"].channel) == ("c-1", "proven", "web")
    assert ref["visit"].customer_id.startswith("visitor:")
    assert ref["visit"].identity_now == "anonymous"


async def test_nobody_reaches_anothers_ticket(shop: Api) -> None:
    """Another customer's, another visitor's, a stranger's: each is like none, on every route."""
    mine = (await post(shop, "/tickets", signed(shop), text=TEXT)).json()["ticket_id"]
    for who in (signed(shop, "c-2"), await visitor(shop)):
        for path, body in (("messages", {"text": "hi"}), ("follow-up", {"text": "hi"}), ("rating", {"score": 1})):
            assert (await post(shop, f"/tickets/{mine}/{path}", who, **body)).status_code == 404
        assert (await post(shop, f"/tickets/{mine}/code", who)).status_code == 404
        assert (await shop.http.get(base(shop, f"/tickets/{mine}/stream"), headers=who)).status_code == 404
        assert (await shop.http.get(base(shop, "/tickets"), headers=who)).json() == {"tickets": []}
    elsewhere = f"/widget/api/{shop.other_tenant}/tickets"
    assert (await shop.http.get(elsewhere, headers=signed(shop))).status_code == 401
    listed = (await shop.http.get(base(shop, "/tickets"), headers=signed(shop))).json()["tickets"]
    assert [ticket["ticket_id"] for ticket in listed] == [mine]
    assert listed[0]["words"] == TEXT


async def test_a_customer_is_not_shown_what_a_stranger_wrote_in_their_name(shop: Api) -> None:
    """A ticket that nobody proved stays out of the list of the customer that it names."""
    ref = TicketRef(
        tenant=shop.tenant,
        ticket_id=new_ticket_id(),
        customer_id="c-9",
        channel="email",
        identity=IdentityLevel.claimed,
    )
    async with shop.pools.operator(shop.tenant) as conn:
        await accept_message(conn, ref, IncomingMessage(text="Call me on 0900", at=now()), stub=Stub())
    assert (await shop.http.get(base(shop, "/tickets"), headers=signed(shop, "c-9"))).json() == {"tickets": []}


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"X-Setright-Customer": "a.b.c"},
        {"X-Setright-Visitor": "vis_" + "A" * 75},
        {"X-Setright-Visitor": "vis_é"},
        {"X-Setright-Visitor": "vis_" + "=" * 75},
        {"Authorization": "Bearer srk_" + "a" * 43},
    ],
)
async def test_without_a_token_or_a_visit_nothing_is_answered(shop: Api, headers: dict[str, str]) -> None:
    """No key, no made-up secret, nothing: 401 in the usual shape."""
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    told = await shop.http.get(base(shop, "/tickets"), headers=raw)
    assert told.status_code == 401
    assert told.json()["error"] in {"unauthenticated", "bad_customer_token"}


async def test_a_visit_of_another_tenant_or_of_last_week_is_over(shop: Api) -> None:
    """The signature names the tenant, and the secret its hour."""
    who = await visitor(shop)
    other = await shop.http.get(f"/widget/api/{shop.other_tenant}/tickets", headers=who)
    assert other.status_code == 401
    later = replace(shop.deps, clock=lambda: now() + timedelta(days=8))
    async with running_api(later) as next_week:
        assert (await next_week.http.get(base(shop, "/tickets"), headers=who)).status_code == 401


async def test_only_the_sites_on_the_list_may_ask(shop: Api) -> None:
    """Preflight, answer and error for the shop; nothing at all for others, whatever they carry."""
    preflight = await shop.http.options(base(shop, "/tickets"), headers={"Origin": SHOP})
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == SHOP
    assert "x-setright-customer" in preflight.headers["access-control-allow-headers"].lower()
    for who in (signed(shop), {}):
        told = await shop.http.get(base(shop, "/tickets"), headers={**who, "Origin": SHOP})
        assert told.headers["access-control-allow-origin"] == SHOP
        assert "origin" in told.headers["vary"].lower()
        assert "access-control-allow-credentials" not in told.headers
        for origin in ("https://evil.example", "null", f"{SHOP}.evil.example", "http://shop.example"):
            refused = await shop.http.get(base(shop, "/tickets"), headers={**who, "Origin": origin})
            assert (refused.status_code, refused.json()["error"]) == (403, "forbidden")
            assert "access-control-allow-origin" not in refused.headers
    own = await shop.http.get(base(shop, "/tickets"), headers={**signed(shop), "Origin": "http://api"})
    assert own.status_code == 200


async def test_a_message_that_is_sent_again_is_one_message(shop: Api) -> None:
    """By its key; a visitor who chooses another's key is another request."""
    first = (await post(shop, "/tickets", signed(shop), text=TEXT)).json()
    again = (await post(shop, "/tickets", signed(shop), text=TEXT)).json()
    assert first["ticket_id"] == again["ticket_id"]
    other = (await post(shop, "/tickets", await visitor(shop), text=TEXT)).json()
    assert other["ticket_id"] != first["ticket_id"]
    changed = await post(shop, "/tickets", signed(shop), text="Something else")
    assert changed.status_code == 409
    none = await shop.http.post(base(shop, "/tickets"), json={"text": TEXT}, headers=signed(shop))
    assert none.status_code == 422


async def test_words_are_checked_as_everywhere(shop: Api) -> None:
    """Too long, too large, no text, half a character: refused with the usual codes."""
    who = signed(shop)
    long = await post(shop, "/tickets", who, text="x" * 100_001)
    assert (long.status_code, "100000 are allowed" in long.text) == (422, True)
    assert (await post(shop, "/tickets", who, text="x" * 1_400_000)).status_code == 413
    assert (await post(shop, "/tickets", who, text=" \u200b ")).status_code == 422
    assert (await post(shop, "/tickets", who, text=TEXT, identity="proven")).status_code == 422
    bidi = (await post(shop, "/tickets", who, key="k-2", text="a\u202egnp.exe <b>")).json()
    async with shop.pools.operator(shop.tenant) as conn:
        (said,) = await read_messages(conn, shop.tenant, bidi["ticket_id"])
    assert said.text == "agnp.exe <b>"


async def test_too_many_are_told_to_wait(shop: Api) -> None:
    """Writes of one visitor, and new visitors of one address."""
    who = await visitor(shop)
    answers = [await post(shop, "/tickets", who, key=f"k-{number}", text=TEXT) for number in range(17)]
    assert {answer.status_code for answer in answers[:15]} == {202}
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1
    begun = [await shop.http.post(base(shop, "/visitor"), json={}) for _ in range(31)]
    assert begun[-1].status_code == 429


async def test_the_stream_shows_the_public_conversation_and_nothing_else(shop: Api) -> None:
    """Notes stay among operators; it goes on after a message; so many at once, and no more."""
    told = (await post(shop, "/tickets", signed(shop), text=TEXT)).json()
    async with shop.pools.operator(shop.tenant) as conn:
        ref = (await read_ticket(conn, shop.tenant, told["ticket_id"])).ref
        for text, is_note, by in (
            ("Grumpy, be careful.", True, "olga"),
            ("I am Olga.", False, "op-17"),
            ("And I am Ben.", False, "ben-2"),
        ):
            words = IncomingMessage(text=text, at=now(), author=AuthorKind.operator, author_id=by, is_note=is_note)
            await accept_message(conn, ref, words)
    async with shop.pools.auth() as conn:
        await add_operator(conn, "ben-2", "Ben Okafor", None, now())
    async with shop.pools.operator(shop.tenant) as conn:
        await put_member(conn, shop.tenant, "ben-2", OperatorRole.operator, now())
    services = shop.app.state.services
    principal = Principal(key_id=None, tenant=shop.tenant, operator_id=None, scopes=frozenset(), customer="c-1")
    guest = Guest(tenant=shop.tenant, customer="c-1", principal=principal)
    frames = visit_frames(services, guest, ref, 1)
    said, second, state = [(await anext(frames)).decode() for _ in range(3)]
    assert said.startswith("id: 3\nevent: message\n")
    assert "I am Olga." in said
    assert '"name":null' in said  # an id that reads like none of a person is not told
    assert '"name":"Ben Okafor"' in second
    assert state.startswith("event: state\n")
    assert "Grumpy" not in said + second + state
    streams = [frames, *(visit_frames(services, guest, ref, 0) for _ in range(MOST_STREAMS - 1))]
    for opened in streams[1:]:
        await anext(opened)
    refused = await shop.http.get(base(shop, f"/tickets/{ref.ticket_id}/stream"), headers=signed(shop))
    assert refused.status_code == 429
    for opened in streams:
        await opened.aclose()
    services.visits.check_streams(shop.tenant, "c-1")  # room again


async def test_a_closed_ticket_is_followed_up(shop: Api) -> None:
    """The refusal is one that the widget knows, and the way on is its own."""
    told = (await post(shop, "/tickets", signed(shop), text=TEXT)).json()["ticket_id"]
    async with shop.pools.operator(shop.tenant) as conn:
        ref = (await read_ticket(conn, shop.tenant, told)).ref
    await shop.happened(ref, EventDraft(kind="closed"), status=TicketStatus.closed)
    late = await post(shop, f"/tickets/{told}/messages", signed(shop), key="k-2", text="Still nothing")
    assert (late.status_code, late.json()["error"]) == (409, "ticket_closed")
    more = (await post(shop, f"/tickets/{told}/follow-up", signed(shop), key="k-3", text="Still nothing")).json()
    async with shop.pools.operator(shop.tenant) as conn:
        row = await read_ticket(conn, shop.tenant, more["ticket_id"])
    assert (row.follow_up_of, row.identity_now) == (told, "proven")


async def test_the_script_is_small_kept_and_the_same_for_everybody(shop: Api) -> None:
    """Less than 15 kB on the wire, an ETag that is honoured, and a page whose policy allows nothing inline."""
    first = await shop.http.get(f"/widget/{shop.tenant}.js", headers={"Accept-Encoding": "gzip"})
    assert first.headers["content-encoding"] == "gzip"
    assert int(first.headers["content-length"]) < 15_000
    assert '"name": "Meridian"' in first.text
    assert "innerHTML" not in first.text
    known = {"If-None-Match": first.headers["etag"]}
    assert (await shop.http.get(f"/widget/{shop.tenant}.js", headers=known)).status_code == 304
    assert (await shop.http.get("/widget/nobody.js")).status_code == 404
    page = await shop.http.get(f"/widget/{shop.tenant}")
    assert "unsafe" not in page.headers["content-security-policy"]
    assert f'src="/widget/{shop.tenant}.js"' in page.text
