"""The console's page of figures: every link on it leads to as many tickets as it says, and it works as plain pages."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape

import pytest
import pytest_asyncio

from api.deps import ApiDeps
from domain.event import EventDraft
from domain.figure import FIGURES
from domain.operator import OperatorRole
from domain.ticket import TicketStatus
from tests.integration.api.calling import Api
from tests.integration.api.console_desk import running_console, seated

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session
#: A piece of a bar that counts tickets.
_BAR = re.compile(r'<a href="(metrics/(?!waiting_time)[^"]+label=[^"]+)"><title>[^<]*: (\d+) [^<]*</title>')


@pytest_asyncio.fixture(loop_scope="session")
async def desk(deps: ApiDeps) -> AsyncIterator[Api]:
    """The console of a viewer who has just signed in; no Temporal is needed to look."""
    async with running_console(deps) as console, seated(console.api, OperatorRole.viewer) as (_, http):
        yield replace(console.api, http=http)


async def test_every_bar_leads_to_its_tickets(desk: Api) -> None:
    """As many rows as the bar says; a ticket of another tenant is behind none."""
    first = await desk.ticket()
    for ref in (first, await desk.ticket(), await desk.ticket(tenant=desk.other_tenant)):
        handed_off = EventDraft(kind="handed_off", body={"reason": "vip", "queue": "vip", "rule": None})
        await desk.happened(ref, handed_off, status=TicketStatus.open)
    text = (await desk.http.get("/console/metrics")).text
    assert "style=" not in text
    bars = _BAR.findall(text)
    assert {unescape(href).partition("?")[0].split("/")[1] for href, _ in bars} >= {"opened", "handed_off"}
    for href, told in bars:
        behind = await desk.http.get(f"/console/{unescape(href)}")
        assert behind.text.count('<th scope="row"') == int(told)
    listed = (await desk.http.get("/console/metrics/opened/tickets")).text
    assert f'href="/console/tickets/{first.ticket_id}"' in listed


async def test_without_tickets_it_says_what_will_be_here(desk: Api) -> None:
    """Every figure is named with what it counts, and no share of nothing is shown."""
    text = (await desk.http.get("/console/metrics")).text
    assert "No tickets in this period" in text
    assert "<svg" not in text
    for definition in FIGURES.values():
        assert definition.title in text
    assert "No tickets are behind this." in (await desk.http.get("/console/metrics/csat/tickets")).text


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("?from=&until=&step=", 200, "No tickets in this period"),
        ("?from=soon", 200, "A day is written like"),
        ("?from=2026-12-02&until=2026-12-01", 200, "the last day comes before the first"),
        ("?step=year", 200, "Steps are day or week"),
        ("/nothing/tickets", 404, "There is no such figure"),
        ("/csat/tickets?label=%00", 422, "could not be read"),
    ],
)
async def test_whatever_is_asked_for_is_answered_in_words(desk: Api, query: str, status: int, told: str) -> None:
    """An empty form is the usual period; what is no period says so beside the usual one."""
    answer = await desk.http.get(f"/console/metrics{query}")
    assert answer.status_code == status
    assert told in answer.text
