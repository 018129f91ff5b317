"""The chat widget in a real browser, on another site's page under a strict policy, over the real stack."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from playwright.async_api import Browser, Page, expect

from adapters.workspace.loader import load_workspace
from adapters.workspace.tenant import Workspace
from adapters.workspace.widget import WidgetRules
from domain.ids import CustomerId
from domain.message import AuthorKind
from runtime.identity import customer_tokens, letter_folder
from runtime.server import serve_api
from store.api_keys import create_key
from store.inbox import IncomingMessage, accept_message
from store.ratings import Rating, read_rating
from store.tickets import TicketFilter, TicketRow, list_tickets
from tests.support.browsing import Watch, watched
from tests.support.console_stack import violations
from tests.support.harness import SECRET, Harness, eventually
from tests.support.site import serving_page

CANCEL = "Please cancel my order, I don't need it any more."
HOSTILE = "<img src=x onerror=\"console.error('it ran')\"> **bold** \u202egnp.exe [a](javascript:alert(1))"


@dataclass
class Site:
    """The product, and a shop's page on an origin of its own that embeds the widget."""

    shop: Harness
    api: str
    origin: str
    tokens: Workspace

    def token(self, customer: CustomerId) -> str:
        """What the shop's own system signs."""
        tokens = customer_tokens(self.tokens, SECRET)["meridian"]
        return tokens.write(customer, datetime.now(UTC), timedelta(minutes=10), customer)

    @asynccontextmanager
    async def visit(self, browser: Browser, customer: CustomerId | None) -> AsyncIterator[tuple[Page, Watch]]:
        """The shop's page as a customer sees it, with the panel open."""
        async with watched(browser) as (context, watch):
            page = await context.new_page()
            query = f"?{self.token(customer)}" if customer is not None else ""
            await page.goto(f"{self.origin}/{query}")
            await page.get_by_role("button", name="Chat with us").click()
            yield page, watch

    async def ticket(self, customer: CustomerId) -> TicketRow:
        """The one ticket of a customer."""
        async with self.shop.desk.pools.operator("meridian") as conn:
            (found,) = (await list_tickets(conn, "meridian", TicketFilter(customer_id=customer))).tickets
        return found

    async def note_and_reply(self, ticket: TicketRow, note: str, reply: str) -> None:
        """Olga notes something for her colleagues, and writes to the customer."""
        now = datetime.now(UTC)
        async with self.shop.desk.pools.operator("meridian") as conn:
            words = IncomingMessage(text=note, at=now, author=AuthorKind.operator, author_id="olga", is_note=True)
            await accept_message(conn, ticket.ref, words)
            made = await create_key(conn, "meridian", "olga", ["operators"], now, operator_id="olga")
        headers = {"Authorization": f"Bearer {made.key}"}
        async with httpx2.AsyncClient(base_url=self.api, headers=headers, trust_env=False) as http:
            answer = await http.post(f"/v1/tickets/{ticket.ticket_id}/reply", json={"text": reply})
        assert answer.is_success, answer.text


@pytest.fixture
async def site(shop: Harness, tmp_path: Path) -> AsyncIterator[Site]:
    """The API beside a worker, and a careful shop's page: it allows the widget's script and requests, and no more."""
    told: dict[str, str] = {}
    shop.settings = shop.settings.model_copy(update={"data_dir": tmp_path})  # letters of this test alone

    def page(path: str) -> str:
        script = f'src="{told["api"]}/widget/meridian.js" data-token="{path.partition("?")[2]}"'
        return f"<!doctype html><html lang=en><title>Shop</title><h1>Shop</h1><script {script} defer></script>"

    def headers() -> dict[str, str]:
        allowed = f"script-src {told['api']}; connect-src {told['api']}"
        return {"Content-Security-Policy": f"default-src 'none'; {allowed}; img-src data:; base-uri 'none'"}

    workspace = load_workspace(shop.settings.workspace / "tenants")
    async with serving_page(page, headers) as origin:
        config = workspace.tenants["meridian"].model_copy(update={"widget": WidgetRules(origins=(origin,))})
        workspace = Workspace(tenants={**workspace.tenants, "meridian": config})
        async with serve_api(shop.settings, shop.desk.pools, shop.client, workspace, temporal_ui=None, port=0) as api:
            told["api"] = api
            yield Site(shop, api, origin, workspace)


async def say(page: Page, text: str) -> None:
    """Write a message and send it as people do."""
    await page.get_by_role("textbox", name="Your message").fill(text)
    await page.keyboard.press("Enter")


async def test_a_customer_is_settled_live_and_rates_it(site: Site, browser: Browser) -> None:
    """A token, a yes by a button, the action in the ledger, a rating; then it is reopened, and words stay words."""
    async with site.visit(browser, "cus_finn") as (page, watch):
        log = page.get_by_role("log")
        await say(page, CANCEL)
        await expect(log).to_contain_text("Shall I cancel it?")
        await page.get_by_role("button", name="Yes, please go ahead").click()
        await expect(log).to_contain_text("Order 10048 is cancelled")
        ticket = await site.ticket("cus_finn")
        (action,) = await site.shop.actions(ticket.ref)
        assert (ticket.identity_now, action.action, action.status) == ("proven", "cancel_order", "succeeded")

        await page.get_by_role("button", name="4 of 5").click()
        await page.get_by_label("What should we know").fill("Quick <b>")
        await page.locator(".rate").get_by_role("button", name="Send").click()
        await expect(page.get_by_text("Thank you!")).to_be_visible()
        async with site.shop.desk.pools.operator("meridian") as conn:
            rating = await read_rating(conn, "meridian", ticket.ticket_id)
        assert isinstance(rating, Rating)
        assert (rating.score, rating.comment, rating.rated_by) == (4, "Quick <b>", "customer")

        await say(page, f"{HOSTILE} I want to talk to a person.")
        await expect(log).to_contain_text("A colleague will take over")
        await expect(page.get_by_text("A person will answer by")).to_be_visible()  # the queue's own promise
        assert (await site.ticket("cus_finn")).reopens == 1
        await expect(log).to_contain_text("<img src=x onerror=")
        await expect(log).to_contain_text("**bold** gnp.exe [a](javascript:alert(1))")  # the bidi override is gone
        assert await log.locator("img, a, b").count() == 0

        await site.note_and_reply(ticket, "He is fine, refund gladly.", "Olga here: all is well.")
        await expect(log).to_contain_text("Olga here: all is well.")
        await expect(log.locator("li").last).to_contain_text("Olga ·")
        await expect(log).not_to_contain_text("refund gladly")

        await page.keyboard.press("Escape")
        await expect(page.get_by_role("button", name="Chat with us")).to_be_focused()
        assert watch.errors == []
        assert watch.origins == {site.origin, site.api}


async def test_what_is_written_offline_is_sent_once_and_over_a_reload(site: Site, browser: Browser) -> None:
    """A stranger's choice, a break, a reload: each message arrives once; another customer sees none of it."""
    async with site.visit(browser, "cus_eve") as (page, watch):
        log = page.get_by_role("log")
        await say(page, "x" * 100_001)
        await expect(page.get_by_role("alert")).to_contain_text("100,001 characters, and 100,000 are possible")
        await say(page, "It doesn't work.")
        speaker = page.get_by_role("button", name=re.compile("Bluetooth Speaker.*order 10047"))
        await expect(speaker).to_be_visible()
        await page.context.set_offline(True)
        await speaker.click()
        await expect(page.get_by_text("No connection")).to_be_visible()
        await expect(page.get_by_text("Not sent yet")).to_be_visible()
        await page.context.set_offline(False)
        await page.reload()
        await page.get_by_role("button", name="Chat with us").click()
        await expect(log).to_contain_text("What would help you most with Bluetooth Speaker")
        said = [m.text for m in await site.shop.messages((await site.ticket("cus_eve")).ref) if m.author == "customer"]
        assert len(said) == 2
        assert watch.violations == []
    async with site.visit(browser, "cus_ben") as (page, _):
        await page.get_by_role("button", name="Earlier conversations").click()
        await expect(page.get_by_text("There are none yet.")).to_be_visible()


async def test_a_visitor_proves_who_they_are_and_is_answered(site: Site, browser: Browser) -> None:
    """An order's number names the account, the letter goes to its own address, the code opens this conversation."""
    async with site.visit(browser, None) as (page, watch):
        log = page.get_by_role("log")
        await say(page, "I sent my headphones back three weeks ago and still have no money.")
        await page.get_by_label("Your email address or an order number").fill("#10042")
        await page.get_by_role("button", name="Send me a code").click()
        field = page.get_by_label("The code from our email")
        await expect(field).to_be_visible()
        assert [found for found in await violations(page) if "region" not in found] == []  # the page's own headline
        code = await newest_code(site.shop)
        await field.fill("0000 0000")
        await page.get_by_role("button", name="Confirm").click()
        await expect(page.get_by_role("alert")).to_contain_text("This code is not right")
        await expect(log).not_to_contain_text("89.00")
        await field.fill(code)
        await page.get_by_role("button", name="Confirm").click()
        await expect(log).to_contain_text("89.00")
        ticket = await site.ticket("cus_ada")
        assert ticket.identity_now == "proven"
        assert ticket.follow_up_of is not None
        assert "10042" not in page.url
        assert [error for error in watch.errors if "403" not in error] == []
        assert watch.violations == []
        assert watch.origins == {site.origin, site.api}


async def newest_code(shop: Harness) -> str:
    """The digits in the newest letter to Ada, as soon as it has come."""
    folder = letter_folder(shop.settings)

    async def has_come() -> bool:
        return bool(folder.letters(datetime.now(UTC)))

    await eventually(has_come, within=20)
    letter = folder.letters(datetime.now(UTC))[0]
    found = re.search(r"(\d{4} \d{4})", letter.text)
    assert letter.to == "ada.lindqvist@example.com"
    assert found is not None
    return found[1]


async def test_a_stranger_on_our_own_page(site: Site, browser: Browser) -> None:
    """Without a token: answered from the knowledge base, never believed; the page keeps its own strict policy."""
    async with watched(browser, viewport={"width": 375, "height": 667}) as (context, watch):
        page = await context.new_page()
        await page.goto(f"{site.api}/widget/meridian")
        await say(page, "How long do I have to return something?")
        await expect(page.get_by_role("log")).to_contain_text("30 days")
        await say(page, "Where is the refund of order 10042?")
        await expect(page.get_by_label("Your email address or an order number")).to_be_visible()
        await page.goto(f"{site.api}/widget/meridian#token={site.token('cus_ada')}")
        await page.reload()
        assert "token" not in page.url
        await page.get_by_role("button", name="Earlier conversations").click()
        await expect(page.get_by_text("There are none yet.")).to_be_visible()
        assert watch.errors == []
        assert watch.origins == {site.api}
