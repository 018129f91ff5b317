"""The policy's pages in a real browser: edited by keyboard, wrong and right, light and narrow and dark."""

from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.acceptance.test_story_01_late_refund import LATE
from tests.support.console_stack import console_stack, violations
from tests.support.harness import Harness


async def _examined(page: Page, name: str, shots: Path) -> None:
    assert await violations(page) == [], name
    await page.screenshot(path=shots / f"{name}.png", full_page=True)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 400)])
async def test_a_policy_is_edited_by_keyboard(
    shop: Harness, browser: Browser, tmp_path: Path, scheme: str, width: int
) -> None:
    """`e` opens the editor; a mistake is marked at its line, a dry run draws its bar; axe finds nothing on the way."""
    options: dict[str, Any] = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    async with console_stack(shop, browser) as stack, stack.signed_in(**options) as (page, watch):
        await stack.desk.ask("cus_ada", LATE)
        await page.goto(f"{stack.url}/console/policy")
        await _examined(page, "text", tmp_path)
        await page.keyboard.press("e")
        await page.wait_for_url("**/console/policy/edit")
        text = page.get_by_label("Text", exact=True)
        policy = await text.input_value()
        await text.fill(policy.replace("<= 10000", "<=", 1))
        await page.get_by_role("button", name="Check").press("Enter")
        await expect(page.locator("li.wrong")).to_contain_text("rules[3].when: not a CEL expression")
        await _examined(page, "wrong", tmp_path)
        await text.fill(policy.replace("<= 10000", "<= 5000", 1).replace("> 10000", "> 5000", 1))
        await page.get_by_role("button", name="Try on past tickets").press("Enter")
        await expect(page.locator("svg.bar .warn title")).to_have_text("1 from allow to needs approval")
        await _examined(page, "tried", tmp_path)
        await page.get_by_label("What changes, and why").fill("50 euro.")
        await page.get_by_role("button", name="Publish").press("Enter")
        await page.wait_for_url("**/console/policy/versions")
        await page.goto(f"{stack.url}/console/policy/versions/0")
        await _examined(page, "version", tmp_path)
        assert (watch.violations, watch.origins) == ([], {stack.url})
