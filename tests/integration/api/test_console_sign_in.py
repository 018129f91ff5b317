"""Signing in to the console: by password and by link, what a session is good for, and who else is let in."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

import httpx2
import pytest
import pytest_asyncio
from argon2 import PasswordHasher
from fastapi import FastAPI

from api.app import create_app
from api.approving import decide
from api.deps import ApiDeps
from api.idempotency import Once
from api.schemas.approvals import DecisionBody
from console.entrance import install_entrance
from console.options import ConsoleOptions
from console.passwords import Passwords
from console.seat import Posting, Seat, Seated
from domain.errors import NotAnApprover, OwnRequest
from domain.operator import OperatorRole
from store.approvals import insert_request
from store.operators import add_operator, disable_operator, look_up_operator, put_member, remove_member, set_password
from store.sessions import IDLE, LINK_LIFE, LONGEST, make_link
from tests.integration.api.calling import Api, now, refund

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session
PASSWORD = "four words in a row"
#: For what is not about hashes.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
ORIGIN = {"Origin": "http://console"}
_people = count(1)


@dataclass
class Desk:
    """The console's entrance, and pages that show who sits there."""

    app: FastAPI
    deps: ApiDeps
    http: httpx2.AsyncClient
    ahead: timedelta = timedelta()

    @property
    def tenants(self) -> tuple[str, ...]:
        """The tenants served."""
        return tuple(self.deps.tenants)

    async def operator(self, *roles: OperatorRole, approves: tuple[str, ...] = ()) -> str:
        """Somebody with a role in the first tenants, without a password."""
        name = f"op{next(_people)}"
        async with self.deps.pools.auth() as conn:
            await add_operator(conn, name, name.title(), f"{name}@Example.com", now())
        for tenant, role in zip(self.tenants, roles, strict=False):
            async with self.deps.pools.operator(tenant) as conn:
                await put_member(conn, tenant, name, role, now(), approves=approves)
        return name

    async def link(self, name: str) -> str:
        """The path of a one-time link."""
        async with self.deps.pools.auth() as conn:
            return f"/console/sign-in/link/{await make_link(conn, name, self.deps.clock())}"

    async def sign_in(self, name: str) -> None:
        """Sign the client in by a link."""
        answer = await self.http.post(await self.link(name), headers=ORIGIN)
        assert answer.status_code == 303, answer.text

    async def seat(self) -> Seat:
        """Who sits here."""
        return Seat.model_validate((await self.http.get("/console/seat")).json())

    @contextmanager
    def later(self, by: timedelta) -> Iterator[None]:
        """Let time pass."""
        self.ahead = by
        yield
        self.ahead = timedelta()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(deps: ApiDeps) -> AsyncIterator[Desk]:
    """An entrance, and a browser without cookies."""

    def clock() -> datetime:
        return now() + made.ahead

    deps = replace(deps, clock=clock)
    app = create_app(deps)
    install_entrance(app, ConsoleOptions())

    @app.get("/console/seat")
    async def get_seat(seat: Seated) -> Seat:
        return seat

    @app.post("/console/change")
    async def change(seat: Posting) -> str:
        return seat.tenant

    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://console") as http:
        made = Desk(app, deps, http)
        yield made


async def test_a_link_signs_in_once(desk: Desk) -> None:
    """Looking at it uses nothing up; using it once does, and the page says how to get another."""
    name = await desk.operator(OperatorRole.viewer)
    link = await desk.link(name)
    for _ in range(2):
        assert "<form" in (await desk.http.get(link)).text
    answer = await desk.http.post(link, headers=ORIGIN, data={"next": "/console/tickets/T-1?tab=history"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/tickets/T-1?tab=history")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("setright=")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    seat = await desk.seat()
    assert (seat.operator_id, seat.tenant, seat.role) == (name, desk.tenants[0], OperatorRole.viewer)
    assert seat.principal.scopes == {"tickets_read", "approvals_read"}

    again = await desk.http.post(link, headers=ORIGIN)
    assert again.status_code == 401
    assert "setright operators link" in again.text


async def test_a_link_expires_and_a_disabled_operators_is_none(desk: Desk) -> None:
    """After a quarter of an hour, and at once when its operator is shut out."""
    name = await desk.operator(OperatorRole.viewer)
    link = await desk.link(name)
    with desk.later(LINK_LIFE):
        assert (await desk.http.post(link, headers=ORIGIN)).status_code == 401
    link = await desk.link(name)
    await desk.sign_in(name)
    async with desk.deps.pools.auth() as conn:
        await disable_operator(conn, name, now())
    assert (await desk.http.post(link, headers=ORIGIN)).status_code == 401
    assert (await desk.http.get("/console/seat")).status_code == 303


async def test_a_password_signs_in_by_name_and_by_address(desk: Desk) -> None:
    """Its cookie is another each time, so that none that was planted is ever good."""
    name = await desk.operator(OperatorRole.operator)
    async with desk.deps.pools.auth() as conn:
        await set_password(conn, name, await Passwords().hash(PASSWORD))
    desk.http.cookies.set("setright", "planted", domain="console", path="/")
    seen = {"planted"}
    for login in (name, f" {name.upper()}@example.com"):
        form = {"login": login, "password": PASSWORD}
        answer = await desk.http.post("/console/sign-in", data=form, headers=ORIGIN)
        assert (answer.status_code, answer.headers["location"]) == (303, "/console/inbox")
        token = answer.cookies["setright"]
        assert token not in seen
        seen.add(token)
        desk.http.cookies.clear()
        desk.http.cookies.set("setright", token)
        assert (await desk.seat()).operator_id == name
    for token in seen - {desk.http.cookies["setright"]}:  # the first session ended when the second began
        answer = await desk.http.get("/console/seat", headers={"Cookie": f"setright={token}"})
        assert answer.status_code == 303


async def test_wrong_is_wrong_whatever_is_wrong(desk: Desk) -> None:
    """An unknown name, a wrong password, no password and a disabled operator get the same words."""
    good, none, off = [await desk.operator(OperatorRole.viewer) for _ in range(3)]
    kept = QUICK.hash(PASSWORD)
    async with desk.deps.pools.auth() as conn:
        await set_password(conn, good, kept)
        await set_password(conn, off, kept)
        await disable_operator(conn, off, now())
    answers = set()
    for login, password in ((good, "wrong"), (none, PASSWORD), (off, PASSWORD), ("nobody", PASSWORD)):
        form = {"login": login, "password": password}
        answer = await desk.http.post("/console/sign-in", data=form, headers=ORIGIN)
        answers.add((answer.status_code, answer.text.replace(f'value="{login}"', "")))
        assert not answer.cookies
    [(status, _)] = answers
    assert status == 401


async def test_guesses_are_limited_by_name(desk: Desk) -> None:
    """After ten even the right password waits, in words; another name does not, and its weak hash is made anew."""
    name, other = [await desk.operator(OperatorRole.viewer) for _ in range(2)]
    kept = QUICK.hash(PASSWORD)
    async with desk.deps.pools.auth() as conn:
        await set_password(conn, name, kept)
        await set_password(conn, other, kept)
    for _ in range(10):
        form = {"login": name, "password": "x"}
        assert (await desk.http.post("/console/sign-in", data=form, headers=ORIGIN)).status_code == 401
    form["password"] = PASSWORD
    answer = await desk.http.post("/console/sign-in", data=form, headers=ORIGIN)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0
    assert "too many" in answer.text
    elsewhere = create_app(desk.deps)  # another process of the same installation
    install_entrance(elsewhere, ConsoleOptions())
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=elsewhere), base_url="http://console") as http:
        assert (await http.post("/console/sign-in", data=form, headers=ORIGIN)).status_code == 429
    with desk.later(timedelta(seconds=40)):
        assert (await desk.http.post("/console/sign-in", data=form, headers=ORIGIN)).status_code == 303
    form["login"] = other
    assert (await desk.http.post("/console/sign-in", data=form, headers=ORIGIN)).status_code == 303
    async with desk.deps.pools.auth() as conn:
        row = await look_up_operator(conn, other)
    assert row is not None
    assert row.password_hash is not None
    assert not Passwords().is_outdated(row.password_hash)


async def test_a_session_ends_by_itself_and_by_its_operator(desk: Desk) -> None:
    """After twelve idle hours, after seven days however busy, and when somebody signs out."""
    name = await desk.operator(OperatorRole.viewer)
    await desk.sign_in(name)
    with desk.later(IDLE):
        assert (await desk.http.get("/console/seat")).status_code == 303
    for hours in range(10, int(LONGEST.total_seconds()) // 3600, 10):
        with desk.later(timedelta(hours=hours)):
            assert (await desk.http.get("/console/seat")).status_code == 200
    with desk.later(LONGEST):
        assert (await desk.http.get("/console/seat")).status_code == 303

    await desk.sign_in(name)
    old = desk.http.cookies["setright"]
    answer = await desk.http.post("/console/sign-out", headers={"X-CSRF": (await desk.seat()).csrf})
    assert answer.headers["location"] == "/console/sign-in?out=1"
    assert 'setright=""' in answer.headers["set-cookie"]
    assert (await desk.http.get("/console/seat", headers={"Cookie": f"setright={old}"})).status_code == 303


async def test_the_tenant_is_changed_with_the_session(desk: Desk) -> None:
    """Another role there, another token, and no way into a tenant of which one is no member."""
    first, second = desk.tenants
    name = await desk.operator(OperatorRole.approver, OperatorRole.viewer, approves=("support",))
    await desk.sign_in(name)
    seat = await desk.seat()
    assert (seat.tenant, seat.principal.roles) == (first, frozenset({"support"}))
    assert [one.tenant for one in seat.tenants] == [first, second]
    old = desk.http.cookies["setright"]
    form = {"csrf": seat.csrf, "tenant": second, "next": "/console/approvals"}
    answer = await desk.http.post("/console/tenant", data=form)
    assert answer.headers["location"] == "/console/approvals"
    there = await desk.seat()
    assert (there.tenant, there.role, there.principal.tenant) == (second, OperatorRole.viewer, second)
    assert there.principal.roles == frozenset()  # a viewer approves nothing, whatever the row says
    assert (await desk.http.get("/console/seat", headers={"Cookie": f"setright={old}"})).status_code == 303

    alone = await desk.operator(OperatorRole.admin)
    await desk.sign_in(alone)
    form = {"csrf": (await desk.seat()).csrf, "tenant": second}
    assert (await desk.http.post("/console/tenant", data=form)).status_code == 404
    async with desk.deps.pools.operator(first) as conn:
        await remove_member(conn, first, alone, now())
    assert (await desk.http.get("/console/seat")).status_code == 303  # counts from the next click on


async def test_a_post_needs_the_token_and_our_own_page(desk: Desk) -> None:
    """Missing, wrong, another session's, or from elsewhere: nothing is done."""
    name, other = [await desk.operator(OperatorRole.viewer) for _ in range(2)]
    await desk.sign_in(other)
    others = (await desk.seat()).csrf
    await desk.sign_in(name)
    token = (await desk.seat()).csrf
    for form in ({}, {"csrf": ""}, {"csrf": others}, {"csrf": token + "A"}):
        answer = await desk.http.post("/console/change", data=form, headers=ORIGIN)
        assert (answer.status_code, answer.json()["error"]) == (403, "forbidden")
    foreign: tuple[dict[str, str], ...] = (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", **ORIGIN},
    )
    for headers in foreign:
        assert (await desk.http.post("/console/change", data={"csrf": token}, headers=headers)).status_code == 403
        link = await desk.link(other)
        assert (await desk.http.post(link, headers=headers)).status_code == 403
        assert (await desk.http.post(link)).status_code == 403  # a browser says where it comes from
    by_form = await desk.http.post("/console/change", data={"csrf": token})
    by_header = await desk.http.post("/console/change", headers={"X-CSRF": token})
    assert by_form.json() == by_header.json() == desk.tenants[0]


async def test_who_is_not_signed_in_is_sent_to_the_page_and_back(desk: Desk) -> None:
    """Pages go to the sign-in page; fragments, streams and scripts are told 401."""
    answer = await desk.http.get("/console/seat?filter=is:waiting")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/console/sign-in?next=%2Fconsole%2Fseat%3Ffilter%3Dis%3Awaiting",
    )
    page = await desk.http.get(answer.headers["location"])
    assert 'value="/console/seat?filter=is:waiting"' in page.text
    for headers in ({"Sec-Fetch-Mode": "cors"}, {"Accept": "text/event-stream"}, {"X-Fragment": "1"}):
        assert (await desk.http.get("/console/seat", headers=headers)).status_code == 401
    assert (await desk.http.post("/console/change")).headers["location"] == "/console/sign-in"


async def test_the_page_is_strict(desk: Desk) -> None:
    """No script, nothing of others, nothing kept; and it shows what was typed as text."""
    form = {"login": '"><script>alert(1)</script>', "password": "x", "next": "//evil.example"}
    answer = await desk.http.post("/console/sign-in", data=form, headers=ORIGIN)
    assert "<script" not in answer.text
    assert "evil" not in answer.text
    headers = answer.headers
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
    assert (headers["cache-control"], headers["referrer-policy"]) == ("no-store", "same-origin")
    assert (headers["x-content-type-options"], headers["cross-origin-opener-policy"]) == ("nosniff", "same-origin")


async def test_by_https_the_cookie_is_this_hosts_alone(deps: ApiDeps) -> None:
    """The prefix lets no neighbour plant one, and it never travels in the clear."""
    app = create_app(deps)
    install_entrance(app, ConsoleOptions(public_url="https://desk.example.com"))
    desk = Desk(app, deps, httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://console"))
    link = await desk.link(await desk.operator(OperatorRole.viewer))
    async with desk.http as http:
        answer = await http.post(link, headers={"Origin": "https://desk.example.com"})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-setright=")
    assert "Secure" in cookie.split("; ")
    assert "Domain" not in cookie


async def test_a_decision_at_the_console_is_a_persons(desk: Desk) -> None:
    """It holds what a key's decision holds: the role is needed, nobody decides on their own, a viewer cannot."""
    tenant, other_tenant = desk.tenants
    api = Api(desk.app, desk.http, desk.deps.pools, desk.deps, tenant, other_tenant)
    fit = await desk.operator(OperatorRole.approver, approves=("support",))
    for name, error in (
        (await desk.operator(OperatorRole.approver, approves=("finance",)), NotAnApprover),
        (await desk.operator(OperatorRole.operator, approves=("*",)), NotAnApprover),
        (fit, OwnRequest),
        (fit, None),
    ):
        await desk.sign_in(name)
        request = await api.approval(await api.ticket())
        if error is OwnRequest:
            ref = await api.ticket()
            request = request.model_copy(
                update={"approval_id": f"{ref.ticket_id}/a1", "action": refund(ref), "requested_by": fit}
            )
            async with api.pools.operator(ref.tenant) as conn:
                await insert_request(conn, ref, request, "Issue a refund of €54.00")
        body = DecisionBody(verdict="approved", args_sha256=request.action.args_sha256)
        principal = (await desk.seat()).principal
        decided = decide(desk.app.state.services, principal, Once(None), request.approval_id, body)
        if error is not None:
            with pytest.raises(error):
                await decided
            continue
        await decided
        async with api.pools.operator(desk.tenants[0]) as conn:
            found = await conn.execute(
                "select decided_by, auth_method, key_kind, roles from setright.approval_decisions"
                " where approval_id = %s",
                [request.approval_id],
            )
            assert await found.fetchall() == [(fit, "session", "operator", ["support"])]


async def test_a_refused_sign_out_is_told_on_a_page(desk: Desk) -> None:
    """Whoever pressed it in a browser reads what to do; the session goes on."""
    await desk.sign_in(await desk.operator(OperatorRole.viewer))
    answer = await desk.http.post("/console/sign-out", data={"csrf": "stale"}, headers=ORIGIN)
    assert (answer.status_code, answer.headers["content-type"]) == (403, "text/html; charset=utf-8")
    assert "older than your sign-in" in answer.text
    await desk.seat()
    missing = await desk.http.post("/console/tenant", data={"csrf": (await desk.seat()).csrf}, headers=ORIGIN)
    assert (missing.status_code, missing.headers["content-type"]) == (422, "text/html; charset=utf-8")
