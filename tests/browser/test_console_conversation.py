"""A ticket's conversation in a real browser: live, taken over and handed back, and hostile words that stay words."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus

import pytest
import pytest_asyncio
from playwright.async_api import Page, Route, expect
from psycopg import AsyncConnection

from adapters.assistants.port import Assistant
from domain.event import TicketEvent
from domain.ids import TenantId
from domain.operator import OperatorRole
from domain.text import MAX_MESSAGE_CHARS
from domain.ticket import TicketRef
from store.events import read_events
from store.messages import read_messages
from tests.support.api_desk import serving
from tests.support.console_stack import ConsoleStack, crowded_stack
from tests.support.harness import eventually
from tests.support.servers import Servers, harness

pytestmark = pytest.mark.asyncio(loop_scope="module")
WANTS_A_PERSON = "I want to talk to a human."
QUESTION = "How long do I have to return something?"
SECONDS_TO_SCREEN = 1.0
HTML = "<img src=x onerror=\"console.error('it ran')\"><script>console.error('it ran')</script><b>bold</b>"
HIDDEN = "\u202e\u2066\u200b\U000e0041"
HIDDEN_SHOWN = "[U+202E][U+2066][U+200B][U+E0041]"
#: The longest message there is: markup, what turns directions, and a word of 9,000 letters, again and again.
HOSTILE = ((HTML + "\u202e\u2066abc\u2069\n" + "W" * 9_000 + "</p></li></details>\n") * 12)[:MAX_MESSAGE_CHARS]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(servers: Servers, assistants: Mapping[TenantId, Assistant]) -> AsyncIterator[ConsoleStack]:
    """One console for all of these tests; each has a customer of its own."""
    async with harness(servers, assistants) as shop, crowded_stack(shop, 8) as stack:
        yield stack


async def _opened(page: Page, stack: ConsoleStack, ref: TicketRef) -> None:
    await page.goto(f"{stack.url}/console/tickets/{ref.ticket_id}")
    await expect(page.locator("#live")).to_have_text("Live")


async def _events(stack: ConsoleStack, ref: TicketRef) -> list[TicketEvent]:
    async with stack.shop.desk.pools.operator(ref.tenant) as conn:
        return list(await read_events(conn, ref.tenant, ref.ticket_id))


async def _written(stack: ConsoleStack, ref: TicketRef, text: str) -> int:
    """The customer writes, and the ticket's workflow has taken it in; returns the message's seq."""
    seq = await stack.shop.accept(ref, text, is_new=False)
    await stack.shop.nudge(ref, seq)

    async def is_taken_in() -> bool:
        return any(it.kind == "message_received" and it.body["seq"] == seq for it in await _events(stack, ref))

    await eventually(is_taken_in, within=20)
    await stack.shop.idle(ref)
    return seq


async def test_taken_over_noted_replied_and_handed_back(stack: ConsoleStack) -> None:
    """The assistant is silent while a person has the ticket and goes on after; a note never reaches the customer."""
    ref = await stack.ref(await stack.desk.ask(stack.people.pop(), WANTS_A_PERSON))
    note, words = "He sounds upset, <be> kind.", "Olga here. What can I do for you?"
    name = await stack.add(OperatorRole.operator)
    async with stack.signed_in(name=name) as (page, watch):
        await _opened(page, stack, ref)
        await page.get_by_role("button", name="Take over").click()
        await expect(page.locator("#ticket-head")).to_contain_text("you have it")

        await page.keyboard.press("n")
        await page.keyboard.type(note)
        await page.get_by_role("button", name="Keep it").press("Enter")
        await expect(page.locator("#conversation .note")).to_contain_text(note)
        await expect(page.locator("dialog[open]")).to_have_count(0)

        await page.keyboard.press("r")
        await page.keyboard.type(words)
        await page.get_by_role("button", name="Send", exact=True).press("Enter")
        await expect(page.locator("#conversation .message.operator").last).to_contain_text(words)
        await expect(page.get_by_label("Reply to the customer")).to_have_value("")

        assistant = page.locator("#conversation .message.assistant")
        said = await assistant.count()
        await _written(stack, ref, QUESTION)
        await expect(page.locator("#conversation .message.customer").last).to_contain_text(QUESTION)
        assert [it.author for it in await stack.shop.messages(ref)][-1] == "customer"
        assert await assistant.count() == said

        await page.get_by_role("button", name="Hand back").click()
        await expect(page.get_by_role("button", name="Hand back")).to_have_count(0)
        await expect(assistant).to_have_count(said + 1)  # what waited is answered, without being asked again
        await expect(assistant.last).to_contain_text("30 days")
        assert (watch.errors, watch.origins) == ([], {stack.url})
    async with stack.shop.desk.pools.customer(ref.tenant, ref.customer_id) as conn:
        theirs = [it.text for it in await read_messages(conn, ref.tenant, ref.ticket_id)]
    assert words in theirs
    assert note not in theirs


async def test_the_page_knows_who_has_the_ticket_and_closing_asks_first(stack: ConsoleStack) -> None:
    """A reply takes the ticket, whoever loses it is told, and nothing is closed for good by one press."""
    ref = await stack.ref(await stack.desk.ask(stack.people.pop(), WANTS_A_PERSON))
    first, second = [await stack.add(OperatorRole.operator) for _ in range(2)]
    async with stack.signed_in(name=first) as (one, watch), stack.signed_in(name=second) as (two, _):
        for page in (one, two):
            await _opened(page, stack, ref)
        await one.get_by_label("Reply to the customer").fill("I look into it.")
        await one.get_by_role("button", name="Send", exact=True).click()
        await expect(one.locator("#ticket-head")).to_contain_text("you have it")
        await expect(one.get_by_role("button", name="Hand back")).to_be_visible()
        await expect(two.locator("#reply")).to_contain_text(f"{first} has this ticket; writing takes it from them.")

        await two.get_by_label("Reply to the customer").fill("So do I.")
        await two.get_by_role("button", name="Send", exact=True).click()
        await expect(one.locator("#ticket-head")).to_contain_text(f"{second} has taken this ticket from you.")

        await two.goto(f"{stack.url}/console/inbox?q=")
        for box in (await two.locator("[data-choose]").all())[:2]:
            await box.check()
        await two.locator("#bulk").get_by_role("button", name="Close", exact=True).click()
        await expect(two.locator("#bulk-close")).to_contain_text("Close for good: 2")
        await two.get_by_role("button", name="Keep them open").click()

        await one.get_by_role("link", name="Close", exact=True).click()
        await one.get_by_role("button", name="Keep it open").click()
        assert (await stack.desk.ticket(ref.ticket_id))["ticket"]["status"] == "pending"
        await one.get_by_role("link", name="Close", exact=True).click()
        await one.get_by_role("button", name="Close for good").click()
        await stack.desk.until(ref.ticket_id, "closed")
        assert watch.errors == []


async def test_what_is_said_is_on_two_screens_within_a_second(stack: ConsoleStack) -> None:
    """Without a reload, and while one of them types, whose words stay as they are."""
    ref = await stack.ref(await stack.desk.ask(stack.people.pop(), WANTS_A_PERSON))
    async with stack.signed_in() as (one, watch), stack.signed_in() as (two, _):
        for page in (one, two):
            await _opened(page, stack, ref)
        await two.keyboard.press("r")
        await two.keyboard.type("I am looking into")
        took = list[float]()
        for text in ("Is anybody there?", "Hello?", "I am still waiting."):  # a busy machine has three tries
            seq = await stack.shop.accept(ref, text, is_new=False)
            since = time.monotonic()
            await stack.shop.nudge(ref, seq)
            for page in (one, two):
                await expect(page.locator(f"#message-{seq}")).to_contain_text(text)
            took.append(time.monotonic() - since)
            if took[-1] < SECONDS_TO_SCREEN:
                break
            await stack.shop.idle(ref)
        assert min(took) < SECONDS_TO_SCREEN, took
        await two.keyboard.type(" it.")
        await expect(two.get_by_label("Reply to the customer")).to_have_value("I am looking into it.")
        assert watch.errors == []
        await stack.shop.idle(ref)


async def test_an_answer_that_comes_late_stands_on_no_other_ticket(stack: ConsoleStack) -> None:
    """Whoever goes on to the next ticket while one is brought up to date sees the next one, and it alone."""
    one, other = [await stack.ref(await stack.desk.ask(stack.people.pop(), WANTS_A_PERSON)) for _ in range(2)]
    is_asked, may_answer = asyncio.Event(), asyncio.Event()

    async def late(route: Route) -> None:
        if route.request.headers.get("x-fragment") == "ticket-body":
            is_asked.set()
            await may_answer.wait()
        await route.continue_()

    async with stack.signed_in() as (page, _):
        await _opened(page, stack, one)
        await page.route(f"**/console/tickets/{one.ticket_id}*", late)
        await stack.shop.nudge(one, await stack.shop.accept(one, "Hello?", is_new=False))
        await is_asked.wait()
        await page.locator(f"#row-{other.ticket_id} a.open").click()
        body = page.locator("#ticket-body")
        await expect(body).to_have_attribute("data-ticket-open", other.ticket_id)
        async with page.expect_response(lambda response: one.ticket_id in response.url) as answering:
            may_answer.set()
        await (await answering.value).finished()
        await page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        await expect(body).to_have_attribute("data-ticket-open", other.ticket_id)
        await page.unroute_all(behavior="wait")
        await stack.shop.idle(one)


async def test_offline_and_back(stack: ConsoleStack) -> None:
    """A page tells that its server is gone, and by itself what happened meanwhile once it is there again."""
    ref = await stack.ref(await stack.desk.ask(stack.people.pop(), WANTS_A_PERSON))
    async with serving(stack.shop, name="stopped") as desk:
        url = str(desk.http.base_url).rstrip("/")
        second = ConsoleStack(stack.shop, desk, stack.browser)
        visit = second.signed_in()
        page, _ = await visit.__aenter__()
        await _opened(page, second, ref)
    try:
        await expect(page.locator("#live")).to_have_text("Offline, trying again")
        await page.get_by_label("Reply to the customer").fill("Kept?")
        seq = await stack.shop.accept(ref, "Said while it was away", is_new=False)
        async with serving(stack.shop, port=int(url.rpartition(":")[2]), name="again"):
            await expect(page.locator("#live")).to_have_text("Live")
            await expect(page.locator(f"#message-{seq}")).to_contain_text("Said while it was away")
            await expect(page.get_by_label("Reply to the customer")).to_have_value("Kept?")
            await stack.shop.nudge(ref, seq)
            await stack.shop.idle(ref)
    finally:
        await visit.__aexit__(None, None, None)


async def test_hostile_words_stay_words(stack: ConsoleStack) -> None:
    """100,000 characters of HTML, hidden turns of direction (one as if stored by another way in) and long words."""
    assert len(HOSTILE) == MAX_MESSAGE_CHARS
    refused = await stack.desk.http.post("/v1/tickets", json={"customer_id": "cus_x", "text": HOSTILE + "x"})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    ref = await stack.ref(await stack.desk.ask(stack.people.pop(), HOSTILE))
    seq = await _written(stack, ref, "Please hurry.")
    await _replaced(stack, ref, seq, HTML + HIDDEN)
    for width in (1280, 400):
        async with stack.signed_in(viewport={"width": width, "height": 900}) as (page, watch):
            for path in ("inbox?q=", "handoffs", f"tickets/{ref.ticket_id}", f"tickets/{ref.ticket_id}/history"):
                answer = await page.goto(f"{stack.url}/console/{path}")
                assert answer is not None
                assert answer.ok, path
                await page.evaluate("for (const it of document.querySelectorAll('main details')) it.open = true")
                shown = await page.locator("main").inner_text()
                assert re.search("[\u200b\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]", shown) is None, path
                assert re.search("[\u202a-\u202e\u2066-\u2069]", await page.title()) is None, path
                assert await page.locator("main img, main script, main b").count() == 0, path
                wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                assert await page.evaluate(wide) <= 0, (path, width)
            await page.goto(f"{stack.url}/console/tickets/{ref.ticket_id}")
            await expect(page.locator(f"#message-{seq} .said").first).to_have_text(HTML + HIDDEN_SHOWN)
            await expect(page.locator("#message-1 .said").first).to_contain_text("<script>")
            await expect(page.locator("#message-1 summary")).to_contain_text("Show the rest")
            await expect(page.locator("#message-1")).to_contain_text("This one goes on")
            await expect(page.locator("#live")).to_have_text("Live")
            late = await _written(stack, ref, f"Are you there, at {width}?")
            await expect(page.locator(f"#message-{late}")).to_contain_text(f"at {width}?")
            assert (watch.errors, watch.origins) == ([], {stack.url})


async def _replaced(stack: ConsoleStack, ref: TicketRef, seq: int, text: str) -> None:
    async with await AsyncConnection.connect(stack.shop.superuser_address()) as conn:
        place = (text, ref.ticket_id, seq)
        await conn.execute("update setright.messages set text = %s where ticket_id = %s and seq = %s", place)
        await conn.execute(
            "update setright.tickets set subject = %s where ticket_id = %s", ((HTML + HIDDEN)[-255:], ref.ticket_id)
        )
