"""Words that an operator is typing, in a real browser: never lost, never doubled, never sent as somebody else's."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, expect

from adapters.assistants.port import Assistant
from domain.ids import TenantId
from domain.operator import OperatorRole
from domain.ticket import TicketRef
from store.operators import put_member
from tests.support.console_stack import ConsoleStack, crowded_stack
from tests.support.servers import Servers, harness

pytestmark = pytest.mark.asyncio(loop_scope="module")
WANTS_A_PERSON = "I want to talk to a human."
WORDS = "I am looking into it, please give me an hour."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(servers: Servers, assistants: Mapping[TenantId, Assistant]) -> AsyncIterator[ConsoleStack]:
    """One console for all of these tests; each has a customer of its own."""
    async with harness(servers, assistants) as shop, crowded_stack(shop, 9) as stack:
        yield stack


async def _opened(page: Page, stack: ConsoleStack, ref: TicketRef) -> None:
    await page.goto(f"{stack.url}/console/tickets/{ref.ticket_id}")
    await expect(page.locator("#live")).to_have_text("Live")


async def _asked(stack: ConsoleStack, text: str = WANTS_A_PERSON) -> TicketRef:
    return await stack.ref(await stack.desk.ask(stack.people.pop(), text))


async def test_typed_words_stay_in_the_one_box_there_is(stack: ConsoleStack) -> None:
    """Whoever types and then takes over, or is interrupted by another message, has one box, and their words in it."""
    ref = await _asked(stack, "How long do I have to return something?")
    async with stack.signed_in() as (page, watch):
        await _opened(page, stack, ref)
        box = page.get_by_label("Reply to the customer")
        await box.fill(WORDS)
        await page.get_by_role("button", name="Take over").click()
        await expect(page.locator("#ticket-head")).to_contain_text("you have it")
        seq = await stack.shop.accept(ref, "Do gift cards expire?", is_new=False)
        await stack.shop.nudge(ref, seq)
        await expect(page.locator("#reply")).to_contain_text("The assistant would answer as below")
        await expect(box).to_have_count(1)
        await expect(box).to_have_value(WORDS)
        await page.get_by_role("button", name="Send", exact=True).click()
        await expect(page.locator("#conversation .message.operator").last).to_contain_text(WORDS)
        await expect(box).to_have_count(1)
        assert watch.errors == []
        await stack.shop.idle(ref)


async def test_a_dialog_that_told_of_a_mistake_is_still_one(stack: ConsoleStack) -> None:
    """A wrong amount, cancelled and opened again, leaves one form, with the amount that was asked for."""
    ref = await stack.ref(await stack.big_refund())
    async with stack.signed_in(OperatorRole.approver) as (page, _):
        await _opened(page, stack, ref)
        for _ in range(2):
            await page.keyboard.press("E")
            await page.get_by_label("amount").fill("much")
            await page.keyboard.press("Enter")
            await expect(page.locator("dialog[open] .problem")).to_be_visible()
            await page.locator("dialog[open]").get_by_role("button", name="Cancel").click()
            await expect(page.locator("dialog .problem")).to_have_count(0)
        await expect(page.get_by_label("amount")).to_have_count(1)


async def test_an_answer_that_is_lost_is_no_second_reply(stack: ConsoleStack) -> None:
    """The reply arrives, its answer does not: pressed again, with the list refreshed in between, it counts once."""
    ref = await _asked(stack)
    lost = list[str]()

    async def lose_one(route: Route) -> None:
        if lost:
            await route.continue_()
        else:
            lost.append((await route.fetch()).url)
            await route.abort()

    async with stack.signed_in() as (page, _):
        await _opened(page, stack, ref)
        await page.route("**/reply", lose_one)
        await page.get_by_label("Reply to the customer").fill(WORDS)
        send = page.get_by_role("button", name="Send", exact=True)
        await send.click()
        await expect(page.locator("#toasts")).to_contain_text("it counts once")
        await expect(page.locator("#conversation .message.operator").last).to_contain_text(WORDS)
        await expect(page.get_by_label("Reply to the customer")).to_have_value(WORDS)
        await send.click()
        await expect(page.get_by_label("Reply to the customer")).to_have_value("")
        await page.unroute_all(behavior="wait")
    assert len(lost) == 1
    assert [it.text for it in await stack.shop.messages(ref)].count(WORDS) == 1


async def test_words_survive_going_away(stack: ConsoleStack) -> None:
    """A place on the page is no other page; reloading, another page, Back and a new session bring the words back."""
    ref = await _asked(stack)
    name = await stack.add(OperatorRole.operator)
    async with stack.signed_in(name=name) as (page, _):
        await _opened(page, stack, ref)
        box = page.get_by_label("Reply to the customer")
        await box.fill(WORDS)
        await page.evaluate("window.sameAsEver = true")
        await page.keyboard.press("Escape")
        await page.locator(".skip").focus()
        await page.keyboard.press("Enter")
        await page.wait_for_url("**#main")
        assert await page.evaluate("window.sameAsEver")
        await expect(box).to_have_value(WORDS)
        await page.goto(f"{stack.url}/console/metrics")
        await page.go_back()
        await expect(box).to_have_value(WORDS)
        await page.reload()
        await expect(box).to_have_value(WORDS)
        await page.get_by_role("button", name="Send", exact=True).click()
        await expect(box).to_have_value("")
        await page.reload()
        await expect(box).to_have_value("")


async def test_where_one_stands_is_known_after_a_link(stack: ConsoleStack) -> None:
    """The open ticket's row is marked, and `j` goes to the one after it; the title names what is open."""
    for _ in range(2):
        await _asked(stack)
    async with stack.signed_in() as (page, _):
        await page.goto(f"{stack.url}/console/inbox")
        ids = await page.locator("[data-row]").evaluate_all("rows => rows.map(row => row.dataset.ticket)")
        await page.goto(f"{stack.url}/console/tickets/{ids[1]}")
        await expect(page.locator("[data-row].chosen")).to_have_attribute("data-ticket", ids[1])
        await page.keyboard.press("j")
        await expect(page.locator("#ticket-body")).to_have_attribute("data-ticket-open", ids[2])
        await expect(page).to_have_title(re.compile(ids[2]))


async def test_two_tenants_are_never_on_one_page(stack: ConsoleStack) -> None:
    """Another tab has gone to another tenant: this one goes there by itself, whole."""
    ref = await _asked(stack)
    name, other = await stack.add(OperatorRole.viewer), "tidewater"
    async with stack.shop.desk.pools.operator(other) as conn:
        await put_member(conn, other, name, OperatorRole.viewer, datetime.now(UTC), approves=())
    async with stack.signed_in(name=name) as (page, _):
        await expect(page.locator(f"#row-{ref.ticket_id}")).to_be_visible()
        second = await page.context.new_page()
        await second.goto(f"{stack.url}/console/inbox")
        await second.get_by_label("Tenant").select_option(other)
        await second.get_by_role("button", name="Switch").click()
        await expect(second).to_have_title(re.compile("Tidewater"))
        await expect(page).to_have_title(re.compile("Tidewater"))
        await expect(page.locator(f"#row-{ref.ticket_id}")).to_have_count(0)


async def test_a_dialog_says_that_it_was_settled_meanwhile(stack: ConsoleStack) -> None:
    """Whoever writes a reason while a colleague decides is told in the dialog, and can send nothing from it."""
    ref = await stack.ref(await stack.big_refund())
    async with stack.signed_in(OperatorRole.approver) as (one, _), stack.signed_in(OperatorRole.approver) as (two, _):
        for page in (one, two):
            await _opened(page, stack, ref)
        await one.keyboard.press("R")
        await one.keyboard.type("It was used.")
        await two.keyboard.press("A")
        dialog = one.locator("dialog[open]")
        await expect(dialog.get_by_role("alert")).to_contain_text("settled meanwhile")
        await expect(dialog.get_by_role("button", name="Decline")).to_be_disabled()
        await dialog.get_by_role("button", name="Cancel").click()
        await expect(one.locator("#cards .badge").first).to_have_text("approved")
