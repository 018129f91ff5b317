"""The console under test: pages read as HTML, forms sent as browsers send them, by an operator who is signed in."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

import httpx2
from lxml import html

from api.app import create_app
from api.deps import ApiDeps
from console.app import install
from console.options import ConsoleOptions
from domain.operator import OperatorRole
from store.operators import add_operator, put_member
from store.sessions import make_link
from tests.integration.api.calling import Api, now

BASE = "http://console"
_people = count(1)
_keys = count(1)
_CSRF = re.compile(r'<meta name="csrf" content="([^"]+)">')


@dataclass
class Operator:
    """One operator's browser."""

    name: str
    http: httpx2.AsyncClient
    csrf: str = field(repr=False, default="")

    async def page(self, path: str, *, status: int = 200, block: str | None = None) -> html.HtmlElement:
        """A page, or one block of it."""
        answer = await self.http.get(path, headers={} if block is None else {"X-Fragment": block})
        assert answer.status_code == status, (path, answer.status_code, answer.text[:500])
        return html.fromstring(answer.text)

    async def send(self, path: str, *, status: int = 200, once: str | None = None, **fields: object) -> httpx2.Response:
        """Send a form, once unless it says otherwise."""
        data = {"csrf": self.csrf, "once": once or f"form-number-{next(_keys)}", **fields}
        answer = await self.http.post(path, data=data, headers={"Origin": BASE})
        assert answer.status_code == status, (path, answer.status_code, answer.text[:500])
        return answer


@dataclass
class Console:
    """The console with its API, and whoever signs in."""

    api: Api

    @asynccontextmanager
    async def operator(
        self, role: OperatorRole = OperatorRole.operator, *, approves: tuple[str, ...] = ()
    ) -> AsyncIterator[Operator]:
        """Sign somebody in who has a role in the tenant under test."""
        async with seated(self.api, role, approves) as (name, http):
            found = _CSRF.search((await http.get("/console/inbox")).text)
            assert found is not None
            yield Operator(name, http, found[1])


@asynccontextmanager
async def seated(
    api: Api, role: OperatorRole, approves: tuple[str, ...] = ()
) -> AsyncIterator[tuple[str, httpx2.AsyncClient]]:
    """Somebody new with a role in the tenant under test, signed in by a one-time link; yields name and browser."""
    name = f"person{next(_people)}"
    async with api.pools.auth() as conn:
        await add_operator(conn, name, name.title(), None, now())
    async with api.pools.operator(api.tenant) as conn:
        await put_member(conn, api.tenant, name, role, now(), approves=approves)
    async with api.pools.auth() as conn:
        link = await make_link(conn, name, now())
    transport = httpx2.ASGITransport(app=api.app)
    async with httpx2.AsyncClient(transport=transport, base_url=BASE) as http:
        answer = await http.post(f"/console/sign-in/link/{link}", headers={"Origin": BASE})
        assert answer.status_code == 303, answer.text
        yield name, http


@asynccontextmanager
async def running_console(deps: ApiDeps) -> AsyncIterator[Console]:
    """The application with the console, spoken to without a socket."""
    app = create_app(deps)
    install(app, ConsoleOptions())
    transport = httpx2.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx2.AsyncClient(transport=transport, base_url="http://api") as http,
    ):
        tenant, other = deps.tenants
        yield Console(Api(app, http, deps.pools, deps, tenant, other))


def texts(page: html.HtmlElement, path: str) -> list[str]:
    """The texts of the elements that an XPath finds, with single spaces."""
    return [" ".join(found.text_content().split()) for found in page.xpath(path)]
