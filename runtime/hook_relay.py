"""Telling other systems what happened: calls of outbound hooks made, sent, tried again, given up.

It runs beside the API and reads what was committed, so a ticket never waits for it and a crash loses nothing: a call
is sent at least once, always under the same id. Nothing here decides anything about a ticket.
"""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta

import structlog
from standardwebhooks import Webhook

from adapters.hooks.sender import SECONDS, HookSender
from domain.errors import SetrightError
from domain.hook import derive_secret, message_id, valid_versions
from domain.ids import TenantId
from store.hook_calls import Call, Outcome, claim_due, note_outcome, queue_calls, tenants_with_hooks
from store.pools import Pools

INTERVAL_SECONDS = 1.0
#: Calls of one tenant sent at once. One that hangs delays the next round by ten seconds, and its own next try by more.
BATCH = 16
#: Longer than any call takes: one whose sender was killed is sent again after this.
LEASE = timedelta(seconds=6 * SECONDS)
_FIRST_RETRY = timedelta(seconds=5)
_LONGEST_RETRY = timedelta(hours=6)
#: A call is tried this long, a hook this long; then nobody is listening.
CALL_SPAN = timedelta(days=3)
HOOK_SPAN = timedelta(days=5)

log = structlog.get_logger()


def retry_after(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 5 s, 25 s, 2 min, 10 min, 52 min, 4 h, and 6 h from then on."""
    factor: int = 5 ** min(attempts - 1, 9)
    return min(_FIRST_RETRY * factor, _LONGEST_RETRY)


async def run_hook_relay(pools: Pools, key: bytes, *, may_call_loopback: bool) -> None:
    """Tell for ever; a database that is away is waited for."""
    async with HookSender(may_call_loopback=may_call_loopback) as sender:
        while True:
            with contextlib.suppress(SetrightError):
                await tell_all(pools, sender, key, datetime.now(UTC))
            await asyncio.sleep(INTERVAL_SECONDS)


async def tell_all(pools: Pools, sender: HookSender, key: bytes, now: datetime) -> int:
    """Send what is due at `now`, of every tenant at the same time; returns how many calls were delivered."""
    async with pools.relay() as conn:
        tenants = await tenants_with_hooks(conn)
    return sum(await asyncio.gather(*(_tell_tenant(pools, sender, key, tenant, now) for tenant in tenants)))


async def _tell_tenant(pools: Pools, sender: HookSender, key: bytes, tenant: TenantId, now: datetime) -> int:
    async with pools.operator(tenant) as conn:
        await queue_calls(conn, tenant, now)
        calls = await claim_due(conn, tenant, now, now + LEASE, BATCH)
    return sum(await asyncio.gather(*(_tell(pools, sender, key, call, now) for call in calls)))


async def _tell(pools: Pools, sender: HookSender, key: bytes, call: Call, now: datetime) -> bool:
    body, name = call.text, message_id(call.ticket_id, call.seq)
    secrets = [
        derive_secret(key, call.tenant, call.hook_id, version)
        for version in valid_versions(call.version, call.rotated_at, now)
    ]
    headers = {
        "webhook-id": name,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(name, now, body) for secret in secrets),
    }
    sent = await sender.post(call.url, headers, body)
    again = now + retry_after(call.attempts)
    is_over = sent.is_delivered or again > call.created_at + CALL_SPAN
    outcome = Outcome(
        status=sent.status,
        code=sent.code,
        is_delivered=sent.is_delivered,
        due_at=None if is_over else again,
        is_gone=sent.is_gone,
    )
    if not sent.is_delivered:
        log.info("hook_call_failed", hook_id=call.hook_id, attempts=call.attempts, code=sent.code, status=sent.status)
    async with pools.operator(call.tenant) as conn:
        await note_outcome(conn, call, outcome, now, now - HOOK_SPAN)
    return sent.is_delivered
