"""Story 12: a reply to a solved ticket reopens it; after the window it is closed."""

from datetime import timedelta

import pytest

from domain.errors import TicketClosed
from domain.ticket import TicketStatus
from store.events import read_events
from tests.acceptance.test_story_01_late_refund import LATE
from tests.support.harness import Harness


async def test_a_reply_reopens_a_solved_ticket(shop: Harness) -> None:
    """The same ticket goes on, and counts the reopening."""
    ref = await shop.open("cus_ada", LATE)
    assert (await shop.ticket(ref)).status is TicketStatus.solved
    await shop.say(ref, "How long do I have to return something?")
    row = await shop.ticket(ref)
    assert row.reopens == 1
    assert "30 days" in await shop.last_reply(ref)


async def test_after_the_window_the_ticket_is_closed_for_good(skipping: Harness) -> None:
    """The resolution has become durable; a late message is refused and opens nothing."""
    ref = await skipping.open("cus_ada", LATE)
    await skipping.sleep(timedelta(days=30))
    await skipping.until(ref, TicketStatus.closed)
    async with skipping.desk.pools.operator(ref.tenant) as conn:
        kinds = [event.kind for event in await read_events(conn, ref.tenant, ref.ticket_id)]
    assert kinds[-3:] == ["resolution_became_durable", "closed", "status_changed"]
    with pytest.raises(TicketClosed):
        await skipping.accept(ref, "hello?", is_new=False)


async def test_a_reply_just_before_the_window_ends_reopens(skipping: Harness) -> None:
    """The window is counted from the resolution, and a reply within it counts."""
    ref = await skipping.open("cus_ada", LATE)
    terms = skipping.desk.tenant(ref.tenant).config.windows
    await skipping.sleep(terms.reopen - timedelta(hours=1))
    await skipping.say(ref, "Still no money!")
    assert (await skipping.ticket(ref)).reopens == 1


async def test_a_silent_customer_is_reminded_once_and_the_ticket_settles(skipping: Harness) -> None:
    """No answer to our question: one reminder, then solved, then closed."""
    ref = await skipping.open("cus_eve", "It doesn't work.")
    assert (await skipping.ticket(ref)).status is TicketStatus.pending
    before = len(await skipping.messages(ref))
    windows = skipping.desk.tenant(ref.tenant).config.windows
    await skipping.sleep(windows.reminder + timedelta(minutes=5))
    assert len(await skipping.messages(ref)) == before + 1
    await skipping.sleep(windows.close)
    await skipping.until(ref, TicketStatus.solved)
    await skipping.sleep(windows.reopen + timedelta(minutes=5))
    await skipping.until(ref, TicketStatus.closed)
    assert len(await skipping.messages(ref)) == before + 1
