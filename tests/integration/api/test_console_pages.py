"""The console's pages as HTML: what they show, to whom, and that nothing of a customer's becomes markup."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from lxml import html

from api.deps import ApiDeps
from domain.operator import OperatorRole
from store.inbox import IncomingMessage, accept_message
from store.snoozes import snooze_ticket
from tests.integration.api.calling import Api, keeping, now
from tests.integration.api.console_desk import Console, Operator, running_console, texts
from tests.integration.api.ticket_double import working

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session
NASTY = "<script>alert(1)</script><img src=x onerror=alert(2)> \u202egnp.exe"


@pytest_asyncio.fixture(loop_scope="session")
async def console(deps: ApiDeps) -> AsyncIterator[Console]:
    """A console of its own; Temporal does not answer."""
    async with running_console(keeping(deps)) as console:
        yield console


@pytest_asyncio.fixture(loop_scope="session")
async def olga(console: Console) -> AsyncIterator[Operator]:
    """An operator."""
    async with console.operator() as olga:
        yield olga


async def test_the_inbox_shows_tickets_and_counts_them(console: Console, olga: Operator) -> None:
    """A line in the address is the filter; the same address gives the list alone to whoever has the page."""
    ref = await console.api.ticket()
    page = await olga.page("/console/inbox?q=is:new")
    assert page.xpath("//li/@data-ticket") == [ref.ticket_id]
    assert texts(page, "//nav[@class='views']/a") == [
        "Waiting for us 0", "Mine 0", "Unassigned 0", "Late 0", "Snoozed 0", "Unsolved 1", "Solved 0", "All",
    ]  # fmt: skip
    alone = await olga.page("/console/inbox?q=is:new", block="inbox-list")
    assert alone.get("id") == "inbox-list"
    assert alone.xpath("//li/@data-ticket") == [ref.ticket_id]
    assert not alone.xpath("//header")


async def test_customers_words_are_text(console: Console, olga: Operator) -> None:
    """Whatever they look like."""
    ref = await console.api.ticket()
    async with console.api.pools.operator(ref.tenant) as conn:
        await accept_message(conn, ref, IncomingMessage(text=NASTY, at=now()))
    page = await olga.page("/console/inbox?q=alert")
    assert page.xpath("//li/@data-ticket") == [ref.ticket_id]
    assert "<script>alert(1)</script>" in texts(page, "//li//span[contains(@class, 'words')]")[0]
    assert not page.xpath("//li//script | //li//img")


async def test_a_filter_that_is_none_is_told_and_shows_nothing(console: Console, olga: Operator) -> None:
    """Nobody is shown more than they asked for."""
    await console.api.ticket()
    page = await olga.page("/console/inbox?q=intnet:refund")
    assert texts(page, "//*[@data-error]") == ["There is no filter “intnet:”. Did you mean “intent:”?"]
    assert page.xpath("//li/@data-ticket") == []


async def test_another_tenants_tickets_are_not_there(console: Console, olga: Operator) -> None:
    """The seat decides whose tickets are seen."""
    foreign = await console.api.ticket(tenant=console.api.other_tenant)
    page = await olga.page(f"/console/inbox?q={foreign.ticket_id}")
    assert page.xpath("//li/@data-ticket") == []


async def test_what_tabs_share_is_one_seats_own(console: Console, olga: Operator) -> None:
    """Lists asked for at once: each with its own key for its form, and none with another's token, counts or snoozes."""
    ref = await console.api.ticket()
    async with console.operator() as bert:
        until = now() + timedelta(hours=1)
        async with console.api.pools.operator(ref.tenant) as conn:
            await snooze_ticket(conn, ref, by=bert.name, until=until, at=now())
        tabs = [olga, bert, olga, bert, olga]
        path = f"/console/inbox?q={ref.ticket_id}"
        lists = await asyncio.gather(*(tab.page(path, block="inbox-list") for tab in tabs))
    assert [it.xpath("//input[@name='csrf']/@value") for it in lists] == [[tab.csrf] for tab in tabs]
    assert len({key for it in lists for key in it.xpath("//input[@name='once']/@value")}) == len(tabs)
    assert ["Snoozed 1" in texts(it, "//nav/a") for it in lists] == [tab is bert for tab in tabs]
    assert ["put off until" in it.text_content() for it in lists] == [tab is bert for tab in tabs]


async def test_whoever_only_reads_moves_nothing(console: Console) -> None:
    """A viewer is told what to ask for."""
    ref = await console.api.ticket()
    async with console.operator(OperatorRole.viewer) as vic:
        answer = await vic.send("/console/inbox/bulk", status=403, verb="close", ticket=ref.ticket_id)
        assert "ask an admin for the role of operator" in answer.text
        await vic.page("/console/knowledge", status=403)


async def test_several_tickets_are_moved_and_what_could_not_be_is_told(live_api: Api) -> None:
    """Each by itself; a form that is sent twice moves nothing twice."""
    async with running_console(live_api.deps) as console, working(console.api), console.operator() as olga:
        refs = [await console.api.ticket() for _ in range(2)]
        chosen = [ref.ticket_id for ref in refs]
        answer = await olga.send("/console/inbox/bulk", once="pressed-twice", verb="take_over", ticket=chosen)
        assert "Take over: 2 of 2." in answer.text
        again = await olga.send("/console/inbox/bulk", once="pressed-twice", verb="take_over", ticket=chosen)
        assert "Take over: 2 of 2." in again.text
        unknown = await olga.send("/console/inbox/bulk", verb="close", ticket=[chosen[0], "T-00000000"])
        assert "Close: 1 of 2. 1 not: There is no such ticket." in unknown.text


async def test_knowledge_is_written_found_and_withdrawn(olga: Operator) -> None:
    """A mistake is told beside what was written, which is not lost."""
    wrong = await olga.send("/console/knowledge/write", status=422, slug="Gift Cards", content="Two years.")
    assert "gift-cards" in wrong.text
    assert "Two years." in wrong.text
    made = await olga.send(
        "/console/knowledge/write", status=303, slug="gift-cards", title="Gift cards", content="Valid for two years."
    )
    assert made.headers["location"] == "/console/knowledge/articles/gift-cards"
    page = await olga.page(made.headers["location"])
    assert texts(page, "//section[@class='passage']/p") == ["Valid for two years."]
    assert texts(await olga.page("/console/knowledge"), "//tbody//a")[0] == "Gift cards"
    await olga.send("/console/knowledge/articles/gift-cards/withdraw", status=303)
    assert texts(await olga.page("/console/knowledge"), "//tbody//a") == []
    await olga.page("/console/knowledge/articles/none", status=404)


async def test_a_conflict_is_decided_with_a_reason(console: Console, olga: Operator) -> None:
    """Both sides are shown; without a reason nothing is decided, and who is late is told who decided."""
    conflict = await console.api.conflict(console.api.tenant)
    page = await olga.page("/console/knowledge/conflicts")
    assert texts(page, "//blockquote/p") == ["Within 30 days.", "Within 14 days."]
    path = f"/console/knowledge/conflicts/{conflict}"
    assert "Say in a sentence why" in (await olga.send(path, status=422, decision="dismissed")).text
    await olga.send(path, decision="dismissed", reason="One is for sale items.")
    late = await olga.send(path, status=409, decision="resolved", reason="Corrected.")
    assert f"dismissed by {olga.name} already" in late.text
    assert texts(await olga.page("/console/knowledge/conflicts"), "//blockquote/p") == []


async def test_the_other_knowledge_pages_say_what_will_be_there(console: Console, olga: Operator) -> None:
    """An empty page is no blank page; a source has its latest reading, and the next."""
    for path in ("gaps", "reviews", "sources"):
        assert len(texts(await olga.page(f"/console/knowledge/{path}"), "//p[contains(@class, 'empty')]")) == 1
    name = await console.api.knowledge()
    page = await olga.page("/console/knowledge/sources")
    assert page.xpath(f"//section[@id='source-{name}']")
    await olga.send(f"/console/knowledge/sources/{name}/every", minutes="360")
    page = await olga.page("/console/knowledge/sources")
    assert page.xpath("//option[@selected]/@value") == ["360"]
    await olga.send(f"/console/knowledge/sources/{name}/every", status=422, minutes="3")


async def test_files_are_kept_by_browsers_for_ever(olga: Operator) -> None:
    """Their address holds a digest; an old address gets the present file, kept for no time."""
    page = await olga.page("/console/inbox")
    [script] = page.xpath("//script/@src")
    answer = await olga.http.get(script)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    old = await olga.http.get("/console/static/000000000000/console.js")
    assert (old.content, old.headers["cache-control"]) == (answer.content, "no-cache")
    assert (await olga.http.get("/console/static/000000000000/app.py")).status_code == 404


async def test_no_error_is_a_dead_end(console: Console) -> None:
    """Whoever is seated keeps the bar, with what they may open and nothing else; a stranger gets a page without it."""
    bar = "//header//nav/a"
    async with console.operator(OperatorRole.viewer) as vic:
        offered = texts(await vic.page("/console/inbox"), bar)
        assert offered == ["Inbox", "Approvals", "Handoffs", "Policy", "Autonomy", "Metrics"]
        for item in set(offered) - {"Policy"}:  # this tenant has no rulebook
            await vic.page(f"/console/{item.lower()}")
        for path, status in (
            ("/console/knowledge", 403),
            ("/console/nothing", 404),
            ("/console/policy/versions/x", 422),
        ):
            page = await vic.page(path, status=status)
            assert texts(page, bar) == offered, path
            assert len(texts(page, "//*[@data-error]")) == 1
            assert texts(await vic.page(path, status=status, block="main"), bar) == []
    answer = await console.api.http.get("/console/nothing")
    assert (answer.status_code, texts(html.fromstring(answer.text), bar)) == (404, [])
