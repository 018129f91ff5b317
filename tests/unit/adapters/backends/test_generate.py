"""The generated store: the same each time, sound in its sums, and wide enough to show every case."""

import re
from collections import Counter, defaultdict
from datetime import timedelta

import pytest

from adapters.backends.shop.generate.files import PeopleFile, ProductFile, read
from adapters.backends.shop.generate.load import FOLDER, generate
from tests.unit.adapters.backends.contexts import TODAY, context_of, stores


def test_the_same_seed_makes_the_same_store() -> None:
    """Byte for byte, and another seed another crowd."""
    assert generate(TODAY) == stores()
    assert generate(TODAY, seed=8)["meridian"].customers != stores()["meridian"].customers


def test_the_stories_count_back_from_the_day() -> None:
    """A week later everything is a week later; nothing else changes."""
    later = generate(TODAY + timedelta(days=7))["meridian"].orders
    assert [order.placed_at - timedelta(days=7) for order in later] == [
        order.placed_at for order in stores()["meridian"].orders
    ]


def test_it_is_as_large_as_it_says() -> None:
    """About 500 customers, 1,000 orders and 50 products; 40 subscribers."""
    shop, saas = stores()["meridian"], stores()["tidewater"]
    assert (len(shop.customers), len(shop.orders), len(shop.products)) == (499, 1003, 50)
    assert (len(saas.customers), len(saas.subscriptions)) == (40, 40)


def test_every_case_is_there() -> None:
    """All order statuses, every way a refund can end, late and lost parcels, gift cards, tiers, double charges."""
    shop = stores()["meridian"]
    assert {order.status for order in shop.orders} == {
        "pending", "processed", "shipped", "delivered", "cancelled", "return_requested", "exchange_requested"
    }  # fmt: skip
    assert {(refund.status, refund.failure) for refund in shop.refunds} == {
        ("pending", None),
        ("succeeded", None),
        ("failed", "transient"),
        ("failed", "card_closed"),
        ("failed", "account_closed"),
        ("failed", "expired_card"),
    }
    assert {parcel.status for parcel in shop.shipments} >= {"in_transit", "delayed", "lost", "delivered"}
    assert {customer.tier for customer in shop.customers} == {"standard", "plus", "vip"}
    assert any(method.kind == "gift_card" for method in shop.methods)
    assert sum(payment.duplicate_of is not None for payment in shop.payments) > 5


@pytest.mark.parametrize("tenant", ["meridian", "tidewater"])
def test_nobody_got_more_back_than_was_paid(tenant: str) -> None:
    """Payments cover the order, and refunds that did not fail stay below their payment."""
    store = stores()[tenant]
    back: Counter[str] = Counter()
    for refund in store.refunds:
        if refund.status in {"pending", "succeeded"}:
            back[refund.payment_ref] += refund.amount
    assert all(back[payment.ref] <= payment.amount for payment in store.payments)
    totals = {order.ref: order.total for order in store.orders}
    assert all(payment.amount == totals[payment.order_ref] for payment in store.payments if payment.order_ref)


def test_the_provider_has_the_same_books() -> None:
    """Every charge and refund that is not a gift card's is in the provider's books, with the same amount and end."""
    for store in stores().values():
        charges = {charge.ref: charge.amount for charge in store.provider_charges}
        refunds = {refund.ref: (refund.amount, refund.status, refund.failure) for refund in store.provider_refunds}
        assert charges == {row.charge: row.amount for row in store.payments if row.charge is not None}
        assert refunds == {
            row.provider_ref: (row.amount, row.status, row.failure) for row in store.refunds if row.provider_ref
        }


def test_refs_are_unique() -> None:
    """No two rows of a kind have one name, people and crowd together."""
    for store in stores().values():
        for rows in (store.customers, store.orders, store.lines, store.payments, store.refunds, store.invoices):
            refs = [row.ref for row in rows]
            assert len(set(refs)) == len(refs)


def test_no_customer_is_out_of_time() -> None:
    """Nothing was delivered before it was placed, nothing happens in the future but what is expected."""
    shop = stores()["meridian"]
    for order in shop.orders:
        assert order.placed_at.date() <= TODAY
        assert order.delivered_at is None or order.placed_at < order.delivered_at
    placed = {order.ref: order.placed_at for order in shop.orders}
    for refund in shop.refunds:
        assert refund.order_ref is not None
        assert placed[refund.order_ref].date() <= refund.created_at.date() <= TODAY


def test_named_people_have_names_stories_and_orders_of_their_own() -> None:
    """Ids follow the first name, order numbers stay below the crowd's, every truth is told."""
    people = read(FOLDER, "people.yaml", PeopleFile)
    for person in (*people.meridian, *people.tidewater):
        assert person.id == f"cus_{person.name.split()[0].lower()}"
        assert person.truth.endswith(".")
        assert person.serves
        assert all(10_000 < int(order.number) < 10_101 for order in person.orders)


@pytest.mark.parametrize("tenant", ["meridian", "tidewater"])
def test_amounts_in_the_truths_are_true(tenant: str) -> None:
    """An amount that people.yaml names is one of the person's own."""
    store, named = stores()[tenant], 0
    for person in getattr(read(FOLDER, "people.yaml", PeopleFile), tenant):
        amounts = {line.price for line in store.lines if line.customer == person.id}
        amounts |= {payment.amount for payment in store.payments if payment.customer == person.id}
        for told in re.findall(r"[€$]([\d,]+\.\d\d)", person.truth):
            assert int(told.replace(",", "").replace(".", "")) in amounts, person.id
            named += 1
    assert named >= 2


def test_the_remaining_stories_have_their_ground() -> None:
    """Two orders Eve could mean, a VIP, two wishes of Pam's that can both be done, two addresses of Nia's."""
    assert [order.status for order in context_of("cus_eve").orders] == ["delivered", "delivered"]
    assert context_of("cus_max").is_vip
    assert {order.status for order in context_of("cus_pam").orders} == {"delivered", "pending"}
    assert len({order.address.one_line() for order in context_of("cus_nia").orders}) == 2


def test_a_variant_for_each_combination_of_options() -> None:
    """With its surcharge, and marked where it is sold out."""
    product = ProductFile(
        ref="mug",
        code="MUG",
        title="Mug",
        category="kitchen",
        price=1000,
        options={"color": ["blue", "red"], "size": ["S", "L"]},
        extra={"L": 200},
        sold_out=[{"color": "red", "size": "L"}],
    )
    rows = product.variants("EUR")
    assert [(row.ref, row.price, row.available) for row in rows] == [
        ("MUG-01", 1000, True),
        ("MUG-02", 1200, True),
        ("MUG-03", 1000, True),
        ("MUG-04", 1200, False),
    ]


def test_every_customer_can_be_shown() -> None:
    """Each of the generated customers makes a context in which every handle finds its record."""
    methods: dict[str, int] = defaultdict(int)
    for tenant, store in stores().items():
        for customer in store.customers[::7]:
            context = context_of(customer.ref, tenant)
            assert all(context.find(handle) == record for handle, record in context.records())
            methods[tenant] += len(context.payment_methods)
    assert min(methods.values()) > 5
