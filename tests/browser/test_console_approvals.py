"""The big refund decided in a real browser: by keyboard alone, and by two people at once."""

import re
from collections.abc import AsyncIterator, Mapping

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from adapters.assistants.port import Assistant
from domain.ids import TenantId, TicketId
from domain.operator import OperatorRole
from tests.support.console_stack import ConsoleStack, crowded_stack
from tests.support.servers import Servers, harness

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(servers: Servers, assistants: Mapping[TenantId, Assistant]) -> AsyncIterator[ConsoleStack]:
    """One console for all of these tests; each has a customer of its own."""
    async with harness(servers, assistants) as shop, crowded_stack(shop, 7) as stack:
        yield stack


async def _walked_to(page: Page, stack: ConsoleStack, ticket: TicketId) -> Locator:
    """Search, and walk to the ticket: by keyboard; returns the card that waits on it."""
    await page.keyboard.press("/")
    await page.keyboard.type(ticket)
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/inbox?q={ticket}")
    await expect(page.locator("#live")).to_have_text("Live")
    await page.keyboard.press("j")
    await page.wait_for_url(f"{stack.url}/console/tickets/{ticket}?*")
    card = page.locator("#cards .card")
    await expect(card).to_contain_text("€1,299.00")
    await expect(card).to_contain_text("Waits for approval")
    return card


async def _outcome(stack: ConsoleStack, ticket: TicketId) -> tuple[list[tuple[str, str]], str]:
    """The refunds that the ledger has, and what the customer was told last."""
    await stack.desk.until(ticket, "solved")
    ref = await stack.ref(ticket)
    done = [(str(it.money), str(it.status)) for it in await stack.shop.actions(ref) if it.action == "issue_refund"]
    return done, await stack.shop.last_reply(ref)


async def test_approved_by_keyboard(stack: ConsoleStack) -> None:
    """`A` decides, and the page tells by itself what was done and what the customer hears."""
    ticket = await stack.big_refund()
    async with stack.signed_in(OperatorRole.approver) as (page, watch):
        card = await _walked_to(page, stack, ticket)
        await page.keyboard.press("A")
        await expect(card.locator(".badge").first).to_have_text("approved")
        await expect(page.locator("#ticket-head .badge").first).to_have_text("solved")
        await expect(page.locator("#side")).to_contain_text("€1,299.00 succeeded")
        done, told = await _outcome(stack, ticket)
        assert done == [("€1,299.00", "succeeded")]
        assert "€1,299.00" in told
        await expect(page.locator("#conversation .message.assistant").last).to_contain_text("€1,299.00")
        assert (watch.errors, watch.origins) == ([], {stack.url})


async def test_amended_by_keyboard(stack: ConsoleStack) -> None:
    """`E` opens the typed form: a mistake is marked beside its field, and what is typed then is what is paid."""
    ticket = await stack.big_refund()
    async with stack.signed_in(OperatorRole.approver) as (page, watch):
        card = await _walked_to(page, stack, ticket)
        await page.keyboard.press("E")
        amount = page.get_by_label("amount")
        await expect(amount).to_be_focused()
        await page.keyboard.press("Control+a")
        await page.keyboard.type("much")
        await page.keyboard.press("Enter")
        await expect(card.locator("dialog[open] .problem")).to_be_visible()
        await expect(amount).to_have_attribute("aria-invalid", "true")
        watch.errors.clear()  # a browser tells of an answer 422 on its console
        await amount.focus()
        await page.keyboard.press("Control+a")
        await page.keyboard.type("9999")  # a typo: refused here, and not by a word to the customer
        await page.keyboard.press("Enter")
        await expect(card.locator("dialog[open] .problem")).to_have_text("More would be given back than was paid.")
        watch.errors.clear()
        await amount.focus()
        await page.keyboard.press("Control+a")
        await page.keyboard.type("300")
        await page.keyboard.press("Enter")
        await expect(card.locator(".badge").first).to_have_text("amended")
        await expect(page.locator("dialog[open]")).to_have_count(0)
        await expect(page.locator("#side")).to_contain_text("€300.00 succeeded")
        done, told = await _outcome(stack, ticket)
        assert done == [("€300.00", "succeeded")]
        assert "€300.00" in told
        assert watch.errors == []


async def test_in_the_list_letters_act_on_the_chosen_card_alone(stack: ConsoleStack) -> None:
    """Nothing is chosen, nothing is done; then the second is approved by keyboard and the first declined in bulk."""
    first, second = await stack.big_refund(), await stack.big_refund()
    async with stack.signed_in(OperatorRole.approver) as (page, watch):
        await page.goto(f"{stack.url}/console/approvals")
        await expect(page.locator("#live")).to_have_text("Live")
        cards = page.locator(".card[data-row]")
        await expect(cards).to_have_count(2)
        boxes, bar = cards.locator("[data-choose]"), page.locator("#bulk")
        for box, sum_ in ((boxes.first, "€1,299.00"), (boxes.last, "€2,598.00")):
            await box.check()
            await expect(bar.get_by_role("button", name=f"Approve each {sum_}", exact=True)).to_be_visible()
        await expect(bar).to_contain_text("2 chosen, €2,598.00")
        for box in (boxes.first, boxes.last):
            await box.uncheck()
        await page.locator("h1").click()
        await page.keyboard.press("A")
        await page.keyboard.press("j")
        await page.keyboard.press("j")
        await expect(page.locator(".card.chosen")).to_have_attribute("data-of", second)
        await page.keyboard.press("A")
        await expect(cards).to_have_count(1)
        await expect(cards).to_have_attribute("data-of", first)
        assert (await _outcome(stack, second))[0] == [("€1,299.00", "succeeded")]
        await cards.locator("[data-choose]").check()
        await page.get_by_role("button", name="Decline each").click()
        await page.keyboard.type("It was used.")
        await page.locator("#bulk-decline button.bad").click()
        await expect(cards).to_have_count(0)
        await expect(page.locator("dialog[open]")).to_have_count(0)
        await expect(page.locator("#bulk")).to_be_hidden()
        await expect(page.locator("tbody tr").first).to_contain_text("It was used.")
        assert "It was used." in (await _outcome(stack, first))[1]
        assert watch.errors == []


async def test_declined_by_keyboard(stack: ConsoleStack) -> None:
    """`R` asks for a reason, which reaches the customer; nothing is paid."""
    ticket, reason = await stack.big_refund(), "The photos show no damage."
    async with stack.signed_in(OperatorRole.approver) as (page, watch):
        card = await _walked_to(page, stack, ticket)
        await page.keyboard.press("R")
        await expect(page.get_by_label("Reason", exact=True)).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.locator("dialog[open]")).to_have_count(0)
        await page.keyboard.press("R")
        await page.keyboard.type(reason)
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(card.locator(".badge").first).to_have_text("declined")
        await expect(page.locator("#conversation .message.assistant").last).to_contain_text(reason)
        done, told = await _outcome(stack, ticket)
        assert [status for _, status in done if status == "succeeded"] == []
        assert reason in told
        assert watch.errors == []


async def test_whoever_is_second_is_told_who_was_first(stack: ConsoleStack) -> None:
    """Live, or by pressing on a page that hears nothing: who decided and when, in place, without a reload."""
    ticket, first = await stack.big_refund(), await stack.add(OperatorRole.approver)
    path = f"{stack.url}/console/tickets/{ticket}"
    async with stack.signed_in(name=first) as (one, _), stack.signed_in() as (two, _), stack.signed_in() as (deaf, _):
        await deaf.route("**/console/live*", lambda route: route.abort())
        for page in (one, two, deaf):
            await page.goto(path)
            await expect(page.locator(".card.waits")).to_be_visible()
            await page.evaluate("window.sameAsEver = true")
        await expect(two.locator("#live")).to_have_text("Live")
        await one.keyboard.press("A")
        await expect(one.locator("#cards .badge").first).to_have_text("approved")
        await expect(two.locator("#cards")).to_contain_text(f"Approved by {first}")
        await expect(two.get_by_role("button", name="Approve")).to_have_count(0)
        await expect(deaf.locator(".card.waits")).to_be_visible()
        await deaf.keyboard.press("A")
        await expect(deaf.locator("#cards [role=alert]")).to_be_visible()
        await expect(deaf.locator("#cards")).to_contain_text(f"Approved by {first}")
        for page in (two, deaf):
            await expect(page.locator("#cards .card > p time").first).to_have_attribute("title", re.compile("CES?T"))
            assert await page.evaluate("window.sameAsEver")
        done, _ = await _outcome(stack, ticket)
        assert done == [("€1,299.00", "succeeded")]
