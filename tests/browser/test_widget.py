"""The chat widget in a real browser, on another site's page under a strict policy, over the real stack."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import pytest
from playwright.async_api import Browser, Page, expect

from adapters.workspace.loader import load_workspace
from adapters.workspace.tenant import Workspace
from adapters.workspace.widget import WidgetRules
from domain.approval import DecisionVerdict
from domain.ids import CustomerId
from runtime.identity import customer_tokens
from runtime.server import serve_api
from store.inbox import IncomingMessage, accept_message
from store.ratings import read_rating
from tests.support.browsing import Watch, watched
from tests.support.harness import SECRET, Harness, eventually

LATE = "I sent my headphones back three weeks ago and still have no money."
HOSTILE = "<img src=x onerror=\"console.error('it ran')\"> **bold** \u202egnp.exe [a](javascript:alert(1))"
#: What a careful shop allows: its own files, and the widget's script and requests.
SITE_POLICY = "default-src 'none'; script-src {api}; connect-src {api}; base-uri 'none'; form-action 'none'"


@dataclass
class Site:
    """The product, and a shop's page on an origin of its own that embeds the widget."""

    shop: Harness
    api: str
    origin: str
    workspace: Workspace

    def token(self, customer: CustomerId) -> str:
        """What the shop's own system signs."""
        tokens = customer_tokens(self.workspace, SECRET)["meridian"]
        return tokens.write(customer, datetime.now(UTC), timedelta(minutes=10), customer)

    @asynccontextmanager
    async def visit(
        self, browser: Browser, customer: CustomerId | None, **options: object
    ) -> AsyncIterator[tuple[Page, Watch]]:
        """The shop's page as a customer sees it, with the panel open."""
        token = f'data-token="{self.token(customer)}"' if customer is not None else ""
        html = (
            "<!doctype html><html lang=en><title>Shop</title><h1>Shop</h1>"
            f'<script src="{self.api}/widget/meridian.js" {token} defer></script>'
        )
        policy = {"Content-Security-Policy": SITE_POLICY.format(api=self.api), "Content-Type": "text/html"}
        async with watched(browser, **options) as (context, watch):
            await context.route(f"{self.origin}/", lambda route: route.fulfill(body=html, headers=policy))
            page = await context.new_page()
            await page.goto(f"{self.origin}/")
            await page.get_by_role("button", name="Chat with us").click()
            yield page, watch


@pytest.fixture
async def site(shop: Harness) -> AsyncIterator[Site]:
    """The API beside a worker, serving a tenant that one other origin may embed."""
    workspace = load_workspace(shop.settings.workspace / "tenants")
    origin = "http://localhost:3999"
    config = workspace.tenants["meridian"].model_copy(update={"widget": WidgetRules(origins=(origin,))})
    workspace = Workspace(tenants={**workspace.tenants, "meridian": config})
    async with serve_api(shop.settings, shop.desk.pools, shop.client, workspace, temporal_ui=None, port=0) as api:
        yield Site(shop, api, origin, workspace)


async def say(page: Page, text: str) -> None:
    """Write a message and send it as people do."""
    await page.get_by_role("textbox", name="Your message").fill(text)
    await page.get_by_role("textbox", name="Your message").press("Enter")


async def test_a_customer_is_settled_live_and_rates_it(site: Site, browser: Browser) -> None:
    """A token, a question with choices, a yes by a button, the refund in the ledger, and a rating."""
    async with site.visit(browser, "cus_ben") as (page, watch):
        log = page.get_by_role("log")
        await say(page, "Please cancel order 10051.")
        await page.screenshot(path="/tmp/w1.png")
        await page.wait_for_timeout(4000)
        await page.screenshot(path="/tmp/w2.png")
        print(await log.inner_text())
        print(watch)
