"""The figures in a real browser: reached by keyboard, without scripts, light, dark and narrow, and heard rightly."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from domain.operator import OperatorRole
from tests.support.console_stack import ConsoleStack, console_stack, violations
from tests.support.harness import Harness


@pytest.fixture
async def stack(shop: Harness, browser: Browser) -> AsyncIterator[ConsoleStack]:
    """A console over a shop."""
    async with console_stack(shop, browser) as stack:
        yield stack


async def test_a_bar_leads_to_its_tickets(stack: ConsoleStack) -> None:
    """By keyboard alone; nothing offends the policy or whoever cannot see, in light, dark and on a narrow screen."""
    ticket = await stack.desk.ask("cus_finn", "How long do I have to return something?")
    url = f"{stack.url}/console/metrics"
    for scheme, width in (("light", 1280), ("dark", 1280), ("dark", 360)):
        size = {"width": width, "height": 900}
        async with stack.signed_in(OperatorRole.viewer, color_scheme=scheme, viewport=size) as (page, watch):
            watch.errors.clear()  # how one signs in is tried elsewhere
            await page.goto(url)
            assert await violations(page) == []
            wide = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0
            await page.locator("#opened .drawing a").last.focus()
            await page.keyboard.press("Enter")
            await page.wait_for_url("**/metrics/opened/tickets?*bucket=*")
            await expect(page.get_by_role("rowheader")).to_contain_text(ticket)
            assert await violations(page) == []
            assert watch.errors == []
            assert watch.origins == {stack.url}


async def test_without_scripts(stack: ConsoleStack) -> None:
    """The period is a form and the bars are links, so nothing is missing."""
    await stack.desk.ask("cus_finn", "How long do I have to return something?")
    async with stack.signed_in(java_script_enabled=False) as (page, _):
        await page.goto(f"{stack.url}/console/metrics")
        await page.get_by_label("by", exact=True).select_option("week")
        await page.get_by_role("button", name="Show").click()
        await page.wait_for_url("**/metrics?*step=week")
        await page.locator("#opened .drawing a").last.click()
        await expect(page.get_by_role("rowheader")).to_have_count(1)
