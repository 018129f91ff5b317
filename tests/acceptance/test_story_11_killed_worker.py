"""Story 11: the worker is killed in the middle, another is started, and the refund happened once."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest
from psycopg import AsyncConnection

from adapters.backends.shop.provider.faults import effects_by_key, inject
from domain.ticket import TicketRef, TicketStatus
from runtime.up import worker_environment
from tests.acceptance.test_story_01_late_refund import LATE
from tests.support.harness import Harness, eventually


def start_worker(shop: Harness, temporal_address: str, crash_at: str | None = None) -> "subprocess.Popen[str]":
    """A worker as its own process, as `setright up` starts it; perhaps one that kills itself."""
    environment = os.environ | worker_environment(shop.settings, temporal_address)
    if crash_at is not None:
        environment["SETRIGHT_CRASH_AT"] = crash_at
    return subprocess.Popen(
        [sys.executable, "-m", "runtime.worker"], env=environment, stdout=subprocess.DEVNULL, text=True
    )


async def is_claimed(shop: Harness, ref: TicketRef) -> bool:
    """Whether the ledger has claimed the ticket's action."""
    return any(action.status in {"claimed", "succeeded"} for action in await shop.actions(ref))


@pytest.mark.timeout(120)
async def test_a_ticket_survives_kill_9_and_pays_once(idle: Harness, temporal_address: str, database_url: str) -> None:
    """Killed while the refund is under way; the next worker finishes the ticket, and the provider paid once."""
    async with await AsyncConnection.connect(database_url, autocommit=True) as conn:
        before = await effects_by_key(conn, idle.tenant)
        # The provider takes its time, so that the worker dies between claim and answer.
        await inject(conn, idle.tenant, "create_refund", "slow", delay_ms=3000)
    first = start_worker(idle, temporal_address)
    ref = idle.ref("cus_ada")
    seq = await idle.accept(ref, LATE, is_new=True)
    try:
        await idle.nudge(ref, seq)
        await eventually(lambda: is_claimed(idle, ref), within=40)
    finally:
        first.send_signal(signal.SIGKILL)
        await asyncio.to_thread(first.wait)
    second = start_worker(idle, temporal_address)
    try:
        await idle.until(ref, TicketStatus.solved, within=60)
    finally:
        second.terminate()
        await asyncio.to_thread(second.wait)
    assert [action.status for action in await idle.actions(ref)] == ["succeeded"]
    async with await AsyncConnection.connect(database_url, autocommit=True) as conn:
        after = await effects_by_key(conn, idle.tenant)
    new = {key: effects for key, effects in after.items() if before.get(key) != effects}
    assert list(new.values()) == [1]
    replies = [m for m in await idle.messages(ref) if m.author == "assistant"]
    assert len(replies) == 1
