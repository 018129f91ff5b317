"""The queues of a tenant's current policy: what they promise and when they are staffed."""

import asyncio

from api.services import Services
from domain.ids import TenantId
from domain.queue import Queues
from store.versions import read_standing


async def read_queues(services: Services, tenant: TenantId) -> Queues:
    """Return the queues as the current policy has them; none where this process has no workspace for the tenant."""
    texts = services.deps.rulebooks.get(tenant)
    if texts is None:
        return Queues()
    async with services.pools.operator(tenant) as conn:
        standing = await read_standing(conn, tenant)
    checked = await asyncio.to_thread(texts.check, standing.texts)
    return checked.rulebook.policy.staffing if checked.rulebook is not None else Queues()
