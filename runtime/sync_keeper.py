"""Sees to it that sources which keep themselves up to date are: a timer that was lost is started again.

A timer is told when somebody sets how often a source is read. When that message is lost, or Temporal's data are, only
the database still knows; so it is asked now and then which sources are late.
"""

import asyncio
import contextlib
from collections.abc import Collection
from datetime import UTC, datetime

import structlog
from temporalio.client import Client

from api.sync_timing import wake_late_timers
from domain.errors import SetrightError
from domain.ids import TenantId
from store.pools import Pools

INTERVAL_SECONDS = 300.0
log = structlog.get_logger()


async def keep_timers(pools: Pools, client: Client, task_queue: str, tenants: Collection[TenantId]) -> None:
    """Look for late sources for ever; a database or Temporal that is away is waited for."""
    while True:
        for tenant in tenants:
            with contextlib.suppress(SetrightError):
                woken = await wake_late_timers(pools, client, task_queue, tenant, datetime.now(UTC))
                if woken:
                    log.info("sources_were_late", tenant=tenant, count=woken)
        await asyncio.sleep(INTERVAL_SECONDS)
