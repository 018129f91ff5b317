"""The inbox in a real browser: live, by keyboard, and silent towards everybody but its own host."""

import time
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.support.console_stack import ConsoleStack, console_stack
from tests.support.harness import Harness

SECONDS_TO_SCREEN = 1.0


@pytest.fixture
async def stack(shop: Harness, browser: Browser) -> AsyncIterator[ConsoleStack]:
    """A console over a shop."""
    async with console_stack(shop, browser) as stack:
        yield stack


async def _shown(page: Page, line: str) -> None:
    await page.goto(page.url.partition("/console")[0] + f"/console/inbox?q={line}")
    await expect(page.locator("#live")).to_have_text("Live")


async def test_two_browsers_see_a_ticket_change_without_reloading(stack: ConsoleStack) -> None:
    """Both show a new ticket, and what became of it, within a second of its event."""
    async with stack.signed_in() as (one, watch), stack.signed_in() as (two, _):
        for page in (one, two):
            await _shown(page, "")
        ticket = await stack.desk.ask("cus_finn", "How long do I have to return something?")
        since = time.monotonic()
        for page in (one, two):
            await expect(page.locator(f"#row-{ticket}")).to_contain_text("How long do I have")
            await expect(page.locator(f"#row-{ticket} .badge").first).to_have_text("solved")
        assert time.monotonic() - since < SECONDS_TO_SCREEN
        assert watch.errors == []
        assert watch.origins == {stack.url}


async def test_the_keyboard_walks_searches_and_goes(stack: ConsoleStack) -> None:
    """Letters do nothing while somebody types, nor when they are switched off; Ctrl-K goes anywhere."""
    tickets = [await stack.desk.ask(f"cus_{name}", "Which size fits me?") for name in ("finn", "eve", "pam")]
    async with stack.signed_in() as (page, _):
        await _shown(page, "")
        chosen = page.locator("li.chosen")
        await page.keyboard.press("j")
        await page.keyboard.press("j")
        await expect(chosen).to_have_attribute("data-ticket", tickets[1])
        await page.keyboard.press("k")
        await expect(chosen).to_have_attribute("data-ticket", tickets[2])

        await page.keyboard.press("/")
        await page.keyboard.type("jjj?")
        await expect(page.locator("#q")).to_have_value("jjj?")
        await expect(chosen).to_have_attribute("data-ticket", tickets[2])
        await expect(page.locator("#help")).not_to_be_visible()
        await page.locator("#q").blur()

        await page.keyboard.press("?")
        await expect(page.locator("#help")).to_be_visible()
        await page.keyboard.press("Escape")
        await page.keyboard.press("j")
        await expect(chosen).to_have_attribute("data-ticket", tickets[1])

        await page.keyboard.press("Control+k")
        await page.keyboard.type("knowl")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/console/knowledge")
        await page.go_back()
        await page.wait_for_url("**/console/**")
