"""Forgetting again whom a restored backup has brought back.

The file of kept heads tells who was forgotten; a database that does not know of it is older. However it was restored,
this runs when the API starts, before long, and goes on until it is done.
"""

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime

import structlog

from api.erasing import forget
from api.nudge import Nudger
from domain.chain import ChainProblem
from domain.errors import NotFound, SetrightError
from domain.ids import CustomerId, TenantId
from runtime.audit.heads_file import Kept, read, signing_key
from runtime.settings import Settings
from store.erasure import Forgotten, list_forgotten
from store.pools import Pools

ASKED_BY = "restored backup"
_RETRY_SECONDS = 30.0

_log = structlog.get_logger("audit")


async def forget_again(settings: Settings, pools: Pools, nudger: Nudger) -> None:
    """Erase once more what was erased after the backup was made; waits for what cannot be closed yet.

    A file that was tampered with is believed nothing: it might name somebody whom nobody forgot.
    """
    while True:
        try:
            async with pools.relay() as conn:
                present = await list_forgotten(conn)
            kept, problems = await asyncio.to_thread(_read, settings)
            if problems:
                _log.error("forgotten_not_read", path=str(settings.heads_file), problems=len(problems))
                return
            left = 0
            for tenant, customer_id in missing(kept, present):
                left += not await _forget(pools, nudger, tenant, customer_id)
            if not left:
                return
        except SetrightError as error:
            _log.warning("forgotten_not_replayed", code=error.code)
        await asyncio.sleep(_RETRY_SECONDS)


def missing(kept: Iterable[Kept], present: Iterable[Forgotten]) -> list[tuple[TenantId, CustomerId]]:
    """Whom the file says to be forgotten at a time since which the database has not forgotten them."""
    last: dict[tuple[TenantId, CustomerId], datetime] = {}
    for one in present:
        last[one.tenant, one.customer_id] = max(one.at, last.get((one.tenant, one.customer_id), one.at))
    found = {
        (line.tenant, line.customer_id)
        for line in kept
        if line.customer_id is not None
        and last.get((line.tenant, line.customer_id), datetime.min.replace(tzinfo=UTC)) < line.at
    }
    return sorted(found)


def _read(settings: Settings) -> tuple[list[Kept], list[ChainProblem]]:
    if not settings.heads_file.exists():
        return [], []
    return read(settings.heads_file, signing_key(settings))


async def _forget(pools: Pools, nudger: Nudger, tenant: TenantId, customer_id: CustomerId) -> bool:
    try:
        await forget(pools, nudger, tenant, customer_id, asked_by=ASKED_BY, clock=lambda: datetime.now(UTC))
    except NotFound:
        return True  # the backup is older than anything of theirs
    except SetrightError as error:
        _log.warning("not_yet_forgotten_again", tenant=tenant, code=error.code)
        return False
    _log.info("forgotten_again", tenant=tenant)
    return True
