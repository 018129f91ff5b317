"""One-time codes: made once, tried five times, used once, for ten minutes."""

import asyncio
from datetime import timedelta

import psycopg
import pytest

from domain.errors import TooManyCodes
from domain.identity import CODE_LIFETIME, CODES_PER_DAY, TRIES_PER_CODE
from domain.ticket import TicketRef
from store.codes import ask_for_code, make_code, try_code, was_code
from store.outbox import undelivered
from store.pools import Pools
from tests.integration.store.makers import NOW, make_ref, open_ticket, says

KEY = b"k" * 32


async def a_ticket(pools: Pools, customer: str = "c-1") -> TicketRef:
    """A ticket of a customer."""
    ref = make_ref("meridian", customer)
    async with pools.operator(ref.tenant) as conn:
        await open_ticket(conn, ref, says("Hello"))
    return ref


async def a_code(pools: Pools, ref: TicketRef, at: object = NOW) -> str:
    """A code that was asked for and made."""
    async with pools.operator(ref.tenant) as conn:
        await ask_for_code(conn, ref, at)  # type: ignore[arg-type]
    async with pools.relay() as conn:
        asked = [row for row in await undelivered(conn, 100, NOW) if row.kind == "code"]
    async with pools.operator(ref.tenant) as conn:
        code = await make_code(conn, KEY, ref, asked[-1].ref, at)  # type: ignore[arg-type]
    assert code is not None
    return code


async def tried(pools: Pools, ref: TicketRef, code: str, after: timedelta = timedelta(0)) -> bool:
    """One try, committed."""
    async with pools.operator(ref.tenant) as conn:
        return await try_code(conn, KEY, ref, code, NOW + after)


def other_than(code: str, number: int = 1) -> str:
    """A wrong code."""
    return f"{(int(code) + number) % 10**8:08d}"


async def test_a_code_works_once(pools: Pools) -> None:
    """The right digits prove it, and never again."""
    ref = await a_ticket(pools)
    code = await a_code(pools, ref)
    assert await tried(pools, ref, code)
    assert not await tried(pools, ref, code)


async def test_a_code_is_tried_five_times(pools: Pools) -> None:
    """After five wrong tries the right one is worth nothing."""
    ref = await a_ticket(pools)
    code = await a_code(pools, ref)
    for number in range(1, TRIES_PER_CODE + 1):
        assert not await tried(pools, ref, other_than(code, number))
    assert not await tried(pools, ref, code)


async def test_the_fifth_try_still_counts(pools: Pools) -> None:
    """Four wrong tries, and then the right one."""
    ref = await a_ticket(pools)
    code = await a_code(pools, ref)
    for number in range(1, TRIES_PER_CODE):
        assert not await tried(pools, ref, other_than(code, number))
    assert await tried(pools, ref, code)


async def test_tries_at_the_same_moment_gain_nothing(pools: Pools) -> None:
    """Of thirty at once five are compared; the same right code at once is right once."""
    ref = await a_ticket(pools)
    code = await a_code(pools, ref)
    right = await asyncio.gather(*(tried(pools, ref, code) for _ in range(6)))
    assert right.count(True) == 1
    ref = await a_ticket(pools, "c-2")
    code = await a_code(pools, ref)
    wrong = [tried(pools, ref, other_than(code, number)) for number in range(1, 31)]
    assert not any(await asyncio.gather(*wrong))
    assert not await tried(pools, ref, code)


@pytest.mark.parametrize(("after", "is_right"), [(timedelta(minutes=9, seconds=59), True), (CODE_LIFETIME, False)])
async def test_a_code_lives_ten_minutes(pools: Pools, after: timedelta, is_right: bool) -> None:
    """By the clock that is handed in."""
    ref = await a_ticket(pools)
    code = await a_code(pools, ref)
    assert await tried(pools, ref, code, after) is is_right


async def test_a_new_code_replaces_the_one_before(pools: Pools) -> None:
    """The older one is worth nothing, even untried."""
    ref = await a_ticket(pools)
    first = await a_code(pools, ref)
    second = await a_code(pools, ref)
    assert not await tried(pools, ref, first)
    assert await tried(pools, ref, second)


async def test_a_code_is_for_its_own_ticket(pools: Pools) -> None:
    """Another ticket of the same customer does not take it, nor one of somebody else."""
    ref = await a_ticket(pools)
    code = await a_code(pools, ref)
    for other in (await a_ticket(pools), await a_ticket(pools, "c-2")):
        assert not await tried(pools, other, code)
        await a_code(pools, other)
        assert not await tried(pools, other, code)
    assert await tried(pools, ref, code)


async def test_another_key_proves_nothing(pools: Pools) -> None:
    """Whoever can read or restore the table, but has not the installation's secret, has nothing."""
    ref = await a_ticket(pools)
    code = await a_code(pools, ref)
    async with pools.operator(ref.tenant) as conn:
        assert not await try_code(conn, b"o" * 32, ref, code, NOW)


async def test_five_codes_a_day_and_customer(pools: Pools) -> None:
    """Over all of the customer's tickets; another customer's are their own, and so is the next day."""
    for _ in range(CODES_PER_DAY):
        await a_code(pools, await a_ticket(pools))
    ref = await a_ticket(pools)
    async with pools.operator(ref.tenant) as conn:
        with pytest.raises(TooManyCodes):
            await ask_for_code(conn, ref, NOW)
        assert await ask_for_code(conn, await a_ticket(pools, "c-2"), NOW)
        assert await ask_for_code(conn, ref, NOW + timedelta(days=1, seconds=1))


async def test_codes_asked_for_at_the_same_moment_are_counted(pools: Pools) -> None:
    """Ten at once are five codes."""

    async def ask(ref: TicketRef) -> bool:
        try:
            async with pools.operator(ref.tenant) as conn:
                return await ask_for_code(conn, ref, NOW)
        except TooManyCodes:
            return False

    refs = [await a_ticket(pools) for _ in range(10)]
    assert sum(await asyncio.gather(*(ask(ref) for ref in refs))) == CODES_PER_DAY


async def test_none_is_sent_while_one_can_be_used(pools: Pools) -> None:
    """The assistant asks again without sending again: not until the code is used, tried out or old."""
    ref = await a_ticket(pools)
    await a_code(pools, ref)
    async with pools.operator(ref.tenant) as conn:
        assert not await ask_for_code(conn, ref, NOW + timedelta(minutes=9), unless_live=True)
        assert await ask_for_code(conn, ref, NOW + timedelta(minutes=10), unless_live=True)
        assert not await ask_for_code(conn, ref, NOW + timedelta(minutes=11), unless_live=True)  # it is on its way


async def test_a_code_asked_for_long_ago_is_not_made(pools: Pools) -> None:
    """What the relay finds too late is dropped: whoever asked has given up."""
    ref = await a_ticket(pools)
    async with pools.operator(ref.tenant) as conn:
        await ask_for_code(conn, ref, NOW)
        asked = await (await conn.execute("select max(id) from setright.identity_codes")).fetchone()
        assert asked is not None
        assert await make_code(conn, KEY, ref, asked[0], NOW + CODE_LIFETIME) is None


async def test_the_digits_are_nowhere(pools: Pools, superuser: psycopg.AsyncConnection) -> None:
    """Neither the code nor a plain digest of it is in any row; yet it is known again when it is read."""
    ref = await a_ticket(pools)
    code = await a_code(pools, ref)
    rows = await (await superuser.execute("select t::text from setright.identity_codes as t")).fetchall()
    rows += await (await superuser.execute("select t::text from setright.outbox as t")).fetchall()
    assert rows
    assert not any(code in row for (row,) in rows)
    async with pools.operator(ref.tenant) as conn:
        assert await was_code(conn, KEY, ref, code)
        assert not await was_code(conn, KEY, ref, other_than(code))
