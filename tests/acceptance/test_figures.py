"""Figures over tickets that were really lived: what is a first contact, a thank-you and a person's help in events."""

from datetime import UTC, datetime, timedelta

from domain.figure import FigureName
from domain.metrics import CountingTerms
from domain.period import Period
from domain.ticket import TicketRef, TicketStatus
from store.metrics import Selection, count_figures, list_behind
from tests.acceptance.test_story_01_late_refund import LATE
from tests.support.harness import Harness

DAYS = timedelta(days=1)


async def _behind(shop: Harness, figure: FigureName, now: datetime) -> dict[str, tuple[str | None, bool | None]]:
    """Each ticket with its label and whether it counts, after the numbers were found to agree."""
    period = Period(first=(now - 90 * DAYS).date(), last=now.date())
    async with shop.desk.pools.operator(shop.tenant) as conn:
        report = await count_figures(conn, shop.tenant, period, CountingTerms(), now)
        listed = await list_behind(conn, shop.tenant, period, Selection(figure=figure), CountingTerms(), now)
    assert report.figure(figure).total.numerator == sum(row.counts is True for row in listed)
    return {row.ticket_id: (row.label, row.counts) for row in listed}


async def test_figures_tell_what_was_lived(skipping: Harness) -> None:
    """Settled after a yes, settled with thanks, come back with another question, helped by a person."""
    settled = await skipping.open("cus_kim", "It says delivered but my kettle never arrived.")
    await skipping.say(settled, "Yes, please go ahead.")
    thanked = await skipping.open("cus_ada", LATE)
    await skipping.say(thanked, "Thanks a lot!")
    asked_more = await skipping.open("cus_ada", LATE)
    await skipping.say(asked_more, "How long do I have to return something?")
    helped = await skipping.open("cus_dan", "I want to talk to a human.")
    assert (await skipping.ticket(helped)).status is TicketStatus.open
    tickets = (settled, thanked, asked_more)
    before = await _behind(skipping, FigureName.autonomous_resolution, datetime.now(UTC))
    assert {before[ref.ticket_id][1] for ref in (*tickets, helped)} == {None}

    await skipping.sleep(40 * DAYS)
    for ref in tickets:
        await skipping.until(ref, TicketStatus.closed)
    now = datetime.now(UTC) + 40 * DAYS

    def counted(rows: dict[str, tuple[str | None, bool | None]]) -> list[TicketRef]:
        return [ref for ref in (*tickets, helped) if rows.get(ref.ticket_id, (None, None))[1]]

    assert counted(await _behind(skipping, FigureName.autonomous_resolution, now)) == list(tickets)
    first_contact = await _behind(skipping, FigureName.first_contact_resolution, now)
    assert counted(first_contact) == [settled, thanked]
    assert {first_contact[ref.ticket_id][0] for ref in tickets} == {"assistant alone"}
    assert counted(await _behind(skipping, FigureName.reopened, now)) == [thanked, asked_more]
    assert (await _behind(skipping, FigureName.handed_off, now))[helped.ticket_id] == ("asked_for_person", True)
    assert helped.ticket_id in await _behind(skipping, FigureName.waiting_time, now)
