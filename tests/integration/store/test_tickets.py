"""Tickets as projections: legal moves, no step back, and lists that can be paged through."""

from datetime import timedelta

import pytest

from domain.errors import Conflict, InvalidInput, NotFound
from domain.ticket import TicketStatus, WaitingFor
from store.inbox import Stub, accept_message
from store.pools import Pools
from store.tickets import TicketFilter, list_tickets, project_ticket, read_ticket
from tests.integration.store.makers import NOW, make_ref, opened, says

LATER = NOW + timedelta(hours=1)


async def test_a_projection_writes_what_changed_and_leaves_the_rest(pools: Pools) -> None:
    """Columns that are not named keep their value; None takes one away."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        changes = {"status": TicketStatus.open, "intent": "refund_late", "assigned_to": "op-1"}
        assert await project_ticket(conn, ref, 3, LATER, **changes)  # type: ignore[arg-type]
        assert await project_ticket(conn, ref, 4, LATER, assigned_to=None, waiting_for=WaitingFor.customer)
        row = await read_ticket(conn, ref.tenant, ref.ticket_id)
    assert (row.status, row.intent, row.assigned_to) == (TicketStatus.open, "refund_late", None)
    assert (row.waiting_for, row.last_event_seq, row.updated_at) == (WaitingFor.customer, 4, LATER)
    assert (row.opened_at, row.last_message_seq) == (NOW, 1)


async def test_a_late_attempt_does_not_turn_time_back(pools: Pools) -> None:
    """What earlier events made of a ticket does not overwrite what later ones did."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        await project_ticket(conn, ref, 8, NOW, status=TicketStatus.solved)
        assert not await project_ticket(conn, ref, 5, NOW, status=TicketStatus.pending)
        assert (await read_ticket(conn, ref.tenant, ref.ticket_id)).status is TicketStatus.solved
        assert await project_ticket(conn, ref, 8, NOW, status=TicketStatus.solved)


async def test_an_illegal_move_is_refused(pools: Pools) -> None:
    """Nothing leaves `closed`; recording the closing again is no move."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        await project_ticket(conn, ref, 1, NOW, status=TicketStatus.closed)
        assert await project_ticket(conn, ref, 1, NOW, status=TicketStatus.closed)
        with pytest.raises(Conflict):
            await project_ticket(conn, ref, 2, NOW, status=TicketStatus.open)


async def test_projecting_needs_the_ticket(pools: Pools) -> None:
    """A ticket outside the scope cannot be projected."""
    ref = await opened(pools, "tidewater")
    async with pools.operator("meridian") as conn:
        with pytest.raises(NotFound):
            await project_ticket(conn, ref, 1, NOW, status=TicketStatus.open)


async def test_pages_show_every_ticket_once_newest_first(pools: Pools) -> None:
    """Page after page, also when several tickets were opened in the same moment, and while new ones arrive."""
    refs = []
    async with pools.operator("meridian") as conn:
        for number in range(7):
            ref = make_ref()
            refs.append(ref.ticket_id)
            at = NOW + timedelta(minutes=number // 3)
            await accept_message(conn, ref, says(at=at), stub=Stub())
    seen: list[str] = []
    times = []
    cursor = None
    while True:
        async with pools.operator("meridian") as conn:
            page = await list_tickets(conn, "meridian", TicketFilter(), limit=2, cursor=cursor)
            await accept_message(conn, make_ref(), says(at=LATER), stub=Stub())
        seen += [row.ticket_id for row in page.tickets]
        times += [row.opened_at for row in page.tickets]
        if (cursor := page.cursor) is None:
            break
    assert sorted(seen) == sorted(refs)
    assert times == sorted(times, reverse=True)


async def test_lists_are_filtered(pools: Pools) -> None:
    """Each filter alone and together with others; other tenants' tickets never show."""
    await opened(pools, "tidewater")
    first, second = await opened(pools, customer="c-1"), await opened(pools, customer="c-2")
    async with pools.operator("meridian") as conn:
        await project_ticket(
            conn, first, 1, NOW, status=TicketStatus.open, waiting_for=WaitingFor.operator, queue="billing"
        )

        async def found(wanted: TicketFilter) -> set[str]:
            return {row.ticket_id for row in (await list_tickets(conn, "meridian", wanted)).tickets}

        assert await found(TicketFilter()) == {first.ticket_id, second.ticket_id}
        assert await found(TicketFilter(statuses=(TicketStatus.open,))) == {first.ticket_id}
        assert len(await found(TicketFilter(statuses=(TicketStatus.open, TicketStatus.new)))) == 2
        assert await found(TicketFilter(customer_id="c-2")) == {second.ticket_id}
        assert await found(TicketFilter(waiting_for=WaitingFor.operator, queue="billing")) == {first.ticket_id}
        assert await found(TicketFilter(queue="billing", customer_id="c-2")) == set()


@pytest.mark.parametrize("cursor", ["nonsense", "", "MjAyNg==", "é"])
async def test_a_cursor_of_somebody_elses_making_is_refused(pools: Pools, cursor: str) -> None:
    """Only a cursor that a list gave is taken; an empty one starts from the beginning."""
    async with pools.operator("meridian") as conn:
        if cursor:
            with pytest.raises(InvalidInput):
                await list_tickets(conn, "meridian", TicketFilter(), cursor=cursor)
        else:
            assert (await list_tickets(conn, "meridian", TicketFilter(), cursor=cursor)).tickets == ()
