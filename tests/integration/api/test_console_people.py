"""People have names, as the last turn read them, and a search finds them; times are those that they were told."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest

from domain.customer import CustomerContext
from domain.event import EventDraft
from domain.metrics import CountingTerms
from domain.operator import OperatorRole
from domain.ticket import IdentityLevel, TicketRef, TicketStatus, WaitingFor
from store.contexts import insert_context
from store.tickets import TicketChanges, project_ticket
from tests.integration.api.calling import Api, now
from tests.integration.api.console_desk import running_console, texts

pytestmark = pytest.mark.asyncio(loop_scope="session")  # the pools live as long as the session


async def _read(api: Api, superuser: psycopg.AsyncConnection, ref: TicketRef, *names: str) -> None:
    """The customer's records as so many turns read them; the ticket waits for a person and has no subject."""
    async with api.pools.operator(ref.tenant) as conn:
        for turn, name in enumerate(names, 1):
            context = CustomerContext(
                customer_id=ref.customer_id, identity=IdentityLevel.proven, name=name, first_name=name.split()[0]
            )
            await insert_context(conn, ref, turn=turn, key=f"{turn}/gather", context=context, at=now())
        await project_ticket(
            conn, ref, 2, now(), **TicketChanges(status=TicketStatus.open, waiting_for=WaitingFor.operator)
        )
    await superuser.execute("update setright.tickets set subject = null where ticket_id = %s", (ref.ticket_id,))


async def test_a_customer_is_called_by_the_name_that_was_read_last(
    api: Api, superuser: psycopg.AsyncConnection
) -> None:
    """The id stands beside it; who merely reads tickets sees the name too, and none of the records."""
    ref, other = await api.ticket(), await api.ticket()
    await _read(api, superuser, ref, "Pam Marsh", "Pam Ricci")
    async with running_console(api.deps) as console, console.operator() as olga:
        for place in ("inbox", "handoffs"):
            for line in ("", "Pam Ricci", "ricci"):
                page = await olga.page(f"/console/{place}?q={line}")
                assert texts(page, f"//*[@data-ticket='{ref.ticket_id}']//*[contains(@class, 'who')]") == ["Pam Ricci"]
                assert page.xpath(f"//*[@data-ticket='{ref.ticket_id}']//*[contains(@class, 'who')]/@title") == ["c-1"]
            assert page.xpath(f"//*[@data-ticket='{other.ticket_id}']") == []
        page = await olga.page(f"/console/tickets/{ref.ticket_id}")
        assert texts(page, "//*[@id='ticket-head']//h2")[0] == "Pam Ricci"
        async with console.operator(OperatorRole.viewer) as vic:
            page = await vic.page(f"/console/tickets/{ref.ticket_id}")
            assert texts(page, "//*[@id='ticket-head']//h2")[0] == "Pam Ricci"
            assert "Their records are shown to operators." in page.text_content()


async def test_an_approval_is_asked_for_somebody_with_a_name(api: Api, superuser: psycopg.AsyncConnection) -> None:
    """On its card, and in what a search goes through."""
    ref = await api.ticket()
    await _read(api, superuser, ref, "Pam Ricci")
    await api.approval(ref)
    async with running_console(api.deps) as console, console.operator() as olga:
        page = await olga.page("/console/approvals?q=Pam Ricci")
        assert texts(page, "//article//span[@title='c-1']") == ["of Pam Ricci"]


async def test_times_are_those_of_the_tenants_people(api: Api) -> None:
    """What is promised is told by the clocks that customers were told it by, a history by the moment of each step."""
    counting = {api.tenant: CountingTerms(time_zone="Asia/Tokyo")}  # no hour of a day is the same there as in UTC
    ref, due = await api.ticket(), now() + timedelta(hours=2)
    await api.happened(ref, EventDraft(kind="status_changed"))
    async with api.pools.operator(ref.tenant) as conn:
        await project_ticket(conn, ref, 3, now(), **TicketChanges(waiting_for=WaitingFor.operator, sla_due_at=due))
    async with running_console(replace(api.deps, counting=counting)) as console, console.operator() as olga:
        page = await olga.page(f"/console/tickets/{ref.ticket_id}")
        there = due.astimezone(ZoneInfo("Asia/Tokyo"))
        assert f"promised by {there:%d %b %H:%M}" in page.text_content()
        assert "Or until (Asia/Tokyo)" in page.text_content()
        assert "times are those of Asia/Tokyo" in page.text_content()
        put_off = await olga.send(
            f"/console/tickets/{ref.ticket_id}/snooze", status=303, until="then", then=f"{there:%Y-%m-%dT%H:%M}"
        )
        said = await olga.http.get(put_off.headers["Location"])
        assert f"Put off until {there:%d %b %H:%M}, for you alone." in said.text
        steps = await olga.page(f"/console/tickets/{ref.ticket_id}/history")
        [time, *_] = steps.xpath("//ol//time")
        at = datetime.fromisoformat(time.get("datetime")).astimezone(there.tzinfo)
        assert (time.text, time.get("data-ago")) == (f"{at:%d %b %H:%M:%S}", None)
