"""One piece of work for many who ask for the same at once.

An event is heard by every open tab, and each asks for its list again within a few milliseconds. Whoever asks while a
list is being made waits for the next one, which is made once for all who wait: so nobody is ever shown what was read
before they asked, and nothing is kept.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class _Lane(Generic[T]):
    def __init__(self) -> None:
        self.is_free = asyncio.Lock()
        self.next: asyncio.Task[T] | None = None


class Together(Generic[T]):
    """Work by key: of those who wait for the same key, one does it for all."""

    def __init__(self) -> None:
        self._lanes: dict[Hashable, _Lane[T]] = {}

    async def ask(self, key: Hashable, make: Callable[[], Awaitable[T]]) -> T:
        """Return what `make` returns, begun after this was asked; raises what it raises.

        The key must hold everything that `make` depends on: another's work may be returned in its place.
        """
        lane = self._lanes.setdefault(key, _Lane())
        if lane.next is None:
            lane.next = asyncio.create_task(self._make(key, lane, make))
            # So that a failure nobody waits for any more is not reported as one that was overlooked.
            lane.next.add_done_callback(lambda done: done.cancelled() or done.exception())
        return await asyncio.shield(lane.next)  # one who goes away takes it from nobody

    async def _make(self, key: Hashable, lane: _Lane[T], make: Callable[[], Awaitable[T]]) -> T:
        try:
            async with lane.is_free:
                lane.next = None  # whoever asks from here on would get what was read before
                return await make()
        finally:
            if lane.next is None and not lane.is_free.locked():
                self._lanes.pop(key, None)
