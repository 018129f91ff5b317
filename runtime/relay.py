"""The relay: delivers what a crash left between "accepted" and "the workflow knows".

The API nudges a workflow right after it has committed a message. Whatever of that fails is found here, in the outbox,
and sent again until it is acknowledged; a nudge that arrives twice does no harm. Beside that it keeps the audit chain's
heads outside the database, and one-time codes are made and sent from here alone.
"""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

import structlog

from api.nudge import Nudger
from domain.errors import SetrightError
from domain.points import reach
from runtime.audit.keeper import HeadKeeper
from runtime.identity_codes import CodeSender
from store.outbox import Nudge, mark_delivered, mark_failed, undelivered
from store.pools import Pools

#: The API's own nudge has this long before the relay takes over; a delivery twice would only be waste.
GRACE = timedelta(seconds=3)
INTERVAL_SECONDS = 1.0
BATCH = 100

log = structlog.get_logger()


async def deliver_left_behind(pools: Pools, nudger: Nudger, now: datetime, codes: CodeSender | None = None) -> int:
    """Deliver what has waited longer than the grace; returns how many were acknowledged."""
    async with pools.relay() as conn:
        waiting = await undelivered(conn, BATCH, now - GRACE)
    if waiting:
        reach("relay.found")
    return sum([await _deliver(pools, nudger, nudge, codes) for nudge in waiting])


async def _deliver(pools: Pools, nudger: Nudger, nudge: Nudge, codes: CodeSender | None) -> bool:
    try:
        if nudge.kind != "code":
            await nudger.deliver(nudge)
        elif codes is None:
            return False  # for a process that can send one
        else:
            await codes.send(nudge)
    except SetrightError as error:
        async with pools.relay() as conn:
            await mark_failed(conn, nudge.ticket, nudge.kind, nudge.ref, error.code)
        return False
    reach("relay.delivered")
    async with pools.relay() as conn:
        await mark_delivered(conn, nudge.ticket, nudge.kind, nudge.ref, datetime.now(UTC))
    reach("relay.marked")
    return True


async def run_relay(pools: Pools, nudger: Nudger, keeper: HeadKeeper, codes: CodeSender | None = None) -> None:
    """Deliver and keep heads for ever; a database or Temporal that is away is waited for."""
    while True:
        with contextlib.suppress(SetrightError):
            await keeper.keep_if_due(datetime.now(UTC))
        with contextlib.suppress(SetrightError):
            delivered = await deliver_left_behind(pools, nudger, datetime.now(UTC), codes)
            if delivered:
                log.info("delivered what was left behind", count=delivered)
        await asyncio.sleep(INTERVAL_SECONDS)
