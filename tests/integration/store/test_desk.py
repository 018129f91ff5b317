"""The operators' inbox: what a filter finds is what it says, counted the same, paged without loss."""

from datetime import timedelta

import pytest

from domain.errors import InvalidInput
from domain.ticket import TicketRef, TicketStatus, WaitingFor
from store.desk import InboxFilter, Viewer, count_inbox, list_inbox
from store.inbox import accept_message
from store.pools import Pools
from store.snoozes import snooze_ticket
from store.tickets import TicketChanges, project_ticket
from tests.integration.store.makers import NOW, opened, says

VIEWER = Viewer(operator_id="olga", now=NOW)


async def _found(pools: Pools, tenant: str = "meridian", **wanted: object) -> list[str]:
    asked = InboxFilter.model_validate(wanted)
    async with pools.operator(tenant) as conn:
        page = await list_inbox(conn, tenant, asked, VIEWER)
        assert await count_inbox(conn, tenant, {"asked": asked}, VIEWER) == {"asked": len(page.rows)}
    return [row.ticket_id for row in page.rows]


async def _changed(pools: Pools, ref: TicketRef, minutes: int, **changes: object) -> None:
    async with pools.operator(ref.tenant) as conn:
        await project_ticket(conn, ref, minutes, NOW + timedelta(minutes=minutes), **TicketChanges(**changes))  # type: ignore[typeddict-item]


async def test_each_filter_finds_its_own(pools: Pools) -> None:
    """By status, by whom it waits for, by intent, queue, assignee, urgency, age and words."""
    one, two, three = [await opened(pools) for _ in range(3)]
    await _changed(pools, one, 1, status=TicketStatus.open, waiting_for=WaitingFor.operator, intent="refund_request")
    await _changed(pools, two, 2, status=TicketStatus.pending, queue="billing", assigned_to="olga", is_urgent=True)
    async with pools.operator("meridian") as conn:
        await accept_message(conn, three, says("The 100%_sure charger is broken."))
    a, b, c = one.ticket_id, two.ticket_id, three.ticket_id
    assert await _found(pools) == [b, a, c]
    assert await _found(pools, oldest_first=True) == [c, a, b]
    assert await _found(pools, statuses=["open", "pending"]) == [b, a]
    assert await _found(pools, waiting_for=["operator", "approver"]) == [a]
    assert await _found(pools, intent="refund_request") == [a]
    assert await _found(pools, queue="billing", assigned_to="olga", is_urgent=True) == [b]
    assert await _found(pools, assigned_to="") == [a, c]
    assert await _found(pools, updated_before=NOW + timedelta(seconds=90)) == [a, c]
    assert await _found(pools, updated_after=NOW + timedelta(seconds=90)) == [b]
    assert await _found(pools, words="100%_SURE") == [c]
    assert await _found(pools, words="100x_sure") == []
    assert await _found(pools, words=a.lower()) == [a]
    assert await _found(pools, is_snoozed=False) == [b, a, c]
    async with pools.operator("meridian") as conn:
        for ref, who, minutes in ((one, "olga", 5), (two, "bob", 5), (three, "olga", 5), (three, "olga", 0)):
            until = NOW + timedelta(minutes=minutes)
            await snooze_ticket(conn, ref, by=who, until=until, at=NOW - timedelta(minutes=1))
    assert await _found(pools, is_snoozed=True) == [a]
    assert await _found(pools, is_snoozed=False) == [b, c]
    await _changed(pools, one, 3, sla_due_at=NOW + timedelta(hours=1), sla_breached_at=NOW)
    assert await _found(pools, is_breached=True) == await _found(pools, due_before=NOW + timedelta(hours=1)) == [a]
    assert await _found(pools, due_before=NOW) == []
    assert await _found(pools, customer_id=one.customer_id, channel=one.channel) == [a, b, c]


async def test_another_tenants_tickets_are_never_found(pools: Pools) -> None:
    """The scope decides, not the filter."""
    ref = await opened(pools, "tidewater")
    assert await _found(pools) == []
    async with pools.operator("meridian") as conn:
        assert (await list_inbox(conn, "tidewater", InboxFilter(), VIEWER)).rows == ()
    assert await _found(pools, "tidewater") == [ref.ticket_id]


@pytest.mark.parametrize("oldest_first", [True, False])
async def test_pages_show_every_ticket_once(pools: Pools, oldest_first: bool) -> None:
    """Also when several changed in the same moment."""
    refs = [await opened(pools) for _ in range(5)]
    seen: list[str] = []
    cursor = None
    while True:
        async with pools.operator("meridian") as conn:
            asked = InboxFilter(oldest_first=oldest_first)
            page = await list_inbox(conn, "meridian", asked, VIEWER, limit=2, cursor=cursor)
        seen += [row.ticket_id for row in page.rows]
        cursor = page.cursor
        if cursor is None:
            break
    assert sorted(seen) == sorted(ref.ticket_id for ref in refs)


async def test_a_cursor_of_somebody_elses_is_refused(pools: Pools) -> None:
    """And says what to do."""
    async with pools.operator("meridian") as conn:
        with pytest.raises(InvalidInput, match="leave it out"):
            await list_inbox(conn, "meridian", InboxFilter(), VIEWER, cursor="bm90IG91cnM=")
