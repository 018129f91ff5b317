"""The worker dies in the middle of a model call, on purpose: the call is in the ledger, and the ticket goes on."""

import asyncio
import signal
from collections.abc import Mapping

import pytest

from adapters.assistants.port import Assistant
from domain.ids import TenantId
from domain.ticket import TicketStatus
from runtime.model_server.app import ModelServer
from store.model_calls import spent_on
from tests.acceptance.test_chat_model import attached, calls_of, fallbacks
from tests.acceptance.test_story_01_late_refund import LATE
from tests.acceptance.test_story_11_killed_worker import start_worker
from tests.support.servers import Servers


@pytest.mark.timeout(150)
async def test_a_worker_that_dies_in_a_model_call_loses_no_money_and_no_ticket(
    servers: Servers, assistants: Mapping[TenantId, Assistant]
) -> None:
    """Killed with an answer that is paid for and nowhere kept: its row counts, and the call is made again."""
    server = ModelServer()
    async with attached(servers, assistants, server) as shop:
        first = start_worker(shop, servers.temporal_address, "model_call.answered:2")
        ref = shop.ref("cus_ada")
        seq = await shop.accept(ref, LATE, is_new=True)
        try:
            await shop.nudge(ref, seq)
            assert await asyncio.to_thread(first.wait, 60) == -signal.SIGKILL
        finally:
            first.kill()
        kept, lost = await calls_of(shop, ref)
        assert (kept.outcome, len(server.received)) == ("answered", 2)
        assert (lost.outcome, lost.microdollars, lost.price_source) == ("begun", None, "unknown")
        async with shop.worker():  # which hears of the death by the heartbeats that it misses
            await shop.until(ref, TicketStatus.solved, within=60)
        calls = await calls_of(shop, ref)
        [again] = [call for call in calls if call.activity_id == lost.activity_id and call.attempt == lost.attempt + 1]
        assert (again.purpose, again.outcome) == (lost.purpose, "answered")
        async with shop.desk.pools.operator(ref.tenant) as conn:
            spent = await spent_on(conn, ref.tenant, ref.ticket_id)
        assert (spent.calls, spent.unpriced) == (len(server.received), 1)
        assert spent.microdollars == sum(call.microdollars or 0 for call in calls)
        assert [action.status for action in await shop.actions(ref)] == ["succeeded"]
        assert len([message for message in await shop.messages(ref) if message.author == "assistant"]) == 1
        assert await fallbacks(shop, ref) == set()
