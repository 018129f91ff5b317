"""Assembling the customer context: what is in it, for whom, and what the provider has to say."""

from datetime import date

import pytest

from domain.errors import Unavailable
from domain.ticket import IdentityLevel
from tests.integration.adapters.backends.till import NOW, Till


async def test_it_holds_everything_about_the_customer(till: Till) -> None:
    """Profile, orders, lines, payments, refunds, parcels and the variants of what was bought."""
    context = await till.context("cus_ada")
    assert (context.first_name, context.name, context.tier) == ("Ada", "Ada Lindqvist", "standard")
    order = context.orders[0]
    if order.number != "10042":
        order = context.orders[1]
    assert [line.title for line in order.lines] == ["Wireless Headphones"]
    assert order.total.amount == order.payments[0].amount.amount == order.payments[0].refundable.amount == 8900
    (refund,) = order.refunds
    assert (refund.status, refund.failure, refund.days_since) == ("failed", "transient", 21)
    assert order.shipments[0].status == "delivered"
    assert {variant.options["color"] for variant in context.catalogue["wireless-headphones"]} == {
        "black",
        "white",
        "blue",
    }
    assert context.refunds_last_90_days == 0


async def test_every_handle_finds_its_record_and_no_two_are_equal(till: Till) -> None:
    """Handles are unique within a ticket."""
    context = await till.context("cus_nia")
    handles = [handle for handle, _ in context.records()]
    assert len(set(handles)) == len(handles) > 10
    for handle, record in context.records():
        assert context.find(handle) == record


@pytest.mark.parametrize("identity", [IdentityLevel.anonymous, IdentityLevel.claimed])
async def test_who_is_not_proven_gets_nothing(till: Till, identity: IdentityLevel) -> None:
    """Neither orders nor even a name for somebody who only says who they are."""
    context = await till.backend.gather(till.scope("cus_ada", identity), NOW)
    assert list(context.records()) == []
    assert (context.name, context.identity) == ("", identity)


async def test_an_unknown_customer_gets_nothing(till: Till) -> None:
    """A customer the shop does not know is no error."""
    assert (await till.context("cus_nobody")).orders == ()


async def test_the_provider_has_the_last_word_on_refunds(till: Till) -> None:
    """A refund that failed at the bank since is shown as failed, and the shop remembers it."""
    (pending,) = (await till.order("cus_cleo", "10044")).refunds
    assert (pending.status, pending.expected_on) == ("pending", date(2026, 12, 1))
    (row,) = await till.rows("select provider_ref from shop.refunds where tenant = %(tenant)s and ref = '10044/1'")
    assert await till.provider.settle_refund(till.tenant, row["provider_ref"], "failed", "account_closed")

    (refund,) = (await till.order("cus_cleo", "10044")).refunds
    assert (refund.status, refund.failure) == ("failed", "account_closed")
    (row,) = await till.rows("select status, failure from shop.refunds where tenant = %(tenant)s and ref = '10044/1'")
    assert row == {"status": "failed", "failure": "account_closed"}


async def test_a_provider_that_does_not_answer_makes_it_unavailable(till: Till) -> None:
    """Without the provider nobody knows where a refund is, so nothing is told."""
    await till.inject("fail_before", "list_refunds")
    with pytest.raises(Unavailable):
        await till.context("cus_ada")


async def test_days_count_from_the_moment_it_is_asked(till: Till) -> None:
    """The context carries no clock of its own."""
    later = NOW.replace(month=12)
    context = await till.context("cus_gia", later)
    assert context.orders[0].days_since_delivery == 36


async def test_a_subscription_knows_its_unused_part(till: Till) -> None:
    """Half a yearly plan is left after half a year; an invoice after the cancellation is marked."""
    till.tenant = till.saas
    (plan,) = (await till.context("cus_sam")).subscriptions
    assert (plan.days_left, plan.unused.amount, plan.unused.currency) == (183, 129000 * 183 // 365, "USD")
    (plan,) = (await till.context("cus_rosa")).subscriptions
    assert [(invoice.number, invoice.after_cancellation) for invoice in plan.invoices] == [
        ("TW-2043", True),
        ("TW-2011", False),
    ]
