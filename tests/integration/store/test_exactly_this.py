"""What was approved is what is carried out: every change between the two is refused, and nothing is done twice."""

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from domain.action import ProposedAction
from domain.approval import Settlement
from domain.errors import ApprovalMismatch, Conflict, NotFound, StaleDecision
from domain.money import Money
from domain.slot import HandlesValue, HandleValue, LabelValue, MoneyValue, SpanValue
from domain.ticket import TicketRef
from store.approvals import NewDecision, insert_decision, insert_request, settle_approval
from store.claims import Claimed, TakenByOther, claim
from store.ledger import Intent, settle, ticket_actions
from store.pools import Pools
from tests.integration.store.makers import NOW, intent, opened, request

WORDS = SpanValue(seq=1, start=0, end=9, sha256="0" * 64)


def rich_action(ref: TicketRef, number: int = 1) -> ProposedAction:
    """An action with an argument of nearly every kind."""
    return ProposedAction.of(
        action_id=f"{ref.ticket_id}/a{number}",
        name="issue_refund",
        args={
            "payment": HandleValue(handle="payment_0123456789"),
            "amount": MoneyValue(money=Money(amount=5_400, currency="EUR")),
            "reason": LabelValue(label="damaged"),
            "items": HandlesValue(handles=("line_0123456789", "line_abcdef0123")),
            "note": WORDS,
        },
        wish=1,
    )


async def approve(pools: Pools, ref: TicketRef, action: ProposedAction, amount: Money | None = None) -> None:
    """Ask and get a yes."""
    decision = NewDecision(
        approval_id=action.action_id,
        verdict="approved",  # type: ignore[arg-type] # pydantic reads it
        args_sha256=action.args_sha256,
        decided_by="olga",
        at=NOW,
        auth_method="api_key",
        key_kind="operator",
        roles=("support",),
    )
    async with pools.operator(ref.tenant) as conn:
        await insert_request(conn, ref, request(action), "Refund", amount=amount)
        made = await insert_decision(conn, ref.tenant, decision)
        taken = {"approval_id": action.action_id, "how": "approved", "decision_id": made.decision_id, "at": NOW}
        await settle_approval(conn, ref, Settlement.model_validate(taken))


def changed(value: Any) -> Iterator[Any]:  # noqa: ANN401 - any JSON value
    """The value with each of its characters, numbers and members changed, added or left out, one at a time."""
    match value:
        case str():
            for place, character in enumerate(value):
                yield value[:place] + chr(ord(character) ^ 1) + value[place + 1 :]
            yield value + "0"
            yield value[:-1]
        case bool():
            yield not value
        case int():
            yield from (value + 1, value - 1, value * 10, -value - 1, str(value), float(value) + 0.5)
        case list():
            yield from (value[:place] + value[place + 1 :] for place in range(len(value)))
            yield value[::-1]
            for place, item in enumerate(value):
                yield from ([*value[:place], other, *value[place + 1 :]] for other in changed(item))
        case dict():
            for name in value:
                yield {key: item for key, item in value.items() if key != name}
                yield from ({**value, name: other} for other in changed(value[name]))
            yield {**value, "more": {"kind": "label", "label": "x"}}


def forgeries(action: ProposedAction) -> Iterator[ProposedAction]:
    """Every other proposal that can be made of this one, with the old digest and with its own."""
    kept = action.model_dump(mode="json")
    for forged in changed(kept):
        try:
            other = ProposedAction.model_validate(forged)
        except ValidationError:
            continue  # it is no proposal at all
        if other == action:
            continue
        yield other
        yield ProposedAction.of(action_id=other.action_id, name=other.name, args=other.args, wish=other.wish)


async def test_every_change_after_the_approval_is_refused(pools: Pools) -> None:
    """Each field and each character, changed between approval and execution, is refused; the original is not."""
    ref = await opened(pools)
    action = rich_action(ref)
    await approve(pools, ref, action)
    tried = claimed = 0
    async with pools.operator(ref.tenant) as conn:
        for forged in forgeries(action):
            if forged == action:
                continue
            tried += 1
            try:
                async with conn.transaction(force_rollback=True):
                    result = await claim(conn, ref, intent(forged, approval_id=action.action_id))
                claimed += isinstance(result, Claimed)
            except (ApprovalMismatch, Conflict, NotFound, StaleDecision):
                continue
        assert (tried > 300, claimed) == (True, 0)
        assert await ticket_actions(conn, ref.tenant, ref.ticket_id) == []
        assert isinstance(await claim(conn, ref, intent(action, approval_id=action.action_id)), Claimed)


@pytest.mark.parametrize(
    ("amount", "is_refused"),
    [
        (Money(amount=5_400, currency="EUR"), False),
        (Money(amount=5_399, currency="EUR"), False),
        (Money(amount=5_401, currency="EUR"), True),
        (Money(amount=1, currency="USD"), True),
        (None, False),
    ],
)
async def test_it_costs_no_more_than_was_shown(pools: Pools, amount: Money | None, is_refused: bool) -> None:
    """Where the amount follows from the records, what it has grown to since is not what was approved."""
    ref = await opened(pools)
    action = rich_action(ref)
    await approve(pools, ref, action, Money(amount=5_400, currency="EUR"))
    wanted = intent(action, approval_id=action.action_id).model_copy(update={"amount": amount})
    async with pools.operator(ref.tenant) as conn:
        if is_refused:
            with pytest.raises(ApprovalMismatch):
                await claim(conn, ref, wanted)
        else:
            assert isinstance(await claim(conn, ref, wanted), Claimed)


def other_words(action: ProposedAction) -> Intent:
    """The same intent, said and spelt otherwise: a new proposal with other arguments and the same business key."""
    note = WORDS.model_copy(update={"seq": 7, "end": 12})
    again = ProposedAction.of(action_id=action.action_id, name=action.name, args=action.args | {"note": note}, wish=2)
    return intent(again, args={"payment": "pay-1", "amount": 5_400, "note": "as I said"})


@pytest.mark.parametrize("is_settled", [False, True], ids=["under way", "done"])
@pytest.mark.parametrize("how", ["another ticket", "another plan", "other words", "another approval"])
async def test_the_same_thing_is_not_done_twice(pools: Pools, how: str, is_settled: bool) -> None:
    """Neither on another ticket, nor planned or worded anew, nor approved once more."""
    ref = await opened(pools)
    action = rich_action(ref)
    async with pools.operator(ref.tenant) as conn:
        assert isinstance(await claim(conn, ref, intent(action)), Claimed)
        if is_settled:
            await settle(conn, ref.tenant, action.action_id, "succeeded", code="succeeded", outcome={}, at=NOW)
    where = await opened(pools) if how == "another ticket" else ref
    again = rich_action(where, 2)
    wanted = other_words(again) if how == "other words" else intent(again)
    if how == "another approval":
        await approve(pools, where, again)
        wanted = intent(again, approval_id=again.action_id)
    async with pools.operator(ref.tenant) as conn:
        result = await claim(conn, where, wanted)
        assert isinstance(result, TakenByOther)
        assert result.ticket_id == ref.ticket_id
        assert len(await ticket_actions(conn, ref.tenant, ref.ticket_id)) == 1
