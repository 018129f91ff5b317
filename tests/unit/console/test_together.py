"""Work that many ask for at once: done once for those who wait, never begun before it was asked for."""

import asyncio

import pytest

from console.together import Together

pytestmark = pytest.mark.asyncio


async def test_whoever_asks_while_it_is_made_waits_for_the_next() -> None:
    """Of fifty, the first is answered by itself and all others together, by what was read after they asked."""
    made: list[int] = []
    world, lists = 1, Together[int]()

    async def make() -> int:
        seen = world
        made.append(seen)
        await asyncio.sleep(0.01)
        return seen

    first = asyncio.create_task(lists.ask("key", make))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert made == [1]
    world = 2
    others = [asyncio.create_task(lists.ask("key", make)) for _ in range(49)]
    assert await asyncio.gather(*others) == [2] * 49
    assert await first == 1
    assert made == [1, 2]
    assert await lists.ask("key", make) == 2
    assert made == [1, 2, 2]  # nothing is kept


async def test_keys_share_nothing_and_a_failure_is_everybodys() -> None:
    """Another key is another's work; who goes away takes the work from nobody."""
    lists = Together[str]()
    calls: list[str] = []

    async def fail() -> str:
        calls.append("fail")
        await asyncio.sleep(0)
        raise ValueError("broken")

    async def work() -> str:
        calls.append("work")
        await asyncio.sleep(0.01)
        return "done"

    failed = await asyncio.gather(*(lists.ask("a", fail) for _ in range(2)), return_exceptions=True)
    assert [str(it) for it in failed] == ["broken", "broken"]
    gone, stays, other = [asyncio.create_task(lists.ask(key, work)) for key in ("b", "b", "c")]
    await asyncio.sleep(0)
    gone.cancel()
    assert [await stays, await other] == ["done", "done"]
    assert calls == ["fail", "work", "work"]
