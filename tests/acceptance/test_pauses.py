"""A pause stops what it names at the last moment, and loses nothing."""

from datetime import UTC, datetime

import pytest

from adapters.backends.port import Prepared, Scope
from adapters.backends.shop.backend import ShopBackend
from api.nudge import Nudger
from domain.approval import DecisionVerdict
from domain.errors import Unavailable
from domain.ids import Label
from domain.ticket import TicketStatus, WaitingFor
from runtime.relay import GRACE, deliver_left_behind
from store.pauses import NewPause, PauseRow, PauseScope, pause, resume
from tests.acceptance.test_story_01_late_refund import LATE
from tests.acceptance.test_story_02_big_refund import waiting
from tests.acceptance.test_watching import kinds_of
from tests.support.harness import Harness


async def paused(shop: Harness, scope: PauseScope = "all", name: Label | None = None) -> PauseRow:
    """Somebody pulls the cord."""
    new = NewPause(scope=scope, name=name, paused_by="olga", reason="Looking into it.", at=datetime.now(UTC))
    async with shop.desk.pools.operator(shop.tenant) as conn:
        return await pause(conn, shop.tenant, new)


async def lifted(shop: Harness, row: PauseRow) -> None:
    """… and lets go; the relay tells the tickets."""
    now = datetime.now(UTC)
    async with shop.desk.pools.operator(shop.tenant) as conn:
        await resume(conn, shop.tenant, row.id, by="olga", at=now)
    nudger = Nudger(shop.client, shop.settings.task_queue, shop.desk.pools)
    assert await deliver_left_behind(shop.desk.pools, nudger, now + 2 * GRACE) >= 1


async def test_a_paused_action_waits_and_is_done_when_the_pause_ends(shop: Harness) -> None:
    """Nothing is sent, the customer is told, and afterwards it happens once."""
    cord = await paused(shop, "action", "reissue_refund")
    ref = await shop.open("cus_ada", LATE)
    row = await shop.until(ref, TicketStatus.on_hold)
    assert row.waiting_for is WaitingFor.operator
    assert await shop.actions(ref) == []
    assert "keeps its place" in await shop.last_reply(ref)
    await lifted(shop, cord)
    await shop.until(ref, TicketStatus.solved)
    assert [action.status for action in await shop.actions(ref)] == ["succeeded"]
    kinds = await kinds_of(shop, ref)
    done = len(kinds) - 1 - kinds[::-1].index("action_performed")
    assert kinds.index("action_held") < kinds.index("action_resumed") < done


async def test_an_approved_action_keeps_its_approval_over_a_pause(shop: Harness) -> None:
    """The person need not be asked twice; what they approved is what is done."""
    ref = await waiting(shop)
    cord = await paused(shop)
    await shop.decide(ref, DecisionVerdict.approved)
    await shop.until(ref, TicketStatus.on_hold)
    await lifted(shop, cord)
    await shop.until(ref, TicketStatus.solved)
    assert [action.status for action in await shop.actions(ref)] == ["succeeded"]


async def test_what_was_claimed_and_never_sent_waits_as_well(shop: Harness, monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider is away when it is claimed, and back when everything is paused: no money moves until the end."""
    perform, cords, sent = ShopBackend.perform, list[PauseRow](), list[str]()

    async def away_at_first(backend: ShopBackend, scope: Scope, prepared: Prepared, key: str, now: datetime) -> object:
        if not cords:
            cords.append(await paused(shop))
            raise Unavailable("The provider refuses connections.")
        sent.append(key)
        return await perform(backend, scope, prepared, key, now)

    monkeypatch.setattr(ShopBackend, "perform", away_at_first)
    ref = await shop.open("cus_ada", LATE)
    await shop.until(ref, TicketStatus.on_hold)
    assert ([action.status for action in await shop.actions(ref)], sent) == (["claimed"], [])
    await lifted(shop, cords[0])
    await shop.until(ref, TicketStatus.solved)
    (action,) = await shop.actions(ref)
    assert (action.status, sent) == ("succeeded", [action.idempotency_key])


async def test_a_pause_of_something_else_changes_nothing(shop: Harness) -> None:
    """One action, one procedure: the others go on."""
    await paused(shop, "action", "cancel_order")
    await paused(shop, "procedure", "cancel_order")
    ref = await shop.open("cus_ada", LATE)
    await shop.until(ref, TicketStatus.solved)


async def test_the_customer_can_take_back_what_is_held(shop: Harness) -> None:
    """Nothing was sent, so nothing is when the pause ends."""
    cord = await paused(shop, "procedure", "late_refund")
    ref = await shop.open("cus_ada", LATE)
    await shop.until(ref, TicketStatus.on_hold)
    await shop.say(ref, "Forget it, I don't want the refund any more.")
    await lifted(shop, cord)
    assert await shop.actions(ref) == []
    assert (await shop.ticket(ref)).status is TicketStatus.solved
