"""Claiming actions: one effect for one intent, whoever asks, how often, and at what time."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from domain.action import ProposedAction
from domain.approval import DecisionVerdict, Settlement
from domain.errors import ApprovalMismatch, Conflict, StaleDecision
from domain.money import Money
from domain.ticket import TicketRef
from store.approvals import NewDecision, insert_decision, insert_request, settle_approval
from store.claims import AlreadyMine, Claimed, ClaimResult, TakenByOther, claim
from store.errors import StoreFault
from store.ledger import Intent, LedgerStatus, idempotency_key, mark_unknown, propose, reconcile, settle, ticket_actions
from store.pools import Pools
from store.rows import Connection
from tests.integration.store.makers import NOW, crashing, intent, opened, refund, request

KEY = "refund:pay-1:-:damaged"


async def claimed(pools: Pools, ref: TicketRef, wanted: Intent) -> ClaimResult:
    """Claim as an action does."""
    async with pools.operator(ref.tenant) as conn:
        return await claim(conn, ref, wanted)


async def test_a_claim_gives_the_key_of_the_intent(pools: Pools) -> None:
    """The idempotency key comes from tenant, action, business key and generation, and from nothing else."""
    ref = await opened(pools)
    result = await claimed(pools, ref, intent(refund(ref)))
    assert result == Claimed(idempotency_key=idempotency_key("meridian", "issue_refund", KEY, 1), attempt=1)


async def test_twenty_workers_at_once_claim_one_intent_once(pools: Pools) -> None:
    """Twenty actions on twenty tickets of one customer, the same intent: one is claimed, nineteen learn by whom."""
    refs = [await opened(pools) for _ in range(20)]
    results = await asyncio.gather(*(claimed(pools, ref, intent(refund(ref))) for ref in refs))
    assert Counter(type(result) for result in results) == {Claimed: 1, TakenByOther: 19}
    [winner] = [ref for ref, result in zip(refs, results, strict=True) if isinstance(result, Claimed)]
    losers = [result for result in results if isinstance(result, TakenByOther)]
    assert losers == [TakenByOther(ticket_id=winner.ticket_id, status=LedgerStatus.claimed)] * 19


async def test_twenty_attempts_at_once_of_one_action_claim_it_once(pools: Pools) -> None:
    """Twenty attempts of the same activity: one sends, the others find its row, and every attempt is counted."""
    ref = await opened(pools)
    wanted = intent(refund(ref))
    results = await asyncio.gather(*(claimed(pools, ref, wanted) for _ in range(20)))
    assert Counter(type(result) for result in results) == {Claimed: 1, AlreadyMine: 19}
    attempts = sorted(result.row.attempts for result in results if isinstance(result, AlreadyMine))
    assert attempts == list(range(2, 21))


async def test_different_intents_do_not_hinder_each_other(pools: Pools) -> None:
    """Partial refunds of one payment have business keys of their own."""
    ref = await opened(pools)
    keys = set()
    for number, business_key in enumerate(("refund:pay-1:line-1:damaged", "refund:pay-1:line-2:damaged"), 1):
        result = await claimed(pools, ref, intent(refund(ref, number), business_key))
        assert isinstance(result, Claimed)
        keys.add(result.idempotency_key)
    assert len(keys) == 2


async def test_another_tenants_claim_is_another_intent(pools: Pools) -> None:
    """The same business key of another tenant is free, and has another idempotency key."""
    keys = set()
    for tenant in ("meridian", "tidewater"):
        ref = await opened(pools, tenant)
        result = await claimed(pools, ref, intent(refund(ref)))
        assert isinstance(result, Claimed)
        keys.add(result.idempotency_key)
    assert len(keys) == 2


async def test_another_customers_claim_holds_and_stays_theirs(pools: Pools) -> None:
    """Should two customers' intents ever clash, the second is stopped and is not told whose ticket the first is of."""
    first, second = await opened(pools, customer="c-1"), await opened(pools, customer="c-2")
    await claimed(pools, first, intent(refund(first)))
    assert await claimed(pools, second, intent(refund(second))) == TakenByOther(status=LedgerStatus.claimed)
    async with pools.operator("meridian") as conn:
        assert await ticket_actions(conn, "meridian", second.ticket_id) == []


async def test_a_customers_scope_claims_nothing(pools: Pools) -> None:
    """Who sees one customer alone cannot sum up a tenant's day, so the database lets such a scope claim nothing."""
    ref = await opened(pools)
    with pytest.raises(StoreFault) as caught:
        async with pools.customer(ref.tenant, ref.customer_id) as conn:
            await claim(conn, ref, intent(refund(ref)))
    assert caught.value.facts["sqlstate"] == "42501"


@pytest.mark.parametrize("end", ["succeeded", "unknown", "reconciled"])
async def test_what_took_effect_or_may_have_blocks_its_intent(pools: Pools, end: str) -> None:
    """Neither a success nor an unknown effect frees the intent, on any ticket."""
    ref, other = await opened(pools), await opened(pools)
    action = refund(ref)
    await claimed(pools, ref, intent(action))
    async with pools.operator(ref.tenant) as conn:
        if end == "succeeded":
            await settle(conn, ref.tenant, action.action_id, "succeeded", code="succeeded", outcome={}, at=NOW)
        else:
            await mark_unknown(conn, ref.tenant, action.action_id, code="timeout")
        if end == "reconciled":
            await reconcile(conn, ref.tenant, action.action_id, "reconciled", code="found", outcome={}, at=NOW)
    result = await claimed(pools, other, intent(refund(other)))
    assert result == TakenByOther(ticket_id=ref.ticket_id, status=LedgerStatus(end))
    again = await claimed(pools, ref, intent(action))
    assert isinstance(again, AlreadyMine)
    assert (again.row.status, again.row.attempts) == (end, 1)


@pytest.mark.parametrize("was_unknown", [False, True], ids=["refused", "looked up"])
async def test_only_a_proven_failure_frees_the_intent_under_a_new_key(pools: Pools, was_unknown: bool) -> None:
    """After a final refusal the next action gets the next generation; the failed one stays failed."""
    ref = await opened(pools)
    first, second = refund(ref, 1), refund(ref, 2)
    before = await claimed(pools, ref, intent(first))
    async with pools.operator(ref.tenant) as conn:
        if was_unknown:
            await mark_unknown(conn, ref.tenant, first.action_id, code="timeout")
            await reconcile(conn, ref.tenant, first.action_id, "failed", code="not_found", outcome={}, at=NOW)
        else:
            await settle(conn, ref.tenant, first.action_id, "failed", code="card_closed", outcome={}, at=NOW)
    after = await claimed(pools, ref, intent(second))
    assert after == Claimed(idempotency_key=idempotency_key("meridian", "issue_refund", KEY, 2), attempt=1)
    assert before != after
    again = await claimed(pools, ref, intent(first))
    assert isinstance(again, AlreadyMine)
    assert again.row.status is LedgerStatus.failed


async def test_an_action_id_stands_for_one_action(pools: Pools) -> None:
    """The id of a claimed action cannot be used for other arguments, another intent or another ticket."""
    ref, other = await opened(pools), await opened(pools)
    await claimed(pools, ref, intent(refund(ref)))
    with pytest.raises(Conflict):
        await claimed(pools, ref, intent(refund(ref, amount=9900)))
    with pytest.raises(Conflict):
        await claimed(pools, ref, intent(refund(ref), "refund:pay-2:-:damaged"))
    with pytest.raises(Conflict):
        await claimed(pools, other, intent(refund(ref)))


async def test_arguments_changed_behind_their_digest_are_refused(pools: Pools) -> None:
    """A proposal whose arguments are not those of its digest is never claimed."""
    ref = await opened(pools)
    forged = refund(ref).model_copy(update={"args": refund(ref, amount=9900).args})
    with pytest.raises(ApprovalMismatch):
        await claimed(pools, ref, intent(forged))


async def test_a_rolled_back_claim_leaves_nothing(pools: Pools) -> None:
    """A worker that dies before its commit has claimed nothing; the next one has the first generation."""
    ref = await opened(pools)
    async with crashing(pools.operator(ref.tenant)) as conn:
        await claim(conn, ref, intent(refund(ref)))
    assert isinstance(await claimed(pools, ref, intent(refund(ref))), Claimed)


async def test_a_ticket_that_is_not_there_has_no_actions(pools: Pools) -> None:
    """A claim for a ticket of another customer is refused by the database itself."""
    ref = await opened(pools, customer="c-2")
    forged = ref.model_copy(update={"customer_id": "c-1"})
    with pytest.raises(StoreFault):
        await claimed(pools, forged, intent(refund(ref)))


def euros(amount: int) -> Money:
    """An amount, in cents."""
    return Money(amount=amount, currency="EUR")


async def ask(conn: Connection, ref: TicketRef, action: ProposedAction) -> None:
    """Put an action to an approver."""
    await insert_request(conn, ref, request(action), "Refund €54.00")


async def answer(
    conn: Connection,
    ref: TicketRef,
    action: ProposedAction,
    verdict: str = "approved",
    *,
    amended: ProposedAction | None = None,
) -> None:
    """Decide, and let the decision take the slot."""
    decision = await insert_decision(
        conn,
        ref.tenant,
        NewDecision(
            approval_id=action.action_id,
            verdict=DecisionVerdict(verdict),
            args_sha256=action.args_sha256,
            decided_by="op-1",
            amended=amended,
            at=NOW + timedelta(hours=1),
            auth_method="api_key",
            key_kind="operator",
            roles=("support",),
        ),
    )
    settlement = Settlement.model_validate(
        {"approval_id": action.action_id, "how": verdict, "decision_id": decision.decision_id, "at": NOW}
    )
    await settle_approval(conn, ref, settlement)


async def test_an_approved_action_is_claimed_with_its_approval(pools: Pools) -> None:
    """The approval lets exactly the approved action through, and is kept with it."""
    ref = await opened(pools)
    action = refund(ref)
    async with pools.operator(ref.tenant) as conn:
        await ask(conn, ref, action)
        await propose(conn, ref, intent(action))
        await answer(conn, ref, action)
    assert isinstance(await claimed(pools, ref, intent(action, approval_id=action.action_id)), Claimed)
    async with pools.operator(ref.tenant) as conn:
        [row] = await ticket_actions(conn, ref.tenant, ref.ticket_id)
    assert (row.status, row.approval_id, row.proposal) == (LedgerStatus.claimed, action.action_id, action)


async def test_an_amended_action_is_claimed_as_amended_and_not_otherwise(pools: Pools) -> None:
    """After an amendment the amended action may go on, and the one first asked for may not."""
    ref = await opened(pools)
    action, smaller = refund(ref, 1), refund(ref, 2, amount=2000)
    async with pools.operator(ref.tenant) as conn:
        await ask(conn, ref, action)
        await answer(conn, ref, action, "amended", amended=smaller)
    with pytest.raises(ApprovalMismatch):
        await claimed(pools, ref, intent(action, approval_id=action.action_id))
    with pytest.raises(ApprovalMismatch):
        await claimed(pools, ref, intent(refund(ref, 2, amount=2001), approval_id=action.action_id))
    with pytest.raises(ApprovalMismatch):  # it would cost more than the amendment showed
        await claimed(pools, ref, intent(smaller, approval_id=action.action_id, amount=euros(2001)))
    agreed = intent(smaller, approval_id=action.action_id, amount=euros(2000))
    assert isinstance(await claimed(pools, ref, agreed), Claimed)


async def test_a_yes_is_good_for_as_long_as_the_question_would_have_been(pools: Pools) -> None:
    """Held by a pause for a month it is asked again; within the three days that the request had, it is not."""
    ref = await opened(pools)
    action = refund(ref)
    async with pools.operator(ref.tenant) as conn:
        await ask(conn, ref, action)
        await answer(conn, ref, action)  # an hour after it was asked
    wanted = intent(action, approval_id=action.action_id)
    with pytest.raises(StaleDecision):
        await claimed(pools, ref, wanted.model_copy(update={"at": NOW + timedelta(hours=73)}))
    late = wanted.model_copy(update={"at": NOW + timedelta(hours=72, minutes=59)})
    assert isinstance(await claimed(pools, ref, late), Claimed)


@pytest.mark.parametrize("verdict", ["declined", "expired", "withdrawn", None])
async def test_nothing_is_claimed_on_an_approval_that_was_not_given(pools: Pools, verdict: str | None) -> None:
    """Declined, expired, withdrawn and still open approvals all stop the claim, which leaves no row."""
    ref = await opened(pools)
    action = refund(ref)
    async with pools.operator(ref.tenant) as conn:
        await ask(conn, ref, action)
        if verdict == "declined":
            await answer(conn, ref, action, "declined")
        elif verdict is not None:
            settlement = {"approval_id": action.action_id, "how": verdict, "decision_id": None, "at": NOW}
            await settle_approval(conn, ref, Settlement.model_validate(settlement))
    with pytest.raises(StaleDecision):
        await claimed(pools, ref, intent(action, approval_id=action.action_id))
    async with pools.operator(ref.tenant) as conn:
        assert await ticket_actions(conn, ref.tenant, ref.ticket_id) == []


async def test_an_action_put_to_an_approver_cannot_go_round_them(pools: Pools) -> None:
    """Leaving the approval out does not help, and neither does another action's, nor one that does not exist."""
    ref = await opened(pools)
    action, other = refund(ref, 1), refund(ref, 2)
    async with pools.operator(ref.tenant) as conn:
        await ask(conn, ref, action)
        await answer(conn, ref, action)
    with pytest.raises(ApprovalMismatch):
        await claimed(pools, ref, intent(action))
    with pytest.raises(ApprovalMismatch):  # equal arguments, but another action: one approval, one execution
        await claimed(pools, ref, intent(other, approval_id=action.action_id))
    with pytest.raises(ApprovalMismatch):
        await claimed(pools, ref, intent(other, approval_id=f"{ref.ticket_id}/a9"))


async def test_a_decision_after_the_expiry_does_not_count(pools: Pools) -> None:
    """Even if such a decision took the slot, the claim looks at the time again."""
    ref = await opened(pools)
    action = refund(ref)
    async with pools.operator(ref.tenant) as conn:
        await insert_request(conn, ref, request(action, timedelta(hours=1)), "Refund €54.00")
        late = {"tenant": ref.tenant, "ticket": ref.ticket_id, "customer": ref.customer_id, "id": action.action_id}
        await conn.execute(
            "insert into setright.approval_decisions (tenant, approval_id, ticket_id, customer_id, verdict,"
            " args_sha256, decided_by, at, auth_method, key_kind, roles) values (%(tenant)s, %(id)s, %(ticket)s,"
            " %(customer)s, 'approved', %(sha)s, 'op-1', %(at)s, 'api_key', 'operator', '{support}')",
            {**late, "sha": action.args_sha256, "at": NOW + timedelta(hours=1)},
        )
        await conn.execute(
            "insert into setright.approval_settlements select tenant, approval_id, ticket_id, customer_id, verdict,"
            " id, at from setright.approval_decisions"
        )
    with pytest.raises(StaleDecision):
        await claimed(pools, ref, intent(action, approval_id=action.action_id))


async def test_the_unique_index_holds_without_the_lock(pools: Pools) -> None:
    """Should a claim ever skip the lock on its intent, the database still refuses the second live row."""
    refs = [await opened(pools), await opened(pools)]
    await claimed(pools, refs[0], intent(refund(refs[0])))
    async with pools.operator("meridian") as conn:
        await propose(conn, refs[1], intent(refund(refs[1])))
    with pytest.raises(StoreFault) as caught:
        async with pools.operator("meridian") as conn:
            await conn.execute(
                "update setright.action_ledger set status = 'authorised', generation = 2, idempotency_key = 'sr_x'"
                " where status = 'proposed'"
            )
    assert caught.value.facts["constraint"] == "one_live_row_per_intent"
