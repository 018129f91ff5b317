"""Pauses: what they cover is not claimed while they last, nothing is taken, and whoever waits is told of the end."""

import asyncio
from datetime import timedelta

import pytest
from pydantic import ValidationError

from domain.errors import NotFound, Paused, Unavailable
from domain.ticket import TicketRef
from store.claims import AlreadyMine, Claimed, claim
from store.ledger import ticket_actions
from store.outbox import undelivered
from store.pauses import NewPause, PauseRow, check_pauses, hold, list_pauses, pause, resume
from store.pools import Pools
from tests.integration.store.makers import NOW, intent, opened, refund

LATER = NOW + timedelta(hours=1)


def new(scope: str = "all", name: str | None = None) -> NewPause:
    """A pause by olga."""
    return NewPause.model_validate(
        {"scope": scope, "name": name, "paused_by": "olga", "reason": "The provider pays twice.", "at": NOW}
    )


async def paused(pools: Pools, scope: str = "all", name: str | None = None, tenant: str = "meridian") -> PauseRow:
    """A pause in force."""
    async with pools.operator(tenant) as conn:
        return await pause(conn, tenant, new(scope, name))


async def told(pools: Pools, ref: TicketRef) -> list[int]:
    """Of the end of which pauses a ticket is to be told."""
    async with pools.relay() as conn:
        rows = await undelivered(conn, 100, LATER)
    return [row.ref for row in rows if row.kind == "resume" and row.ticket == ref]


@pytest.mark.parametrize(
    ("scope", "name", "is_refused"),
    [
        ("all", None, True),
        ("action", "issue_refund", True),
        ("action", "cancel_order", False),
        ("procedure", "refund_late", True),
        ("procedure", "returns", False),
        ("procedure", "issue_refund", False),  # an action of that name is no procedure
    ],
)
async def test_a_pause_stops_what_it_covers(pools: Pools, scope: str, name: str | None, is_refused: bool) -> None:
    """One action, one procedure or everything; whatever it does not cover goes on."""
    ref = await opened(pools)
    made = await paused(pools, scope, name)
    async with pools.operator(ref.tenant) as conn:
        wanted = intent(refund(ref), procedure="refund_late")
        if is_refused:
            with pytest.raises(Paused) as caught:
                await claim(conn, ref, wanted)
            assert caught.value.facts == {"pause_id": made.id, "scope": scope, "name": name}
            assert await ticket_actions(conn, ref.tenant, ref.ticket_id) == []
        else:
            assert isinstance(await claim(conn, ref, wanted), Claimed)


async def test_another_tenants_pause_is_theirs(pools: Pools) -> None:
    """Each tenant pauses its own."""
    ref = await opened(pools)
    theirs = await paused(pools, tenant="tidewater")
    async with pools.operator(ref.tenant) as conn:
        assert isinstance(await claim(conn, ref, intent(refund(ref))), Claimed)
        assert await list_pauses(conn, "tidewater") == []
        with pytest.raises(NotFound):
            await resume(conn, ref.tenant, theirs.id, by="olga", at=LATER)


async def test_after_the_end_it_goes_on_and_whoever_waits_is_told_once(pools: Pools) -> None:
    """A ticket whose two actions were held gets one row in the outbox; a ticket that was not held gets none."""
    ref, other = await opened(pools), await opened(pools)
    made = await paused(pools)
    async with pools.operator(ref.tenant) as conn:
        for number in (1, 2, 1):
            await hold(conn, ref, f"{ref.ticket_id}/a{number}", made.id, NOW)
        assert [row.held for row in await list_pauses(conn, ref.tenant)] == [2]
    assert await told(pools, ref) == []
    async with pools.operator(ref.tenant) as conn:
        first = await resume(conn, ref.tenant, made.id, by="olga", at=LATER)
        again = await resume(conn, ref.tenant, made.id, by="omar", at=LATER + timedelta(hours=1))
        assert again == first
        assert (first.lifted_by, first.lifted_at) == ("olga", LATER)
        assert isinstance(await claim(conn, ref, intent(refund(ref))), Claimed)
        assert await list_pauses(conn, ref.tenant) == []
        assert await list_pauses(conn, ref.tenant, in_force_only=False) == [first]
    assert (await told(pools, ref), await told(pools, other)) == ([made.id], [])


async def test_each_of_two_pauses_must_end(pools: Pools) -> None:
    """What a second pause covers as well waits for that too, and its ticket is told of both ends."""
    ref = await opened(pools)
    first, second = await paused(pools), await paused(pools, "action", "issue_refund")
    for made in (first, second):
        async with pools.operator(ref.tenant) as conn:
            with pytest.raises(Paused) as caught:
                await claim(conn, ref, intent(refund(ref)))
            assert caught.value.facts["pause_id"] == made.id
            await hold(conn, ref, f"{ref.ticket_id}/a1", made.id, NOW)
            await resume(conn, ref.tenant, made.id, by="olga", at=LATER)
    assert await told(pools, ref) == [first.id, second.id]
    async with pools.operator(ref.tenant) as conn:
        assert isinstance(await claim(conn, ref, intent(refund(ref))), Claimed)


async def test_nobody_waits_for_an_end_that_has_been(pools: Pools) -> None:
    """An action that was refused just before the end is not held: it is to be claimed again."""
    ref = await opened(pools)
    made = await paused(pools)
    async with pools.operator(ref.tenant) as conn:
        await resume(conn, ref.tenant, made.id, by="olga", at=LATER)
        with pytest.raises(Unavailable):
            await hold(conn, ref, f"{ref.ticket_id}/a1", made.id, LATER)


async def test_what_was_claimed_before_is_looked_up(pools: Pools) -> None:
    """It may have been sent, so it keeps its claim; whether it is sent again, the activity asks `check_pauses`."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        await claim(conn, ref, intent(refund(ref)))
    await paused(pools)
    async with pools.operator(ref.tenant) as conn:
        assert isinstance(await claim(conn, ref, intent(refund(ref))), AlreadyMine)


async def test_a_pause_that_was_returned_holds_for_everybody(pools: Pools) -> None:
    """Making one waits for a claim under way; no claim that was not committed before it is committed after it."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        await check_pauses(conn, ref.tenant, "issue_refund", None)  # a claim has got this far
        pausing = asyncio.create_task(paused(pools))
        await asyncio.sleep(0.3)
        assert not pausing.done()
        assert isinstance(await claim(conn, ref, intent(refund(ref))), Claimed)
    made = await pausing
    assert made.lifted_at is None


async def test_claims_do_not_wait_for_each_other(pools: Pools) -> None:
    """The lock that a pause waits for is shared by claims."""
    refs = [await opened(pools), await opened(pools)]
    async with pools.operator("meridian") as one, pools.operator("meridian") as two:
        await one.execute("set local lock_timeout = '1s'")
        await claim(one, refs[0], intent(refund(refs[0]), "refund:1"))
        await two.execute("set local lock_timeout = '1s'")
        assert isinstance(await claim(two, refs[1], intent(refund(refs[1]), "refund:2")), Claimed)


@pytest.mark.parametrize(
    ("scope", "name"), [("all", "issue_refund"), ("action", None), ("procedure", None), ("x", "y")]
)
def test_a_pause_names_what_it_pauses(scope: str, name: str | None) -> None:
    """Everything has no name; an action and a procedure have one."""
    with pytest.raises(ValidationError):
        new(scope, name)
