"""Watching tickets from outside: one query for all that are being played, instead of each asking the API.

It reads past the proxies, as the superuser, so that what a run waits for is not what the run disturbs.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import AsyncConnection
from psycopg.rows import dict_row

_EVERY_SECONDS = 0.4
_SEEN = """
select ticket.ticket_id, ticket.status, ticket.waiting_for,
       coalesce((select max((event.body ->> 'seq')::integer) from setright.events as event
                 where event.ticket_id = ticket.ticket_id and event.kind = 'message_received'), 0) as read_upto,
       (select event.kind from setright.events as event
        where event.ticket_id = ticket.ticket_id order by event.seq desc limit 1) as last_event,
       (select jsonb_build_object('approval_id', request.approval_id, 'args_sha256', request.args_sha256,
                                  'approvers', request.approvers)
        from setright.approval_requests as request
        where request.ticket_id = ticket.ticket_id and not exists (
            select from setright.approval_settlements as settled where settled.approval_id = request.approval_id)
        order by request.requested_at desc limit 1) as approval
from setright.tickets as ticket
where ticket.ticket_id = any(%s)
"""


@dataclass(frozen=True)
class Seen:
    """Where a ticket stands."""

    status: str
    waiting_for: str
    read_upto: int
    last_event: str | None
    approval: Mapping[str, Any] | None

    def has_answered(self, seq: int) -> bool:
        """Whether a turn that read message `seq` is over and what it decided stands."""
        return self.read_upto >= seq and self.last_event != "reply_dropped"


class TookTooLong(Exception):
    """A ticket did not get where it should be; the run goes on, and `verify` says why."""


class Watch:
    """Looks at the watched tickets a few times a second and wakes whoever waits for one."""

    def __init__(self, database: str) -> None:
        self._database = database
        self._waiting: dict[str, int] = {}
        self._seen: dict[str, Seen] = {}
        self._looked = asyncio.Condition()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Watch"]:
        """Look for as long as the block lasts."""
        looking = asyncio.create_task(self._look())
        try:
            yield self
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    async def until(self, ticket_id: str, is_there: Callable[[Seen], bool], seconds: float) -> Seen:
        """Wait until a ticket is as wanted; raises TookTooLong."""
        deadline = time.monotonic() + seconds
        self._waiting[ticket_id] = self._waiting.get(ticket_id, 0) + 1
        self._seen.pop(ticket_id, None)  # what was seen before the last request is no answer to it
        try:
            async with asyncio.timeout(seconds), self._looked:
                while True:
                    seen = self._seen.get(ticket_id)
                    if seen is not None and is_there(seen):
                        return seen
                    await self._looked.wait()
        except TimeoutError:
            raise TookTooLong(f"{ticket_id} after {seconds - (deadline - time.monotonic()):.0f} s") from None
        finally:
            self._waiting[ticket_id] -= 1
            if not self._waiting[ticket_id]:
                del self._waiting[ticket_id]

    async def _look(self) -> None:
        while True:
            with contextlib.suppress(psycopg.Error, OSError):  # it was killed: look again when it is back
                async with await AsyncConnection.connect(self._database, autocommit=True, row_factory=dict_row) as conn:
                    while True:
                        await self._look_once(conn)
                        await asyncio.sleep(_EVERY_SECONDS)
            await asyncio.sleep(_EVERY_SECONDS)

    async def _look_once(self, conn: AsyncConnection[dict[str, Any]]) -> None:
        rows = await (await conn.execute(_SEEN, [list(self._waiting)])).fetchall()
        async with self._looked:
            for row in rows:
                ticket_id = row.pop("ticket_id")
                if ticket_id in self._waiting:
                    self._seen[ticket_id] = Seen(**row)
            self._looked.notify_all()
