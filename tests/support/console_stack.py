"""The console over a whole stack, in a real browser: operators who are signed in, pages examined for accessibility."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.resources import files
from itertools import count
from typing import Any

from playwright.async_api import Browser, Page

from adapters.backends.shop.generate.copies import fill_with_copies
from domain.ids import CustomerId, TicketId
from domain.operator import OperatorRole
from domain.ticket import TicketRef
from store.operators import add_operator, put_member
from store.sessions import make_link
from store.tickets import read_ticket
from tests.support.api_desk import ApiDesk, serving
from tests.support.browsing import Watch, chromium, watched
from tests.support.harness import Harness

BROKEN = "My TV arrived with a cracked screen and I want my money back."
_people = count(1)
_AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
_RUN_AXE = (
    "async () => JSON.stringify((await axe.run(document, {resultTypes: ['violations'], preload: false})).violations)"
)


@dataclass
class ConsoleStack:
    """An API process with its console, and browsers of operators."""

    shop: Harness
    desk: ApiDesk
    browser: Browser
    people: list[CustomerId] = field(default_factory=list)  # customers like Dan, one for each big refund

    @property
    def url(self) -> str:
        """Where the console's host listens."""
        return str(self.desk.http.base_url).rstrip("/")

    async def add(self, role: OperatorRole, *, approves: tuple[str, ...] = ("*",)) -> str:
        """Add somebody with a role at the shop; returns their name."""
        name, now, pools = f"op{next(_people)}", datetime.now(UTC), self.shop.desk.pools
        async with pools.auth() as conn:
            await add_operator(conn, name, name.title(), None, now)
        async with pools.operator(self.shop.tenant) as conn:
            await put_member(conn, self.shop.tenant, name, role, now, approves=approves)
        return name

    async def ref(self, ticket_id: TicketId) -> TicketRef:
        """What names a ticket to the harness."""
        async with self.shop.desk.pools.operator(self.shop.tenant) as conn:
            return (await read_ticket(conn, self.shop.tenant, ticket_id)).ref

    async def big_refund(self) -> TicketId:
        """A ticket of a customer of its own whose refund of EUR 1,299 waits for approval."""
        ticket_id = await self.desk.ask(self.people.pop(), BROKEN)
        for _ in range(3):  # the procedure may ask a thing or two before it restates the refund
            if (await self.desk.ticket(ticket_id))["ticket"]["status"] != "pending":
                break
            await self.desk.say(ticket_id, "yes please")
        await self.desk.until(ticket_id, "on_hold")
        return ticket_id

    @asynccontextmanager
    async def signed_in(
        self,
        role: OperatorRole = OperatorRole.admin,
        *,
        name: str | None = None,
        **options: Any,  # noqa: ANN401 - those of a browser context
    ) -> AsyncIterator[tuple[Page, Watch]]:
        """A page of somebody who has used their one-time link; it shows the inbox."""
        who = name or await self.add(role)
        async with self.shop.desk.pools.auth() as conn:
            link = await make_link(conn, who, datetime.now(UTC))
        async with watched(self.browser, **options) as (context, watch):
            page = await context.new_page()
            await page.goto(f"{self.url}/console/sign-in/link/{link}")
            await page.get_by_role("button").first.click()
            await page.wait_for_url("**/console/inbox*")
            yield page, watch


@asynccontextmanager
async def crowded_stack(shop: Harness, crowd: int) -> AsyncIterator[ConsoleStack]:
    """A stack for the tests of a module: a worker, a browser, and `crowd` customers like Dan instead of others."""
    people = await fill_with_copies(shop.superuser_address(), ["cus_dan"] * crowd)
    async with shop.worker(), chromium() as browser, console_stack(shop, browser) as stack:
        stack.people = people
        yield stack


@asynccontextmanager
async def console_stack(shop: Harness, browser: Browser) -> AsyncIterator[ConsoleStack]:
    """The API process of a harness with its console."""
    async with serving(shop) as desk:
        yield ConsoleStack(shop, desk, browser)


async def violations(page: Page) -> list[str]:
    """What axe-core finds against a page: rule, how bad, and where."""
    if not await page.evaluate("'axe' in window"):
        # By the debugger, so that the page's own Content-Security-Policy need not let it in.
        await page.evaluate(_AXE)
    found = json.loads(await page.evaluate(_RUN_AXE))
    return [f"{one['id']} ({one['impact']}): {[node['target'] for node in one['nodes']]}" for one in found]
