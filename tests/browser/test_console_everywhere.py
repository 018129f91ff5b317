"""Every page of the console in a real browser: accessible, silent towards others; and the keyboard's good manners."""

from collections.abc import AsyncIterator, Mapping
from itertools import product
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from adapters.assistants.port import Assistant
from domain.approval import DecisionVerdict
from domain.ids import TenantId, TicketId
from domain.operator import OperatorRole
from tests.support.browsing import watched
from tests.support.console_stack import ConsoleStack, crowded_stack, violations
from tests.support.servers import Servers, harness

pytestmark = pytest.mark.asyncio(loop_scope="module")
#: Without a ticket; those that follow are below `/console/tickets/ID`.
PAGES = (
    "inbox?q=",
    "inbox?q=is:nonsense",
    "approvals",
    "approvals?q=is:nonsense",
    "handoffs",
    "autonomy",
    "knowledge",
    "knowledge/articles/returns",
    "knowledge/write",
    "knowledge/conflicts",
    "knowledge/gaps",
    "knowledge/reviews",
    "knowledge/sources",
    "policy",
    "policy/edit",
    "policy/versions",
    "metrics",
    "metrics/opened/tickets",
    "members",
)
WIDTHS = (1280, 400)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
MOTIONS: tuple[tuple[Literal["no-preference", "reduce"], str], ...] = (("no-preference", "fresh"), ("reduce", "none"))
MOTION_OF_A_NEW_ROW = "row => { row.classList.add('fresh'); return getComputedStyle(row).animationName; }"
WIDER_THAN_THE_SCREEN = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(servers: Servers, assistants: Mapping[TenantId, Assistant]) -> AsyncIterator[ConsoleStack]:
    """One console for all of these tests."""
    async with harness(servers, assistants) as shop, crowded_stack(shop, 9) as stack:
        yield stack


async def _examined(page: Page, *, in_all: bool = False) -> None:
    """axe-core finds nothing and nothing is wider than the screen: wide and light, narrow and dark, or all four."""
    for width, scheme in product(WIDTHS, SCHEMES) if in_all else zip(WIDTHS, SCHEMES, strict=True):
        await page.set_viewport_size({"width": width, "height": 900})
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # nothing is half faded in
        assert await page.evaluate(WIDER_THAN_THE_SCREEN) <= 0, (page.url, width)
        assert await violations(page) == [], (page.url, width, scheme)


async def _number(stack: ConsoleStack, ticket: TicketId) -> str:
    """The number of the approval that waits on a ticket, `a1`."""
    (request,) = await stack.shop.approvals(await stack.ref(ticket))
    return request.approval_id.partition("/")[2]


async def test_every_page_is_accessible_and_asks_nobody_else(stack: ConsoleStack) -> None:
    """As an admin sees them, who sees most."""
    waiting, declined = await stack.big_refund(), await stack.big_refund()
    await stack.shop.decide(await stack.ref(declined), DecisionVerdict.declined, reason="No damage is to be seen.")
    handed_off = await stack.desk.ask(stack.people.pop(), "I want to talk to a human.")
    asked = await stack.desk.ask(stack.people.pop(), "How long do I have to return something?")
    tickets = [f"tickets/{path}" for path in (waiting, handed_off, f"{waiting}/history", f"{waiting}/history?raw=true")]
    number = await _number(stack, waiting)
    opened = [*(f"{name}-{number}" for name in ("amend", "decline", "snooze")), "put-off", "note"]
    async with stack.signed_in() as (page, watch):
        for path in (*PAGES, *tickets):
            answer = await page.goto(f"{stack.url}/console/{path}")
            assert answer is not None
            assert answer.ok, path
            await _examined(page, in_all=path in tickets)
        for name in opened:
            await page.goto(f"{stack.url}/console/tickets/{waiting}?do={name}")
            await expect(page.locator("dialog[open]")).to_have_attribute("id", name)
            await _examined(page)
        await page.goto(f"{stack.url}/console/tickets/{asked}")
        await page.locator("a.source").first.click()
        await expect(page.locator("#evidence")).to_contain_text("30 days")
        await _examined(page)
        assert (watch.errors, watch.origins) == ([], {stack.url})


async def test_pages_without_a_seat_and_errors_are_accessible(stack: ConsoleStack) -> None:
    """Signing in, a link that is spent, and what is not there or not allowed."""
    async with watched(stack.browser) as (context, watch):
        page = await context.new_page()
        for path in ("sign-in", "sign-in/link/spent"):
            await page.goto(f"{stack.url}/console/{path}")
            await _examined(page)
        assert watch.violations == []
    async with stack.signed_in(OperatorRole.viewer) as (page, watch):
        for path in ("nowhere", "tickets/T-NONE", "policy/edit"):
            await page.goto(f"{stack.url}/console/{path}")
            await _examined(page)
        assert (watch.violations, watch.origins) == ([], {stack.url})


async def test_letters_wait_until_nobody_types(stack: ConsoleStack) -> None:
    """Not in the reply, in a dialog or in the search, nor when switched off; after a dialog the letters work again."""
    ticket = await stack.big_refund()
    async with stack.signed_in() as (page, watch):
        await page.goto(f"{stack.url}/console/tickets/{ticket}?q={ticket}")
        card, words = page.locator(".card.waits"), "A R E j k n r ?"
        reply, dialogs = page.get_by_label("Reply to the customer"), page.locator("dialog[open]")
        for field in (reply, page.get_by_label("Filter or search")):
            await field.fill("")
            await field.focus()
            await page.keyboard.type(words)
            await expect(field).to_have_value(words)
            await field.fill("")
            await field.blur()
        await page.keyboard.press("n")
        await page.keyboard.type(words)
        await expect(page.get_by_label("Note", exact=True)).to_have_value(words)
        await page.get_by_role("button", name="Keep it").focus()
        await page.keyboard.type("AR")  # on a button of a dialog
        await expect(dialogs).to_have_count(1)
        await page.keyboard.press("Escape")
        await expect(dialogs).to_have_count(0)
        opener = page.locator("#cards").get_by_role("link", name="Decline")
        await opener.press("Enter")
        await page.keyboard.press("Escape")
        await expect(opener).to_be_focused()
        await page.keyboard.press("E")
        await expect(page.get_by_label("amount")).to_be_focused()
        await page.keyboard.press("Escape")

        await page.get_by_label("Menu of").click()
        await page.get_by_role("button", name="Letter keys").click()
        await page.get_by_label("Menu of").click()
        await page.keyboard.press("A")
        await page.keyboard.press("R")
        await page.reload()
        await expect(page.locator("#live")).to_have_text("Live")
        await page.keyboard.press("A")
        await page.keyboard.press("E")
        await expect(dialogs).to_have_count(0)
        await expect(card).to_be_visible()
        assert watch.errors == []


async def test_the_palette_approves(stack: ConsoleStack) -> None:
    """Ctrl-K, "appr", Enter; and nothing moves for whoever asks for that."""
    ticket = await stack.big_refund()
    async with stack.signed_in() as (page, watch):
        await page.goto(f"{stack.url}/console/tickets/{ticket}")
        await expect(page.locator(".card.waits")).to_be_visible()
        for motion, moves in MOTIONS:
            await page.emulate_media(reduced_motion=motion)
            assert await page.locator("ul.tickets > li").first.evaluate(MOTION_OF_A_NEW_ROW) == moves
        await page.keyboard.press("Control+k")
        await page.keyboard.type("appr")
        await expect(page.locator("#palette [aria-selected=true]")).to_have_text(
            "Approve: Issue a refund of €1,299.00", ignore_case=True
        )
        await page.keyboard.press("Enter")
        await expect(page.locator("#cards .badge").first).to_have_text("approved")
        await stack.desk.until(ticket, "solved")
        assert watch.errors == []


async def test_a_ticket_has_an_address_and_the_way_back(stack: ConsoleStack) -> None:
    """A ticket opened from the list is at its own address; back and forward go where one was, a deep link to a card."""
    ticket = await stack.big_refund()
    other = await stack.desk.ask(stack.people.pop(), "I want to talk to a human.")
    async with stack.signed_in() as (page, watch):
        await page.goto(f"{stack.url}/console/inbox?q=")
        for one in (ticket, other):
            await page.locator(f"#row-{one} a.open").click()
            await expect(page.locator("#ticket [data-ticket-open]")).to_have_attribute("data-ticket-open", one)
            assert f"/console/tickets/{one}" in page.url
        await page.go_back()
        await expect(page.locator("#ticket [data-ticket-open]")).to_have_attribute("data-ticket-open", ticket)
        await page.go_back()
        await page.wait_for_url("**/console/inbox?q=")
        await expect(page.locator("#ticket")).to_contain_text("Choose a ticket")
        await page.go_forward()
        await expect(page.locator("#ticket [data-ticket-open]")).to_have_attribute("data-ticket-open", ticket)
        number = await _number(stack, ticket)
        await page.goto(f"{stack.url}/console/tickets/{ticket}?do=decline-{number}#card-{number}")
        await expect(page.get_by_label("Reason", exact=True)).to_be_visible()
        assert watch.errors == []


async def test_a_sign_out_is_seen_in_every_tab(stack: ConsoleStack) -> None:
    """The other tab, which nobody touches, goes to the sign-in page by itself."""
    async with stack.signed_in() as (page, watch):
        other = await page.context.new_page()
        await other.goto(f"{stack.url}/console/inbox?q=")
        await expect(other.locator("#live")).to_have_attribute("data-state", "live")
        await page.locator("details.menu summary").click()
        await page.get_by_role("button", name="Sign out").click()
        await other.wait_for_url("**/console/sign-in?next=*", timeout=5000)
        assert watch.violations == []


async def test_an_admin_adds_somebody_who_comes_in_by_the_link(stack: ConsoleStack) -> None:
    """In place, with the link shown in the list itself; removed, they are gone from it."""
    async with stack.signed_in() as (page, watch):
        await page.goto(f"{stack.url}/console/members")
        await expect(page.locator("#live")).to_be_hidden()  # this list does not change by itself
        await page.get_by_label("Id").fill("newcomer")
        await page.get_by_role("button", name="Add, and show a link").click()
        link = await page.locator("#members-list code").inner_text()
        await _examined(page)
        async with watched(stack.browser) as (context, _):
            theirs = await context.new_page()
            await theirs.goto(link)
            await theirs.get_by_role("button").first.click()
            await theirs.wait_for_url("**/console/inbox*")
            await expect(theirs.locator("#live")).to_have_attribute("data-state", "live")
            await page.locator("#member-newcomer summary").click()
            await page.get_by_role("button", name="Remove newcomer").click()
            await expect(page.locator("#member-newcomer")).to_have_count(0)
            await theirs.wait_for_url("**/console/sign-in?next=*", timeout=5000)
        assert (watch.errors, watch.origins) == ([], {stack.url})
