"""Keeping the heads, and who was forgotten: what the relay does every half minute, and each process when it stops."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog

from domain.chain import Head
from domain.errors import SetrightError
from domain.ids import TenantId
from runtime.audit.heads_file import Kept, append, read, signing_key
from runtime.settings import Settings
from store.audit import newest_heads
from store.erasure import Forgotten, list_forgotten
from store.pools import Pools

INTERVAL = timedelta(seconds=30)

_log = structlog.get_logger("audit")


class HeadKeeper:
    """Writes what is new of every tenant's chain, and every erasure, to the file of kept heads."""

    def __init__(self, pools: Pools, settings: Settings) -> None:
        """Raises RuntimeError where the settings hold nothing to sign with."""
        key = signing_key(settings)
        if key is None:
            raise RuntimeError("the database has not been prepared")
        self._pools, self._path, self._key = pools, settings.heads_file, key
        self._kept: dict[TenantId, Head] = {}
        self._forgotten: int | None = None  # the last erasure that the file knows of, once it was looked
        self._due: datetime | None = None

    async def keep(self, now: datetime) -> int:
        """Write the heads that have moved and return how many; a disk that refuses is logged and tried again.

        Raises:
            Unavailable, StoreFault: the database did not tell them.
        """
        self._due = now + INTERVAL
        async with self._pools.relay() as conn:
            newest = {row.tenant: Head(number=row.number, hash=row.hash) for row in await newest_heads(conn)}
            forgotten = await list_forgotten(conn, after=self._forgotten or 0)
        last = max((one.id for one in forgotten), default=self._forgotten or 0)
        moved = {tenant: head for tenant, head in newest.items() if self._kept.get(tenant) != head}
        try:
            if self._forgotten is None:
                forgotten = await asyncio.to_thread(self._not_yet_known, forgotten)
            await asyncio.to_thread(append, self._path, self._key, [*_lines(moved, now), *map(_line, forgotten)])
        except (OSError, ValueError) as error:  # ValueError: what stands there is no file of ours
            _log.error("audit_heads_not_kept", path=str(self._path), error=type(error).__name__)
            return 0
        self._kept |= moved
        self._forgotten = last
        return len(moved)

    async def keep_if_due(self, now: datetime) -> None:
        """Keep them, unless that was done just now; raises as `keep` does."""
        if self._due is None or now >= self._due:
            await self.keep(now)

    async def keep_last(self) -> None:
        """Keep them at a clean stop; a database that is gone already is no reason not to stop."""
        try:
            await self.keep(datetime.now(UTC))
        except SetrightError as error:
            _log.warning("audit_heads_not_kept", code=error.code)

    def _not_yet_known(self, forgotten: Sequence[Forgotten]) -> list[Forgotten]:
        """Those that no earlier process has written to the file."""
        if not self._path.exists():
            return list(forgotten)
        known, _ = read(self._path, None)
        return [one for one in forgotten if _line(one) not in known]


def _line(one: Forgotten) -> Kept:
    return Kept(kind="forgotten", tenant=one.tenant, at=one.at, customer_id=one.customer_id)


def _lines(heads: dict[TenantId, Head], now: datetime) -> Sequence[Kept]:
    return [Kept(kind="head", tenant=tenant, at=now, head=head) for tenant, head in sorted(heads.items())]
