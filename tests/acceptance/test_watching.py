"""Effects that settle later: followed for days, by the clock and by what the provider says."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from psycopg import AsyncConnection

from activities import actions
from activities.actions import Actions
from adapters.backends.shop.backend import ShopBackend
from adapters.backends.shop.provider.client import PaymentProvider
from adapters.backends.shop.provider.faults import FaultKind, effects_by_key, inject
from api.nudge import Nudger
from domain.approval import DecisionVerdict
from domain.customer import RefundFailure, RefundStatus
from domain.errors import EffectUnknown
from domain.event import EventKind
from domain.handoff import HandoffReason
from domain.ids import workflow_id
from domain.ticket import TicketRef, TicketStatus, WaitingFor
from runtime.backends import open_pool
from runtime.database import PROVIDER_ROLE, dsn_as
from runtime.relay import GRACE, deliver_left_behind
from store.events import read_events
from store.settling import NewSettling, settle_by_hand
from store.watches import announce_change
from tests.acceptance.test_story_01_late_refund import LATE
from tests.acceptance.test_story_02_big_refund import waiting
from tests.support.harness import Harness
from workflows.state import HandedBack, TakenOver
from workflows.ticket import TicketWorkflow


async def next_refund(shop: Harness, kind: FaultKind) -> None:
    """Let the provider's next refund meet a fault."""
    async with await AsyncConnection.connect(shop.superuser_address(), autocommit=True) as conn:
        await inject(conn, shop.tenant, "create_refund", kind)


@asynccontextmanager
async def provider_of(shop: Harness) -> AsyncIterator[PaymentProvider]:
    """The provider's own side of the counter."""
    async with open_pool(dsn_as(shop.settings, PROVIDER_ROLE), 2) as pool:
        yield PaymentProvider(pool)


async def provider_ref(shop: Harness, ref: TicketRef) -> str:
    """The provider's id of the last refund that a ticket made."""
    done = [row for row in await shop.actions(ref) if row.status in {"succeeded", "reconciled"}][-1]
    outcome = done.outcome or {}
    async with await AsyncConnection.connect(shop.superuser_address(), autocommit=True) as conn:
        found = await conn.execute(
            "select provider_ref from shop.refunds where tenant = %s and ref = %s", [ref.tenant, outcome["ref"]]
        )
        (row,) = await found.fetchall()
    return str(row[0])


async def settle(shop: Harness, ref: TicketRef, status: RefundStatus, failure: RefundFailure | None = None) -> None:
    """Let the bank end the ticket's pending refund."""
    async with provider_of(shop) as provider:
        assert await provider.settle_refund(ref.tenant, await provider_ref(shop, ref), status, failure)


async def kinds_of(shop: Harness, ref: TicketRef) -> list[EventKind]:
    """What happened, by kind."""
    async with shop.desk.pools.operator(ref.tenant) as conn:
        return [event.kind for event in await read_events(conn, ref.tenant, ref.ticket_id)]


async def test_a_pending_refund_keeps_its_ticket_until_it_has_settled(skipping: Harness) -> None:
    """The reopening window alone does not close the ticket; the money that arrived does."""
    await next_refund(skipping, "pending")
    ref = await skipping.open("cus_ada", LATE)
    assert (await skipping.ticket(ref)).status is TicketStatus.solved
    window = skipping.desk.tenant(ref.tenant).config.windows.reopen
    await skipping.sleep(window + timedelta(days=2))
    assert (await skipping.ticket(ref)).status is TicketStatus.solved
    await settle(skipping, ref, "succeeded")
    await skipping.sleep(timedelta(days=2))
    await skipping.until(ref, TicketStatus.closed)
    assert (await kinds_of(skipping, ref))[-4:] == [
        "effect_settled",
        "resolution_became_durable",
        "closed",
        "status_changed",
    ]


async def test_a_refund_that_comes_back_reopens_the_ticket_and_a_person_takes_over(skipping: Harness) -> None:
    """The customer hears of it from us, and nobody sends the money a second time by himself."""
    await next_refund(skipping, "pending")
    ref = await skipping.open("cus_ada", LATE)
    await settle(skipping, ref, "failed", "account_closed")
    await skipping.sleep(timedelta(hours=2))
    row = await skipping.until(ref, TicketStatus.open)
    assert (row.waiting_for, row.reopens) == (WaitingFor.operator, 1)
    assert "did not go through" in await skipping.last_reply(ref)
    (handoff,) = await skipping.handoffs(ref)
    assert handoff.reason == HandoffReason.action_failed
    (action,) = await skipping.actions(ref)
    assert (action.status, action.code) == ("failed", "account_closed")


async def test_a_refund_that_failed_for_the_moment_is_sent_again_under_policy(skipping: Harness) -> None:
    """The procedure knows what to do: the same money again, put to an approver again because it is much."""
    ref = await waiting(skipping)
    await next_refund(skipping, "pending")
    await skipping.decide(ref, DecisionVerdict.approved)
    await skipping.until(ref, TicketStatus.solved)
    await settle(skipping, ref, "failed", "transient")
    await skipping.sleep(timedelta(hours=2))
    await skipping.until(ref, TicketStatus.on_hold)
    (request,) = await skipping.approvals(ref)
    assert request.action.name == "reissue_refund"
    await skipping.decide(ref, DecisionVerdict.approved, at=await skipping.now())
    await skipping.until(ref, TicketStatus.solved)
    assert [(row.action, row.status) for row in await skipping.actions(ref)] == [
        ("issue_refund", "failed"),
        ("reissue_refund", "succeeded"),
    ]
    assert "again" in await skipping.last_reply(ref)


async def test_the_providers_word_brings_the_look_forward(shop: Harness) -> None:
    """A verified hook names the provider's id; the relay tells the ticket, which looks for itself."""
    await next_refund(shop, "pending")
    ref = await shop.open("cus_ada", LATE)
    await settle(shop, ref, "failed", "account_closed")
    (action,) = await shop.actions(ref)
    now = datetime.now(UTC)
    async with shop.desk.pools.operator(ref.tenant) as conn:
        assert await announce_change(conn, ref.tenant, str((action.outcome or {})["ref"]), now) == 1
        assert await announce_change(conn, ref.tenant, "nobody_knows_this", now) == 0
    nudger = Nudger(shop.client, shop.settings.task_queue, shop.desk.pools)
    assert await deliver_left_behind(shop.desk.pools, nudger, now + 2 * GRACE) >= 1
    await shop.until(ref, TicketStatus.open)
    assert "effect_failed" in await kinds_of(shop, ref)


async def test_an_effect_nobody_was_sure_of_is_looked_up_later(skipping: Harness) -> None:
    """The ledger learns what became of it, nothing is sent again, and then it is followed to its end."""
    await next_refund(skipping, "pending")
    ref = await skipping.open("cus_ada", LATE)
    (action,) = await skipping.actions(ref)
    async with await AsyncConnection.connect(skipping.superuser_address(), autocommit=True) as conn:
        before = await effects_by_key(conn, skipping.tenant)
        await conn.execute("set session_replication_role = replica")  # as if a crash had left it so
        await conn.execute(
            "update setright.action_ledger set status = 'unknown', settled_at = null where action_id = %s",
            [action.action_id],
        )
    await skipping.sleep(timedelta(hours=2))
    (action,) = await skipping.actions(ref)
    assert action.status == "reconciled"
    await settle(skipping, ref, "succeeded")
    await skipping.sleep(timedelta(days=20))
    await skipping.until(ref, TicketStatus.closed)
    async with await AsyncConnection.connect(skipping.superuser_address(), autocommit=True) as conn:
        assert await effects_by_key(conn, skipping.tenant) == before


async def test_what_nobody_finds_out_goes_to_a_person_who_settles_it(
    skipping: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system that lost the request can say nothing for a month: then it is news, and an operator's word ends it."""

    async def cannot_say(*_: object) -> None:
        raise EffectUnknown("It is not found, and that proves nothing.")

    monkeypatch.setattr(actions, "LOOK_UPS", ())
    monkeypatch.setattr(actions, "UNKNOWN_ATTEMPTS", 1)
    monkeypatch.setattr(ShopBackend, "perform", cannot_say)
    monkeypatch.setattr(ShopBackend, "look_up", cannot_say)
    ref = await skipping.open("cus_ada", LATE)
    await skipping.until(ref, TicketStatus.open)
    now = await skipping.now()
    handle = skipping.client.get_workflow_handle(workflow_id(ref.ticket_id))
    await handle.execute_update(TicketWorkflow.take_over, TakenOver(by="olga"))
    await handle.execute_update(TicketWorkflow.hand_back, HandedBack(by="olga", watermark=1))
    await skipping.sleep(timedelta(days=32))
    await skipping.until(ref, TicketStatus.open)
    assert [it.reason for it in await skipping.handoffs(ref)] == [HandoffReason.effect_unknown] * 2
    assert "did not go through" not in await skipping.last_reply(ref)
    (action,) = await skipping.actions(ref)
    assert action.status == "unknown"
    new = NewSettling(
        ticket_id=ref.ticket_id,
        action_id=action.action_id,
        finding="did_not_take_place",
        by="olga",
        because="Asked them.",
        at=now + timedelta(days=32),
    )
    async with skipping.desk.pools.operator(ref.tenant) as conn:
        await settle_by_hand(conn, ref.tenant, new)
    nudger = Nudger(skipping.client, skipping.settings.task_queue, skipping.desk.pools)
    await deliver_left_behind(skipping.desk.pools, nudger, now + timedelta(days=33))
    await skipping.sleep(timedelta(minutes=1))
    async with skipping.desk.pools.operator(ref.tenant) as conn:
        settled = (await read_events(conn, ref.tenant, ref.ticket_id))[-1]
    assert (settled.kind, settled.body["code"], settled.body["by"]) == ("effect_failed", "did_not_take_place", "olga")


async def test_what_is_not_found_is_certain_only_after_a_day(
    skipping: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within hours a replica may lag or a request be under way: freed then, the money could go a second time."""

    async def lost(*_: object) -> None:
        raise EffectUnknown("No answer.")

    monkeypatch.setattr(actions, "LOOK_UPS", ())
    monkeypatch.setattr(actions, "UNKNOWN_ATTEMPTS", 1)
    monkeypatch.setattr(ShopBackend, "perform", lost)
    ref = await skipping.open("cus_ada", LATE)
    await skipping.sleep(timedelta(hours=8))
    assert [(row.status, row.code) for row in await skipping.actions(ref)] == [("unknown", "effect_unknown")]
    await skipping.sleep(timedelta(days=2))
    assert [(row.status, row.code) for row in await skipping.actions(ref)] == [("failed", "not_carried_out")]


async def test_an_action_that_broke_halfway_goes_to_a_person_as_unknown(
    shop: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bug between sending and settling: nobody may believe that nothing happened."""

    async def breaks(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Actions, "_settle", breaks)
    ref = await shop.open("cus_ada", LATE)
    await shop.until(ref, TicketStatus.open)
    (handoff,) = await shop.handoffs(ref)
    assert handoff.reason == HandoffReason.effect_unknown
    (action,) = await shop.actions(ref)
    assert action.status == "claimed"
