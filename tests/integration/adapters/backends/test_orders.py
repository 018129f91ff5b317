"""Changing orders: what each action leaves behind, and that it happens whole or not at all."""

import pytest

from adapters.backends.port import Prepared
from adapters.backends.shop.provider.client import PaymentProvider
from adapters.backends.shop.provider.records import RefundRecord
from domain.action import Arguments
from domain.customer import CustomerContext, PaymentMethod
from domain.errors import EffectUnknown, Unavailable
from domain.ids import Handle
from domain.money import Money
from domain.slot import SpanValue
from tests.integration.adapters.backends.till import NOW, Till, choice, one, pair, several

SPAN = SpanValue(seq=1, start=0, end=1, sha256="0" * 64)


async def finn_cancels(till: Till) -> Prepared:
    """Finn's desk lamp, €59.00 paid with PayPal, pending."""
    order = await till.order("cus_finn", "10048")
    return await till.prepare("cus_finn", "cancel_order", order=one(order.handle), reason=choice("no_longer_needed"))


def variant_of(context: CustomerContext, product: str, **options: str) -> Handle:
    """The variant of a product with these options."""
    return next(variant.handle for variant in context.catalogue[product] if variant.options == options)


async def gift_card_of(till: Till, customer: str, balance: int) -> PaymentMethod:
    """Give a customer a gift card."""
    await till.plant(
        """insert into shop.payment_methods (tenant, customer, ref, source, kind, brand, last4, label, status, balance,
                                             currency)
           values (%(tenant)s, %(customer)s, %(customer)s || '/2', '', 'gift_card', '', '0001', 'Gift card ending 0001',
                   'active', %(balance)s, 'EUR')""",
        customer=customer,
        balance=balance,
    )
    return (await till.context(customer)).payment_methods[1]


async def test_cancelling_gives_back_what_was_paid(till: Till) -> None:
    """Order and lines cancelled, the whole total on its way to where it came from, read back at the provider."""
    prepared = await finn_cancels(till)
    outcome = await till.perform("cus_finn", prepared)
    assert (outcome.status, outcome.ref, outcome.amount) == ("succeeded", "10048", Money(amount=5900, currency="EUR"))
    assert await till.is_shown("cus_finn", prepared, outcome)
    order = await till.order("cus_finn", "10048")
    assert (order.status, order.lines[0].status) == ("cancelled", "cancelled")
    (refund,) = order.refunds
    assert (refund.amount.amount, refund.reason, refund.method_label) == (5900, "cancelled", "PayPal")
    assert await till.perform("cus_finn", prepared) == outcome
    assert set((await till.effects()).values()) == {1}


async def test_an_order_that_left_meanwhile_is_not_cancelled(till: Till) -> None:
    """Prepared while pending, approved a day later: the refusal is final and nothing has changed."""
    prepared = await finn_cancels(till)
    await till.plant("update shop.orders set status = 'shipped' where tenant = %(tenant)s and ref = '10048'")
    outcome = await till.perform("cus_finn", prepared)
    assert (outcome.status, outcome.code) == ("failed", "wrong_status")
    assert await till.effects() == {}
    assert await till.look_up("cus_finn", prepared) == outcome


async def test_an_order_is_cancelled_with_its_refund_or_not_at_all(till: Till) -> None:
    """If the money cannot go back, the order stands, and a person can look at it."""
    prepared = await finn_cancels(till)
    await till.inject("refuse_card_closed")
    outcome = await till.perform("cus_finn", prepared)
    assert (outcome.status, outcome.code) == ("failed", "card_closed")
    assert (await till.order("cus_finn", "10048")).status == "pending"


async def test_an_unknown_refund_holds_the_order(till: Till) -> None:
    """Until it is settled the order is neither cancelled nor changeable; then it is cancelled."""
    prepared = await finn_cancels(till)
    order = await till.order("cus_finn", "10048")
    words = {"address": "Lindenstr. 9, 10969 Berlin"}
    elsewhere = await till.prepare("cus_finn", "change_order_address", words, order=one(order.handle), address=SPAN)
    await till.inject("timeout_after_commit")
    with pytest.raises(EffectUnknown):
        await till.perform("cus_finn", prepared)
    assert (await till.order("cus_finn", "10048")).status == "pending"
    with pytest.raises(Unavailable):
        await till.perform("cus_finn", elsewhere, "key-2")
    found = await till.look_up("cus_finn", prepared)
    assert found is not None
    assert found.status == "succeeded"
    assert (await till.order("cus_finn", "10048")).status == "cancelled"
    assert (await till.perform("cus_finn", elsewhere, "key-2")).code == "wrong_status"


async def test_a_shop_that_dies_before_it_can_write_is_finished_by_the_next(till: Till) -> None:
    """The provider has paid and the shop's database is gone: unknown, then found and made whole."""
    prepared = await finn_cancels(till)

    class Cutting(PaymentProvider):
        async def create_refund(self, *args: object, **kwargs: object) -> RefundRecord:
            answer = await super().create_refund(*args, **kwargs)  # type: ignore[arg-type]
            await till.superuser.execute("alter table shop.orders rename to gone")
            return answer

    writes = till.backend._writes
    writes._provider = Cutting(till.provider._server._pool)
    with pytest.raises(EffectUnknown):
        await till.perform("cus_finn", prepared)
    await till.superuser.execute("alter table shop.gone rename to orders")
    writes._provider = till.provider
    assert (await till.order("cus_finn", "10048")).status == "pending"
    found = await till.look_up("cus_finn", prepared)
    assert found is not None
    assert await till.is_shown("cus_finn", prepared, found)
    assert set((await till.effects()).values()) == {1}


async def test_paying_otherwise_charges_first_and_gives_back_then(till: Till) -> None:
    """From PayPal to a gift card that covers it: the card is lighter, PayPal is refunded."""
    card = await gift_card_of(till, "cus_finn", 10000)
    order = await till.order("cus_finn", "10048")
    args: Arguments = {"order": one(order.handle), "payment_method": one(card.handle)}
    prepared = await till.prepare("cus_finn", "change_payment_method", **args)
    outcome = await till.perform("cus_finn", prepared)
    assert (outcome.status, outcome.code) == ("succeeded", "succeeded")
    assert await till.is_shown("cus_finn", prepared, outcome)
    context = await till.context("cus_finn")
    (order,) = context.orders
    assert [(payment.method_label, payment.refundable.amount) for payment in order.payments] == [
        ("PayPal", 0),
        ("Gift card ending 0001", 5900),
    ]
    assert context.payment_methods[1].balance == Money(amount=4100, currency="EUR")

    cancelled = await till.perform("cus_finn", await finn_cancels(till), "key-2")
    assert cancelled.status == "succeeded"
    assert (await till.context("cus_finn")).payment_methods[1].balance == Money(amount=10000, currency="EUR")


async def test_a_gift_card_pays_once(till: Till) -> None:
    """The balance that was enough when it was asked is gone when it is done: refused, nothing moved."""
    card = await gift_card_of(till, "cus_finn", 5900)
    order = await till.order("cus_finn", "10048")
    args: Arguments = {"order": one(order.handle), "payment_method": one(card.handle)}
    prepared = await till.prepare("cus_finn", "change_payment_method", **args)
    await till.plant("update shop.payment_methods set balance = 5899 where tenant = %(tenant)s and ref = 'cus_finn/2'")
    outcome = await till.perform("cus_finn", prepared)
    assert (outcome.status, outcome.code) == ("failed", "balance_too_low")
    assert await till.effects() == {}


async def test_a_refund_that_fails_after_a_charge_is_not_called_done(till: Till) -> None:
    """The new method was charged and the old cannot be refunded: the effect is not read back, so a person sees it."""
    card = await gift_card_of(till, "cus_finn", 10000)
    order = await till.order("cus_finn", "10048")
    args: Arguments = {"order": one(order.handle), "payment_method": one(card.handle)}
    prepared = await till.prepare("cus_finn", "change_payment_method", **args)
    await till.inject("refuse_card_closed")
    outcome = await till.perform("cus_finn", prepared)
    assert (outcome.status, outcome.code) == ("succeeded", "incomplete")
    assert not await till.is_shown("cus_finn", prepared, outcome)


async def test_a_declined_charge_changes_nothing(till: Till) -> None:
    """Pam's bottle in the dear size, with a card that declines: the order is as it was, and free again."""
    context = await till.context("cus_pam")
    line = (await till.order("cus_pam", "10060")).lines[0]
    wanted = variant_of(context, "water-bottle", color="orange", size="1 l")
    await till.plant("update shop.variants set price = price + 100 where tenant = %(tenant)s and ref = 'WBT-06'")
    method = context.payment_methods[0].handle
    prepared = await till.prepare(
        "cus_pam", "modify_items", exchange=pair((line.handle, wanted)), payment_method=one(method)
    )
    await till.plant(
        "update provider.methods set state = 'card_closed' where tenant = %(tenant)s and ref = 'cus_pam/1'"
    )
    outcome = await till.perform("cus_pam", prepared)
    assert (outcome.status, outcome.code) == ("failed", "payment_declined")
    order = await till.order("cus_pam", "10060")
    assert (order.status, order.lines[0].options["color"], len(order.payments)) == ("pending", "blue", 1)
    assert (await till.rows("select hold from shop.orders where tenant = %(tenant)s and ref = '10060'")) == [
        {"hold": None}
    ]


@pytest.mark.parametrize(("size", "difference", "paid", "back"), [("0.5 l", -600, 3000, 600), ("1 l", 0, 3000, 0)])
async def test_items_of_a_pending_order_become_others(
    till: Till, size: str, difference: int, paid: int, back: int
) -> None:
    """The line takes SKU, options and price, the order its total, and the difference is settled at once; only once."""
    context = await till.context("cus_pam")
    order = await till.order("cus_pam", "10060")
    wanted = variant_of(context, "water-bottle", color="black", size=size)
    method = context.payment_methods[0].handle
    args: Arguments = {"exchange": pair((order.lines[0].handle, wanted)), "payment_method": one(method)}
    prepared = await till.prepare("cus_pam", "modify_items", **args)
    outcome = await till.perform("cus_pam", prepared)
    assert (outcome.status, outcome.amount) == ("succeeded", Money(amount=abs(difference), currency="EUR"))
    assert await till.is_shown("cus_pam", prepared, outcome)
    order = await till.order("cus_pam", "10060")
    assert (order.status, order.total.amount) == ("modified", 3000 + difference)
    assert order.lines[0].options == {"color": "black", "size": size}
    assert [payment.amount.amount for payment in order.payments] == [paid]
    assert sum(refund.amount.amount for refund in order.refunds) == back
    assert (await till.perform("cus_pam", prepared, "key-2")).code == "wrong_status"


async def test_what_costs_more_is_charged(till: Till) -> None:
    """Another payment beside the first, by the method that was chosen."""
    await till.plant("update shop.variants set price = price + 250 where tenant = %(tenant)s and ref = 'WBT-06'")
    context = await till.context("cus_pam")
    order = await till.order("cus_pam", "10060")
    wanted = variant_of(context, "water-bottle", color="orange", size="1 l")
    args: Arguments = {
        "exchange": pair((order.lines[0].handle, wanted)),
        "payment_method": one(context.payment_methods[0].handle),
    }
    prepared = await till.prepare("cus_pam", "modify_items", **args)
    assert prepared.amount == Money(amount=250, currency="EUR")
    outcome = await till.perform("cus_pam", prepared)
    assert await till.is_shown("cus_pam", prepared, outcome)
    order = await till.order("cus_pam", "10060")
    assert [payment.amount.amount for payment in order.payments] == [3000, 250]


async def test_what_a_gift_card_paid_can_go_to_a_card(till: Till) -> None:
    """There is no charge to take it from, so it is a credit; a lost answer is found, and its end is told."""
    card = await gift_card_of(till, "cus_pam", 10000)
    order = await till.order("cus_pam", "10060")
    args: Arguments = {"order": one(order.handle), "payment_method": one(card.handle)}
    await till.perform("cus_pam", await till.prepare("cus_pam", "change_payment_method", **args))
    context = await till.context("cus_pam")
    wanted = variant_of(context, "water-bottle", color="blue", size="0.5 l")
    method = one(context.payment_methods[0].handle)
    exchange = pair((order.lines[0].handle, wanted))
    prepared = await till.prepare("cus_pam", "modify_items", exchange=exchange, payment_method=method)
    await till.inject("timeout_after_commit")
    with pytest.raises(EffectUnknown):
        await till.perform("cus_pam", prepared, "key-2")
    found = await till.look_up("cus_pam", prepared, "key-2")
    assert found is not None
    assert (found.status, found.amount) == ("succeeded", Money(amount=600, currency="EUR"))
    assert await till.is_shown("cus_pam", prepared, found)
    assert set((await till.effects()).values()) == {1}
    await till.plant("update provider.refunds set status = 'pending' where tenant = %(tenant)s and charge is null")
    refund = (await till.order("cus_pam", "10060")).refunds[-1]
    assert (refund.status, refund.method_label) == ("pending", "Mastercard ending 6789")


async def test_a_price_that_changed_is_asked_again(till: Till) -> None:
    """Nobody is charged what they did not confirm."""
    context = await till.context("cus_pam")
    order = await till.order("cus_pam", "10060")
    wanted = variant_of(context, "water-bottle", color="orange", size="1 l")
    args: Arguments = {
        "exchange": pair((order.lines[0].handle, wanted)),
        "payment_method": one(context.payment_methods[0].handle),
    }
    prepared = await till.prepare("cus_pam", "modify_items", **args)
    await till.plant("update shop.variants set price = price + 1 where tenant = %(tenant)s and ref = 'WBT-06'")
    assert (await till.perform("cus_pam", prepared)).code == "price_changed"


async def test_a_return_marks_what_comes_back(till: Till) -> None:
    """The jacket is marked, the beanie is not; no money moves before it has arrived; not twice."""
    order = await till.order("cus_gia", "10049")
    method = (await till.context("cus_gia")).payment_methods[0].handle
    args: Arguments = {"items": several(order.lines[0].handle), "payment_method": one(method)}
    prepared = await till.prepare("cus_gia", "return_items", **args)
    outcome = await till.perform("cus_gia", prepared)
    assert (outcome.status, outcome.amount) == ("succeeded", Money(amount=12900, currency="EUR"))
    assert await till.is_shown("cus_gia", prepared, outcome)
    order = await till.order("cus_gia", "10049")
    assert [line.status for line in order.lines] == ["return_requested", "delivered"]
    assert (order.status, order.refunds) == ("return_requested", ())
    assert (await till.perform("cus_gia", prepared, "key-2")).code == "wrong_status"
    assert await till.rows(
        "select kind, lines, method_ref from shop.claims where tenant = %(tenant)s and order_ref = '10049'"
    ) == [{"kind": "return", "lines": ["10049/1"], "method_ref": "cus_gia/1"}]


async def test_an_exchange_marks_what_is_wanted(till: Till) -> None:
    """Shoes in 42 for 43; sold out meanwhile is a refusal."""
    context = await till.context("cus_ida")
    line = context.orders[0].lines[0].handle
    wanted = variant_of(context, "running-shoes", size="43", color="white")
    args: Arguments = {"exchange": pair((line, wanted)), "payment_method": one(context.payment_methods[0].handle)}
    prepared = await till.prepare("cus_ida", "exchange_items", **args)
    await till.plant("update shop.variants set available = false where tenant = %(tenant)s and ref = 'RUN-07'")
    assert (await till.perform("cus_ida", prepared)).code == "not_available"
    await till.plant("update shop.variants set available = true where tenant = %(tenant)s and ref = 'RUN-07'")
    outcome = await till.perform("cus_ida", prepared, "key-2")
    assert outcome.status == "succeeded"
    assert await till.is_shown("cus_ida", prepared, outcome)
    order = await till.order("cus_ida", "10051")
    assert (order.status, order.lines[0].status) == ("exchange_requested", "exchange_requested")
    assert await till.rows(
        "select kind, lines, wanted, difference from shop.claims where tenant = %(tenant)s and order_ref = '10051'"
    ) == [{"kind": "exchange", "lines": ["10051/1"], "wanted": ["RUN-07"], "difference": 0}]


async def test_a_replacement_is_announced_once(till: Till) -> None:
    """A second parcel appears on the order; asking for another of the same is refused."""
    line = (await till.order("cus_oli", "10058")).lines[0].handle
    prepared = await till.prepare("cus_oli", "send_replacement", items=several(line))
    outcome = await till.perform("cus_oli", prepared)
    assert await till.is_shown("cus_oli", prepared, outcome)
    parcel = (await till.order("cus_oli", "10058")).shipments[-1]
    assert (parcel.status, parcel.lines) == ("label_created", (line,))
    assert parcel.expected_on is not None
    assert outcome.facts["expected_on"] == parcel.expected_on.isoformat()
    assert (await till.perform("cus_oli", prepared, "key-2")).code == "already_replaced"


async def test_a_trace_is_opened_once(till: Till) -> None:
    """While the carrier searches there is nothing more to ask."""
    order = await till.order("cus_kim", "10053")
    prepared = await till.prepare("cus_kim", "open_trace", order=one(order.handle))
    outcome = await till.perform("cus_kim", prepared)
    assert (outcome.status, outcome.ref) == ("succeeded", "10053/1/1")
    assert await till.is_shown("cus_kim", prepared, outcome)
    assert (await till.perform("cus_kim", prepared, "key-2")).code == "already_open"


async def test_addresses_change_where_they_should(till: Till) -> None:
    """The pending order goes to the office, the profile stays; then the profile moves, the order stays."""
    context = await till.context("cus_nia")
    pending, earlier = await till.order("cus_nia", "10056"), await till.order("cus_nia", "10057")
    home = context.address
    assert home is not None
    args: Arguments = {"order": one(pending.handle), "address": one(earlier.address.handle)}
    prepared = await till.prepare("cus_nia", "change_order_address", **args)
    outcome = await till.perform("cus_nia", prepared)
    assert await till.is_shown("cus_nia", prepared, outcome)
    assert (await till.order("cus_nia", "10056")).address.one_line() == earlier.address.one_line()
    assert (await till.context("cus_nia")).address == home

    words = {"address": "5 Elm Lane, Galway, H91 K2YP, Ireland"}
    prepared = await till.prepare("cus_nia", "change_default_address", words, address=SPAN)
    outcome = await till.perform("cus_nia", prepared, "key-2")
    assert await till.is_shown("cus_nia", prepared, outcome)
    moved = (await till.context("cus_nia")).address
    assert moved is not None
    assert moved.one_line() == "5 Elm Lane, H91 K2YP Galway, Ireland"
    assert (await till.order("cus_nia", "10056")).address.one_line() == earlier.address.one_line()


@pytest.mark.parametrize(
    ("at", "status", "ends_on"),
    [("period_end", "cancels_at_period_end", "2026-12-11"), ("now", "cancelled", "2026-11-23")],
)
async def test_a_subscription_ends_now_or_with_its_period(till: Till, at: str, status: str, ends_on: str) -> None:
    """Nothing is refunded by itself, and it ends once."""
    till.tenant = till.saas
    plan = (await till.context("cus_quin")).subscriptions[0]
    prepared = await till.prepare("cus_quin", "cancel_subscription", subscription=one(plan.handle), at=choice(at))
    outcome = await till.perform("cus_quin", prepared)
    assert (outcome.status, outcome.facts["ends_on"]) == ("succeeded", ends_on)
    assert await till.is_shown("cus_quin", prepared, outcome)
    (plan,) = (await till.context("cus_quin")).subscriptions
    assert (plan.status, plan.cancelled_at, plan.invoices[0].refunds) == (status, NOW, ())
    assert (await till.perform("cus_quin", prepared, "key-2")).code == "wrong_status"


async def test_parcels_are_told_as_they_are(till: Till) -> None:
    """Late, delivered, and not yet sent."""

    async def told(customer: str, number: str) -> dict[str, object]:
        order = await till.order(customer, number)
        prepared = await till.prepare(customer, "track_shipment", order=one(order.handle))
        return dict(await till.backend.read(till.scope(customer), prepared, NOW))

    late = await told("cus_jon", "10052")
    assert (late["status"], late["days_late"], late["days_since_scan"]) == ("in_transit", 3, 4)
    assert (late["carrier"], late["expected_on"], late["delivered_on"]) == ("DHL", "2026-11-20", None)
    there = await told("cus_kim", "10053")
    assert (there["status"], there["days_late"], there["delivered_on"]) == ("delivered", 0, "2026-11-20")
    assert await told("cus_finn", "10048") == {"order": "10048", "status": "not_shipped"}


async def test_what_is_not_there_is_not_read_back(till: Till) -> None:
    """An outcome that claims what the shop does not show is not believed."""
    prepared = await finn_cancels(till)
    outcome = await till.perform("cus_finn", prepared)
    await till.plant("update shop.orders set status = 'shipped' where tenant = %(tenant)s and ref = '10048'")
    assert not await till.is_shown("cus_finn", prepared, outcome)
    await till.plant("update shop.orders set status = 'cancelled' where tenant = %(tenant)s and ref = '10048'")
    await till.plant("update provider.refunds set status = 'failed', failure = 'transient' where tenant = %(tenant)s")
    assert not await till.is_shown("cus_finn", prepared, outcome)
    failed = outcome.model_copy(update={"status": "failed"})
    assert not await till.is_shown("cus_finn", prepared, failed)
