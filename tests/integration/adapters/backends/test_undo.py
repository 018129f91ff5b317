"""Taking effects back, and following those that settle later, on the shop and its provider."""

import pytest

from adapters.backends.port import BackendOutcome, Prepared, Progress
from domain.errors import EffectUnknown, Unavailable
from domain.slot import SpanValue
from tests.integration.adapters.backends.till import NOW, Till, choice, euros, one

ELSEWHERE = "12 Elm Street, Apt 4, Austin, TX 78701, USA"


async def pending_refund(till: Till) -> tuple[Prepared, BackendOutcome]:
    """Dan gets 50 euros back, and the bank takes its time."""
    payment = (await till.order("cus_dan", "10045")).payments[0]
    prepared = await till.prepare(
        "cus_dan", "issue_refund", payment=one(payment.handle), amount=euros(5000), reason=choice("damaged")
    )
    await till.inject("pending")
    outcome = await till.perform("cus_dan", prepared)
    assert (outcome.status, outcome.settles_later) == ("succeeded", True)
    return prepared, outcome


async def undone(till: Till, customer: str, prepared: Prepared, outcome: BackendOutcome) -> Prepared:
    """What undoes an effect, prepared."""
    context = await till.context(customer)
    undoing = till.backend.undo(till.scope(customer), context, prepared, outcome)
    assert undoing is not None
    return await till.prepare(customer, undoing.action, **undoing.args)


async def progress(till: Till, prepared: Prepared, outcome: BackendOutcome) -> Progress:
    """How far Dan's effect is."""
    return await till.backend.progress(till.scope("cus_dan"), prepared, outcome, NOW)


async def refund_at_provider(till: Till) -> str:
    """The provider's id of the one refund of Dan's charge."""
    (row,) = await till.rows("select provider_ref from shop.refunds where tenant = %(tenant)s and order_ref = '10045'")
    return str(row["provider_ref"])


async def test_a_pending_refund_is_stopped_at_the_provider(till: Till) -> None:
    """Cancelled in both books, refundable again, read back, and only once."""
    prepared, outcome = await pending_refund(till)
    undo = await undone(till, "cus_dan", prepared, outcome)
    assert (undo.action, undo.args, undo.amount) == ("cancel_refund", {"refund": "10045/1"}, None)
    done = await till.perform("cus_dan", undo, "key-2")
    assert (done.status, done.ref) == ("succeeded", "10045/1")
    assert await till.is_shown("cus_dan", undo, done)
    assert not await till.is_shown("cus_dan", prepared, outcome)
    assert (await till.order("cus_dan", "10045")).payments[0].refundable.amount == 129900
    books = await till.rows(
        """select r.status from provider.refunds r join shop.payments p on (p.tenant, p.charge) = (r.tenant, r.charge)
           where p.tenant = %(tenant)s and p.ref = '10045/1'"""
    )
    assert books == [{"status": "cancelled"}]
    assert await till.perform("cus_dan", undo, "key-2") == done
    assert (await till.perform("cus_dan", undo, "key-3")).code == "not_pending"


async def test_a_refund_that_arrived_meanwhile_is_not_stopped(till: Till) -> None:
    """The shop believed it pending, the provider has paid: refused for good, and the shop learns of it."""
    prepared, outcome = await pending_refund(till)
    undo = await undone(till, "cus_dan", prepared, outcome)
    await till.provider.settle_refund(till.tenant, await refund_at_provider(till), "succeeded")
    done = await till.perform("cus_dan", undo, "key-2")
    assert (done.status, done.code) == ("failed", "not_pending")
    refunds = (await till.order("cus_dan", "10045")).refunds
    assert [refund.status for refund in refunds] == ["succeeded"]


@pytest.mark.parametrize("kind", ["timeout_after_commit", "answer_500_forever"])
async def test_a_stop_nobody_is_sure_of_is_looked_up(till: Till, kind: str) -> None:
    """Lost after it was done: found. Not done: none, and it may be asked again."""
    prepared, outcome = await pending_refund(till)
    undo = await undone(till, "cus_dan", prepared, outcome)
    await till.inject(kind, "cancel_refund")  # type: ignore[arg-type]
    with pytest.raises(EffectUnknown):
        await till.perform("cus_dan", undo, "key-2")
    found = await till.look_up("cus_dan", undo, "key-2")
    assert (found is not None) == (kind == "timeout_after_commit")
    assert (await till.perform("cus_dan", undo, "key-2")).status == "succeeded"


async def test_a_stop_that_never_left_can_be_asked_again(till: Till) -> None:
    """Certainly not stopped: unavailable, none found, and the same key works."""
    prepared, outcome = await pending_refund(till)
    undo = await undone(till, "cus_dan", prepared, outcome)
    await till.inject("fail_before", "cancel_refund")
    with pytest.raises(Unavailable):
        await till.perform("cus_dan", undo, "key-2")
    assert await till.look_up("cus_dan", undo, "key-2") is None
    assert (await till.perform("cus_dan", undo, "key-2")).status == "succeeded"


async def test_a_refund_is_followed_until_it_arrives(till: Till) -> None:
    """Pending, then settled; what arrived cannot be undone."""
    prepared, outcome = await pending_refund(till)
    assert await progress(till, prepared, outcome) == Progress(state="pending", code="pending")
    await till.provider.settle_refund(till.tenant, await refund_at_provider(till), "succeeded")
    assert await progress(till, prepared, outcome) == Progress(state="settled", code="settled")
    context = await till.context("cus_dan")
    assert till.backend.undo(till.scope("cus_dan"), context, prepared, outcome) is None


async def test_a_refund_that_fails_late_says_why(till: Till) -> None:
    """The bank sends it back days later; the shop's own row says so too."""
    prepared, outcome = await pending_refund(till)
    await till.provider.settle_refund(till.tenant, await refund_at_provider(till), "failed", "account_closed")
    assert await progress(till, prepared, outcome) == Progress(state="failed", code="account_closed")
    assert not await till.is_shown("cus_dan", prepared, outcome)
    (row,) = await till.rows("select status from shop.refunds where tenant = %(tenant)s and ref = '10045/1'")
    assert row == {"status": "failed"}


async def test_an_address_goes_back_to_what_it_was(till: Till) -> None:
    """The former address is a record with a handle; an order's and the profile's are restored alike."""
    order = next(it for it in (await till.context("cus_finn")).orders if it.status == "pending")
    words = SpanValue(seq=1, start=0, end=len(ELSEWHERE), sha256="0" * 64)
    before = (await till.context("cus_finn")).address
    for name, args in (
        ("change_order_address", {"order": one(order.handle), "address": words}),
        ("change_default_address", {"address": words}),
    ):
        prepared = await till.prepare("cus_finn", name, {"address": ELSEWHERE}, **args)
        outcome = await till.perform("cus_finn", prepared, name)
        undo = await undone(till, "cus_finn", prepared, outcome)
        assert undo.action == name
        done = await till.perform("cus_finn", undo, f"{name}-back")
        assert (done.status, await till.is_shown("cus_finn", undo, done)) == ("succeeded", True)
        context = await till.context("cus_finn")
        assert till.backend.undo(till.scope("cus_finn"), context, prepared, outcome) is None  # it is undone already
    now = await till.context("cus_finn")
    assert before is not None
    assert now.address is not None
    assert now.address.one_line() == before.one_line()
    assert (await till.order("cus_finn", order.number)).address.one_line() == order.address.one_line()


async def test_a_subscription_that_was_to_end_goes_on(till: Till) -> None:
    """Cancelled to its period's end and resumed; at once is for good."""
    till.tenant = till.saas
    for at, is_undoable in (("period_end", True), ("now", False)):
        context = await till.context("cus_quin")
        active = next(it for it in context.subscriptions if it.status == "active")
        prepared = await till.prepare("cus_quin", "cancel_subscription", subscription=one(active.handle), at=choice(at))
        outcome = await till.perform("cus_quin", prepared, at)
        context = await till.context("cus_quin")
        undoing = till.backend.undo(till.scope("cus_quin"), context, prepared, outcome)
        assert (undoing is not None) == is_undoable
        if undoing is not None:
            resume = await till.prepare("cus_quin", undoing.action, **undoing.args)
            done = await till.perform("cus_quin", resume, "resume")
            assert await till.is_shown("cus_quin", resume, done)


async def test_a_cancelled_order_stays_cancelled(till: Till) -> None:
    """Its money is on its way: there is nothing that undoes it as a whole."""
    order = next(it for it in (await till.context("cus_finn")).orders if it.status == "pending")
    prepared = await till.prepare(
        "cus_finn", "cancel_order", order=one(order.handle), reason=choice("no_longer_needed")
    )
    outcome = await till.perform("cus_finn", prepared)
    context = await till.context("cus_finn")
    assert till.backend.undo(till.scope("cus_finn"), context, prepared, outcome) is None
