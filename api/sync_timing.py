"""How often a source is read by itself. The row says it; its timer is told, and finds out by itself if it is not."""

from datetime import datetime, timedelta

import structlog
from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.service import RPCError

from api.auth import Principal
from api.nudge import PATIENCE
from api.services import Services
from domain.ids import TenantId
from domain.ingestion import SourceId
from domain.sync_timing import TimerAsk, timer_id
from store.pools import Pools
from store.sources import SourceState, list_sources, read_source, set_sync_every
from workflows.sync_timer import SyncTimer

#: A timer that is so late runs no more: its start was lost, or Temporal's own data were.
LATE = timedelta(minutes=5)
log = structlog.get_logger()


async def set_every(services: Services, caller: Principal, source_id: SourceId, every: timedelta | None) -> SourceState:
    """Have a source read by itself so long after each reading, or not any more; raises NotFound."""
    async with services.pools.operator(caller.tenant) as conn:
        await set_sync_every(conn, caller.tenant, source_id, every)
        source = await read_source(conn, caller.tenant, source_id)
    await tell_timer(services.deps.temporal, services.deps.task_queue, caller.tenant, source_id)
    return source


async def tell_timer(client: Client, task_queue: str, tenant: TenantId, source_id: SourceId) -> bool:
    """Have a source's timer look at the source again, starting it if need be; False where Temporal does not answer."""
    try:
        await client.start_workflow(
            SyncTimer.run,
            TimerAsk(tenant=tenant, source_id=source_id),
            id=timer_id(tenant, source_id),
            task_queue=task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            start_signal="changed",
            rpc_timeout=PATIENCE,
        )
    except (RPCError, RuntimeError, TimeoutError):
        log.warning("timer_not_told", tenant=tenant, source=source_id)
        return False
    return True


async def wake_late_timers(pools: Pools, client: Client, task_queue: str, tenant: TenantId, now: datetime) -> int:
    """Start the timers of sources that should have been read a while ago; returns how many were."""
    async with pools.operator(tenant) as conn:
        sources = await list_sources(conn, tenant)
    late = [it for it in sources if it.state != "reading" and it.next_sync_at and it.next_sync_at + LATE < now]
    return sum([await tell_timer(client, task_queue, tenant, source.source_id) for source in late])
