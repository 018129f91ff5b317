"""Approvals: one question, one slot, and answers that cannot be bent."""

import asyncio
from datetime import timedelta

import pytest

from domain.action import ProposedAction
from domain.approval import DecisionVerdict, Settlement
from domain.errors import ApprovalMismatch, Conflict, NotFound, StaleDecision
from domain.ticket import TicketRef
from store.approvals import (
    NewDecision,
    insert_decision,
    insert_request,
    list_approvals,
    read_decision,
    read_request,
    settle_approval,
)
from store.outbox import undelivered
from store.pools import Pools
from tests.integration.store.makers import NOW, opened, refund, request


def decision(action: ProposedAction, **more: object) -> NewDecision:
    """An approval by op-1, an hour after the question."""
    return NewDecision.model_validate(
        {
            "approval_id": action.action_id,
            "verdict": "approved",
            "args_sha256": action.args_sha256,
            "decided_by": "op-1",
            "reason": "The parcel was crushed.",
            "at": NOW + timedelta(hours=1),
            "auth_method": "api_key",
            "key_kind": "operator",
            "roles": ("support",),
            **more,
        }
    )


async def asked(pools: Pools) -> tuple[TicketRef, ProposedAction]:
    """A ticket on which a refund waits for approval."""
    ref = await opened(pools)
    action = refund(ref)
    async with pools.operator(ref.tenant) as conn:
        await insert_request(conn, ref, request(action), "Refund €54.00")
    return ref, action


async def test_a_request_is_kept_as_it_was_asked(pools: Pools) -> None:
    """The request is read back exactly, with the words an approver sees; asking again changes nothing."""
    ref, action = await asked(pools)
    async with pools.operator(ref.tenant) as conn:
        await insert_request(conn, ref, request(action), "Refund €54.00")
        row = await read_request(conn, ref.tenant, action.action_id)
        assert (row.request, row.rendered_text, row.settled) == (request(action), "Refund €54.00", None)
        assert await list_approvals(conn, ref.tenant) == [row]
        with pytest.raises(Conflict):
            await insert_request(conn, ref, request(action, timedelta(hours=1)), "Refund €54.00")
        with pytest.raises(Conflict):
            await insert_request(conn, ref, request(refund(ref, amount=1)), "Refund €0.01")


async def test_a_decision_crosses_as_ids_and_its_words_stay(pools: Pools) -> None:
    """The workflow gets id, verdict and digest by the outbox; the reason is read from the row."""
    ref, action = await asked(pools)
    async with pools.operator(ref.tenant) as conn:
        made = await insert_decision(conn, ref.tenant, decision(action))
        kept = await read_decision(conn, ref.tenant, made.decision_id)
    assert (made.approval_id, made.verdict, made.decided_by) == (action.action_id, DecisionVerdict.approved, "op-1")
    assert "crushed" not in made.model_dump_json()
    assert kept.reason == "The parcel was crushed."
    async with pools.relay() as conn:
        nudges = [nudge for nudge in await undelivered(conn, 10, NOW + timedelta(days=1)) if nudge.kind == "decision"]
    assert [(nudge.ticket, nudge.ref) for nudge in nudges] == [(ref, made.decision_id)]


async def test_a_double_click_is_one_decision(pools: Pools) -> None:
    """Ten equal answers at once are one; the same approver's other answer is refused."""
    ref, action = await asked(pools)

    async def decide() -> int:
        async with pools.operator(ref.tenant) as conn:
            return (await insert_decision(conn, ref.tenant, decision(action))).decision_id

    assert len(set(await asyncio.gather(*(decide() for _ in range(10))))) == 1
    async with pools.operator(ref.tenant) as conn:
        with pytest.raises(StaleDecision):
            await insert_decision(conn, ref.tenant, decision(action, verdict="declined"))


async def test_a_decision_is_about_the_arguments_that_were_shown(pools: Pools) -> None:
    """The digest that comes with the answer must be the one of the request."""
    ref, action = await asked(pools)
    async with pools.operator(ref.tenant) as conn:
        with pytest.raises(ApprovalMismatch):
            await insert_decision(conn, ref.tenant, decision(action, args_sha256="0" * 64))


@pytest.mark.parametrize(
    ("after", "is_open"),
    [(timedelta(hours=72, microseconds=-1), True), (timedelta(hours=72), False)],
    ids=["just in time", "at the expiry"],
)
async def test_an_expired_approval_takes_no_decision(pools: Pools, after: timedelta, is_open: bool) -> None:
    """The last moment before the expiry counts, the expiry itself does not."""
    ref, action = await asked(pools)
    async with pools.operator(ref.tenant) as conn:
        if is_open:
            await insert_decision(conn, ref.tenant, decision(action, at=NOW + after))
        else:
            with pytest.raises(StaleDecision):
                await insert_decision(conn, ref.tenant, decision(action, at=NOW + after))


async def test_the_slot_is_taken_once(pools: Pools) -> None:
    """Approval, expiry and withdrawal at once: one takes the slot, and all learn which."""
    ref, action = await asked(pools)
    async with pools.operator(ref.tenant) as conn:
        made = await insert_decision(conn, ref.tenant, decision(action))

    async def take(how: str) -> Settlement:
        number = made.decision_id if how == "approved" else None
        settlement = {"approval_id": action.action_id, "how": how, "decision_id": number, "at": NOW}
        async with pools.operator(ref.tenant) as conn:
            return await settle_approval(conn, ref, Settlement.model_validate(settlement))

    held = await asyncio.gather(*(take(how) for how in ("approved", "expired", "withdrawn")))
    assert len({settlement.how for settlement in held}) == 1
    async with pools.operator(ref.tenant) as conn:
        assert await list_approvals(conn, ref.tenant) == []
        [row] = await list_approvals(conn, ref.tenant, open_only=False, ticket_id=ref.ticket_id)
        assert row.settled == held[0].how
        late = decision(action, decided_by="op-2")
        with pytest.raises(StaleDecision):
            await insert_decision(conn, ref.tenant, late)
        assert (await insert_decision(conn, ref.tenant, decision(action))).decision_id == made.decision_id


async def test_foreign_approvals_are_not_found(pools: Pools) -> None:
    """Another tenant's approval cannot be read or decided."""
    _, action = await asked(pools)
    async with pools.operator("tidewater") as conn:
        assert await list_approvals(conn, "meridian") == []
        with pytest.raises(NotFound):
            await insert_decision(conn, "meridian", decision(action))
        with pytest.raises(NotFound):
            await read_request(conn, "tidewater", action.action_id)
