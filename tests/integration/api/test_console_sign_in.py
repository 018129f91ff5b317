"""Signing in to the console: by password and by link, what a session is good for, and who else is let in."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

import httpx2
import pytest
import pytest_asyncio

from api.app import create_app
from api.deps import ApiDeps
from console.entrance import install_entrance
from console.options import ConsoleOptions
from console.passwords import Passwords
from console.seat import Posting, Seat, Seated
from domain.operator import OperatorRole
from store.operators import add_operator, disable_operator, put_member, set_password
from store.sessions import LINK_LIFE, make_link
from tests.integration.api.calling import now

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session
PASSWORD = "four words in a row"
ORIGIN = {"Origin": "http://console"}
_people = count(1)


@dataclass
class Desk:
    """The console's entrance, and pages that show who sits there."""

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
        return now() + desk.ahead

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
        desk = Desk(deps, http)
        yield desk


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
        assert (answer.status_code, answer.headers["location"]) == (303, "/console")
        token = answer.cookies["setright"]
        assert token not in seen
        seen.add(token)
        desk.http.cookies.clear()
        desk.http.cookies.set("setright", token)
        assert (await desk.seat()).operator_id == name
    for token in seen - {desk.http.cookies["setright"]}:  # the first session ended when the second began
        answer = await desk.http.get("/console/seat", headers={"Cookie": f"setright={token}"})
        assert answer.status_code == 303
