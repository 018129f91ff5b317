"""What goes wrong around a ticket: the provider's answer is lost, a turn loops, a condition cannot be judged."""

from collections.abc import Mapping

import pytest
from psycopg import AsyncConnection

from adapters.assistants.port import PlanBrief
from adapters.assistants.scripted import ScriptedAssistant
from adapters.backends.shop.provider.faults import FaultKind, effects_by_key, inject
from domain.action import ProposedAction
from domain.handoff import HandoffReason
from domain.intent import Classification, RankedIntent, Signals, WishFound
from domain.slot import HandleValue
from domain.step import Planned, Propose
from domain.ticket import TicketStatus
from tests.acceptance.test_story_01_late_refund import LATE
from tests.support.harness import Harness
from tests.support.servers import Servers, harness


async def provider_fails(database_url: str, kind: FaultKind, times: int = 1) -> Mapping[str, int]:
    """Let the provider fail on the next refund; returns what it had done until then."""
    async with await AsyncConnection.connect(database_url, autocommit=True) as conn:
        await inject(conn, "meridian", "create_refund", kind, remaining=times)
        return await effects_by_key(conn, "meridian")


async def new_effects(database_url: str, before: Mapping[str, int]) -> list[int]:
    """How often each new key took effect at the provider."""
    async with await AsyncConnection.connect(database_url, autocommit=True) as conn:
        after = await effects_by_key(conn, "meridian")
    return [effects for key, effects in after.items() if before.get(key) != effects]


async def test_a_lost_answer_is_looked_up_and_not_sent_again(shop: Harness, database_url: str) -> None:
    """The provider paid and its answer was lost: found by look-up, told once, paid once."""
    before = await provider_fails(database_url, "timeout_after_commit")
    ref = await shop.open("cus_ada", LATE)
    await shop.until(ref, TicketStatus.solved)
    assert await new_effects(database_url, before) == [1]
    assert [a.status for a in await shop.actions(ref)] == ["succeeded"]


async def test_a_request_that_never_arrived_is_sent_again_under_the_same_key(shop: Harness, database_url: str) -> None:
    """Certainly not carried out: the retry is safe, and pays once."""
    before = await provider_fails(database_url, "fail_before", times=2)
    ref = await shop.open("cus_ada", LATE)
    await shop.until(ref, TicketStatus.solved)
    assert await new_effects(database_url, before) == [1]


async def test_a_key_that_is_answered_500_for_ever_goes_to_a_person(shop: Harness, database_url: str) -> None:
    """It is not retried without end, nothing is paid, and the customer is not told that it was."""
    before = await provider_fails(database_url, "answer_500_forever")
    ref = await shop.open("cus_ada", LATE)
    await shop.until(ref, TicketStatus.open)
    assert sum(await new_effects(database_url, before)) == 0
    (handoff,) = await shop.handoffs(ref)
    assert [result.status for result in handoff.packet.tried if result.name == "reissue_refund"]
    assert "sent it again" not in await shop.last_reply(ref)


async def test_the_same_refund_on_two_tickets_is_paid_once(shop: Harness, database_url: str) -> None:
    """Business intent is the key: another ticket about the same money finds it done."""
    before = await provider_fails(database_url, "slow", times=0)
    await shop.open("cus_ada", LATE)
    again = await shop.open("cus_ada", "Where is the refund for my headphones? It never came.")
    assert await new_effects(database_url, before) == [1]
    assert not [a for a in await shop.actions(again) if a.status == "succeeded"]


def wanting(intent: str) -> Classification:
    """Every message is read as this one wish."""
    ranked = (RankedIntent(intent=intent, confidence=990),)
    return Classification(wishes=(WishFound(ranked=ranked, seq=1, start=0, end=4),), language="en", signals=Signals())


def proposing(name: str, handle: str | None = None) -> "ScriptedAssistant":
    """An assistant that proposes the same action whatever it is told."""

    def plan(brief: PlanBrief) -> Planned:
        order = brief.context.orders[0].handle
        action = ProposedAction.of(
            action_id=f"{brief.ticket.ticket_id}/a{brief.next_action}",
            name=name,
            args={"order": HandleValue(handle=handle or order)},
            wish=brief.wish.number,
        )
        return Planned(
            wish=brief.wish.number,
            step=Propose(action=action, is_write=False),
            slots=brief.wish.slots,
            procedure_version=brief.procedure.version,
        )

    return ScriptedAssistant(understand=lambda _: wanting("where_is_my_order"), plan=plan, draft=[])


@pytest.mark.parametrize(
    ("name", "handle"),
    [("track_shipment", None), ("issue_refund", None), ("track_shipment", "order_0123456789")],
    ids=["loops", "outside the procedure", "foreign handle"],
)
async def test_a_mad_assistant_ends_with_a_person_and_does_nothing(
    servers: Servers, name: str, handle: str | None
) -> None:
    """A turn that never ends, an action the procedure does not allow, a handle that names nothing: a handoff each."""
    mad = proposing(name, handle)
    async with harness(servers, {"meridian": mad, "tidewater": mad}) as shop, shop.worker():
        ref = shop.ref("cus_jon")
        seq = await shop.accept(ref, "Where is it?", is_new=True)
        await shop.nudge(ref, seq)
        await shop.until(ref, TicketStatus.open)
        (handoff,) = await shop.handoffs(ref)
        assert handoff.reason == HandoffReason.fault
        assert not [a for a in await shop.actions(ref) if a.status == "succeeded"]
