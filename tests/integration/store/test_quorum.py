"""Who may approve, and how many must: at the door, and counted again by the ledger."""

from datetime import timedelta
from typing import Any

import pytest

from domain.action import ProposedAction
from domain.approval import Settlement
from domain.errors import ApprovalMismatch, NotAnApprover, NotEnoughApprovers, OwnRequest, SetrightError, StaleDecision
from domain.slot import MoneyValue
from domain.ticket import TicketRef
from store.approvals import NewDecision, insert_decision, insert_request, list_approvals, settle_approval
from store.claims import Claimed, claim
from store.ledger import ticket_actions
from store.pools import Pools
from tests.integration.store.makers import NOW, intent, opened, refund, request


def decision(action: ProposedAction, by: str, **more: object) -> NewDecision:
    """A yes of a support lead."""
    return NewDecision.model_validate(
        {
            "approval_id": action.action_id,
            "verdict": "approved",
            "args_sha256": action.args_sha256,
            "decided_by": by,
            "at": NOW + timedelta(hours=1),
            "auth_method": "api_key",
            "key_kind": "operator",
            "roles": ("support_lead",),
            **more,
        }
    )


async def asked(pools: Pools, approvers: int = 2, **more: object) -> tuple[TicketRef, ProposedAction]:
    """A refund that some support leads must approve."""
    ref = await opened(pools)
    action = refund(ref)
    wanted = request(action).model_copy(update={"role": "support_lead", "approvers": approvers, **more})
    async with pools.operator(ref.tenant) as conn:
        await insert_request(conn, ref, wanted, "Refund €54.00")
    return ref, action


async def say(pools: Pools, ref: TicketRef, *answers: NewDecision) -> None:
    """Keep answers and let the last one take the slot."""
    async with pools.operator(ref.tenant) as conn:
        for answer in answers:
            made = await insert_decision(conn, ref.tenant, answer)
        settled = {"approval_id": made.approval_id, "how": made.verdict, "decision_id": made.decision_id, "at": NOW}
        await settle_approval(conn, ref, Settlement.model_validate(settled))


async def carry_out(
    pools: Pools, ref: TicketRef, action: ProposedAction, *, role: str | None = None, approvers: int = 0
) -> object:
    """Claim the action with its approval; `role` and `approvers` are what policy asks for by now."""
    (amount,) = [value.money for value in action.args.values() if isinstance(value, MoneyValue)]
    wanted = intent(action, approval_id=action.action_id, role=role, approvers=approvers, amount=amount)
    async with pools.operator(ref.tenant) as conn:
        return await claim(conn, ref, wanted)


async def plant(pools: Pools, ref: TicketRef, answer: NewDecision) -> None:
    """An answer that found its way past the door."""
    row = answer.model_dump(mode="json") | {"tenant": ref.tenant, "ticket": ref.ticket_id, "customer": ref.customer_id}
    async with pools.operator(ref.tenant) as conn:
        await conn.execute(
            "insert into setright.approval_decisions (tenant, approval_id, ticket_id, customer_id, verdict,"
            " args_sha256, decided_by, at, auth_method, key_kind, roles) values (%(tenant)s, %(approval_id)s,"
            " %(ticket)s, %(customer)s, %(verdict)s, %(args_sha256)s, %(decided_by)s, %(at)s, 'api_key', %(key_kind)s,"
            " %(roles)s)",
            row,
        )


async def test_two_people_let_it_through(pools: Pools) -> None:
    """Four eyes on exactly these arguments."""
    ref, action = await asked(pools)
    await say(pools, ref, decision(action, "olga"), decision(action, "omar"))
    assert isinstance(await carry_out(pools, ref, action), Claimed)


async def test_one_person_is_not_two(pools: Pools) -> None:
    """One yes, however it took the slot, lets nothing through that two must approve; saying it again does not help."""
    ref, action = await asked(pools)
    await say(pools, ref, decision(action, "olga"), decision(action, "olga"))
    with pytest.raises(NotEnoughApprovers):
        await carry_out(pools, ref, action)
    async with pools.operator(ref.tenant) as conn:
        assert await ticket_actions(conn, ref.tenant, ref.ticket_id) == []


UNFIT: dict[str, tuple[dict[str, Any], type[SetrightError]]] = {
    "another role": ({"roles": ("clerk",)}, NotAnApprover),
    "no role": ({"roles": ()}, NotAnApprover),
    "a service": ({"key_kind": "service", "roles": ("*",)}, NotAnApprover),
    "the requester": ({"decided_by": "rita"}, OwnRequest),
    "the customer": ({"decided_by": "c-1"}, OwnRequest),
    "too late": ({"at": NOW + timedelta(hours=72)}, StaleDecision),
    "other arguments": ({"args_sha256": "0" * 64}, ApprovalMismatch),
}


@pytest.mark.parametrize("who", UNFIT)
async def test_whoever_does_not_count_is_refused_at_the_door_and_by_the_ledger(pools: Pools, who: str) -> None:
    """Each is told so; and were the row there all the same, the ledger would not count it."""
    ref, action = await asked(pools, requested_by="rita")
    change, error = UNFIT[who]
    unfit = decision(action, "omar").model_copy(update=change)
    async with pools.operator(ref.tenant) as conn:
        with pytest.raises(error):
            await insert_decision(conn, ref.tenant, unfit)
    await plant(pools, ref, unfit)
    await say(pools, ref, decision(action, "olga"))
    with pytest.raises(NotEnoughApprovers):
        await carry_out(pools, ref, action)


async def test_a_third_person_makes_up_for_one_who_does_not_count(pools: Pools) -> None:
    """What counts is how many fit, not who came when."""
    ref, action = await asked(pools)
    await plant(pools, ref, decision(action, "omar", roles=("clerk",)))
    await say(pools, ref, decision(action, "olga"), decision(action, "pia", roles=("clerk", "support_lead")))
    assert isinstance(await carry_out(pools, ref, action), Claimed)


async def test_every_role_fits_every_request(pools: Pools) -> None:
    """A key for all there is approves what any role may."""
    ref, action = await asked(pools, approvers=1)
    await say(pools, ref, decision(action, "root", roles=("*",)))
    assert isinstance(await carry_out(pools, ref, action), Claimed)


async def test_policy_may_ask_for_more_than_it_did(pools: Pools) -> None:
    """Policy is always the current one: more people or another role than when it was asked must be there too."""
    ref, action = await asked(pools, approvers=1)
    await say(pools, ref, decision(action, "olga"))
    with pytest.raises(NotEnoughApprovers):
        await carry_out(pools, ref, action, approvers=2, role="support_lead")
    with pytest.raises(NotEnoughApprovers):
        await carry_out(pools, ref, action, approvers=1, role="finance")
    assert isinstance(await carry_out(pools, ref, action, approvers=1, role="support_lead"), Claimed)


async def test_what_policy_wants_approved_needs_an_approval(pools: Pools) -> None:
    """An action that nobody was asked about is not claimed where policy asks somebody."""
    ref = await opened(pools)
    async with pools.operator(ref.tenant) as conn:
        with pytest.raises(ApprovalMismatch):
            await claim(conn, ref, intent(refund(ref), approvers=1, role="support_lead"))


async def test_an_amendment_is_one_persons_word(pools: Pools) -> None:
    """One approver may amend what one may approve; where two must, nobody amends for the other."""
    ref, action = await asked(pools, approvers=1)
    smaller = refund(ref, amount=1_000)
    await say(pools, ref, decision(action, "olga", verdict="amended", amended=smaller))
    with pytest.raises(NotEnoughApprovers):  # an amount for which policy now asks two
        await carry_out(pools, ref, smaller, approvers=2)
    assert isinstance(await carry_out(pools, ref, smaller), Claimed)
    two, needed = await asked(pools)
    async with pools.operator(two.tenant) as conn:
        amended = decision(needed, "olga", verdict="amended", amended=refund(two, amount=1_000))
        with pytest.raises(NotEnoughApprovers):
            await insert_decision(conn, two.tenant, amended)


async def test_deciding_one_of_several_leaves_the_others_open(pools: Pools) -> None:
    """Two refunds of one ticket wait; the one that was approved is carried out, the other still waits and is not."""
    ref = await opened(pools)
    first, second = refund(ref, 1), refund(ref, 2, amount=900)
    async with pools.operator(ref.tenant) as conn:
        for action in (first, second):
            await insert_request(conn, ref, request(action).model_copy(update={"role": "support_lead"}), "Refund")
    await say(pools, ref, decision(second, "olga"))
    async with pools.operator(ref.tenant) as conn:
        assert [row.approval_id for row in await list_approvals(conn, ref.tenant)] == [first.action_id]
        with pytest.raises(StaleDecision):
            await claim(conn, ref, intent(first, "refund:1", approval_id=first.action_id))
        with pytest.raises(ApprovalMismatch):
            await claim(conn, ref, intent(first, "refund:1", approval_id=second.action_id))
        assert isinstance(await claim(conn, ref, intent(second, "refund:2", approval_id=second.action_id)), Claimed)
    await say(pools, ref, decision(first, "omar", verdict="declined"))
    with pytest.raises(StaleDecision):
        await carry_out(pools, ref, first)
