"""Preparing actions: which are refused with which code, and what is kept of those that are not."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.backends.port import Prepared
from adapters.backends.shop.actions.registry import READS, SPECS, WRITES
from adapters.backends.shop.arguments import Asked
from domain.action import Arguments, ArgumentValue, Cap, Effect, ProposedAction
from domain.customer import CustomerContext, Order
from domain.errors import ActionRefused
from domain.ids import Handle, handle_for
from domain.money import Money
from domain.slot import HandlesValue, HandleValue, LabelValue, MoneyValue, PairsValue, SpanValue
from tests.unit.adapters.backends.contexts import TICKET, TODAY, context_of, stores

_numbers = count(1)
SPAN = SpanValue(seq=1, start=0, end=1, sha256="0" * 64)


def prepare(
    context: CustomerContext, action: str, spans: dict[str, str] | None = None, /, **args: ArgumentValue
) -> Prepared:
    """Prepare an action of the registry."""
    proposed = ProposedAction.of(action_id=f"{TICKET}/a{next(_numbers)}", name=action, args=args, wish=0)
    known = READS.get(action) or WRITES[action]
    return known.prepare(Asked(context=context, action=proposed, spans=spans or {}))


def refusal(
    context: CustomerContext, action: str, spans: dict[str, str] | None = None, /, **args: ArgumentValue
) -> str:
    """The code with which an action is refused."""
    with pytest.raises(ActionRefused) as refused:
        prepare(context, action, spans, **args)
    return str(refused.value.facts["code"])


def one(handle: Handle) -> HandleValue:
    """An argument that names one record."""
    return HandleValue(handle=handle)


def items(*handles: Handle) -> HandlesValue:
    """An argument that names several records."""
    return HandlesValue(handles=handles)


def money(amount: int, currency: str = "EUR") -> MoneyValue:
    """An argument that is an amount."""
    return MoneyValue(money=Money(amount=amount, currency=currency))


def choice(label: str) -> LabelValue:
    """An argument that is a choice."""
    return LabelValue(label=label)


def order_of(context: CustomerContext, number: str) -> Order:
    """An order by its number."""
    return next(order for order in context.orders if order.number == number)


def variant(context: CustomerContext, product: str, **options: str) -> Handle:
    """The handle of a variant with just these options."""
    return next(one.handle for one in context.catalogue[product] if one.options == options)


def test_the_registry_says_what_each_action_takes() -> None:
    """Reads are reads, writes are writes, and no argument could name a person."""
    assert {name for name, spec in SPECS.items() if spec.effect is Effect.read} == set(READS)
    assert set(SPECS) == {*READS, *WRITES}
    assert len(SPECS) == 17
    for spec in SPECS.values():
        assert not {"customer", "customer_id", "tenant", "email", "url", "sql"} & set(spec.arguments)


def test_a_failed_refund_may_be_sent_again() -> None:
    """What is kept: the back end's own ref, the amount, and words for people."""
    context = context_of("cus_ada")
    refund = order_of(context, "10042").refunds[0]
    prepared = prepare(context, "reissue_refund", refund=one(refund.handle))
    assert prepared == Prepared(
        action="reissue_refund",
        args={"refund": "10042/1"},
        business_key="reissue:10042/1",
        amount=Money(amount=8900, currency="EUR"),
        cap=Cap(subject="order:10042/EUR", limit=Money(amount=8900, currency="EUR")),
        shown={"refund": "€89.00 to Visa ending 4242"},
    )


@pytest.mark.parametrize(
    ("customer", "number", "code"),
    [("cus_ben", "10043", "not_transient"), ("cus_cleo", "10044", "not_failed"), ("cus_vic", "10062", "not_failed")],
)
def test_other_refunds_may_not(customer: str, number: str, code: str) -> None:
    """A card that is closed, a refund on its way, a refund that was made."""
    context = context_of(customer)
    assert refusal(context, "reissue_refund", refund=one(order_of(context, number).refunds[0].handle)) == code


def test_a_refund_is_sent_again_once() -> None:
    """One that names its successor is done with."""
    store = stores()["meridian"]
    again = [replace(row, reissued_as="10042/2") if row.ref == "10042/1" else row for row in store.refunds]
    context = context_of("cus_ada", store=replace(store, refunds=again))
    refund = order_of(context, "10042").refunds[0]
    assert refusal(context, "reissue_refund", refund=one(refund.handle)) == "already_reissued"


def test_a_refund_needs_an_open_method() -> None:
    """To a card that was closed meanwhile nothing is sent, whatever the refund failed of."""
    store = stores()["meridian"]
    closed = [replace(row, status="closed") if row.customer == "cus_ada" else row for row in store.methods]
    context = context_of("cus_ada", store=replace(store, methods=closed))
    order = order_of(context, "10042")
    assert refusal(context, "reissue_refund", refund=one(order.refunds[0].handle)) == "method_closed"
    payment = one(order.payments[0].handle)
    args: Arguments = {"payment": payment, "amount": money(100), "reason": choice("goodwill")}
    assert refusal(context, "issue_refund", **args) == "method_closed"


@pytest.mark.parametrize(
    ("amount", "code"),
    [(money(0), "wrong_amount"), (money(129901), "over_paid"), (money(100, "USD"), "wrong_currency")],
)
def test_no_refund_above_what_was_paid_or_in_other_money(amount: MoneyValue, code: str) -> None:
    """Nothing, one cent too much, dollars for euros."""
    context = context_of("cus_dan")
    payment = one(order_of(context, "10045").payments[0].handle)
    assert refusal(context, "issue_refund", payment=payment, amount=amount, reason=choice("damaged")) == code


@given(st.integers(1, 129900))
def test_any_part_of_a_payment_can_be_refunded(amount: int) -> None:
    """One cent up to all of it; the business key does not depend on the amount."""
    context = context_of("cus_dan")
    payment = one(order_of(context, "10045").payments[0].handle)
    prepared = prepare(context, "issue_refund", payment=payment, amount=money(amount), reason=choice("damaged"))
    assert prepared.amount == Money(amount=amount, currency="EUR")
    assert prepared.business_key == "refund:10045/1:-:damaged"


def test_a_refund_names_the_lines_it_is_for() -> None:
    """So that another line of the same order can be refunded too, and the same line not twice."""
    context = context_of("cus_gia")
    order = order_of(context, "10049")
    args: Arguments = {
        "payment": one(order.payments[0].handle),
        "amount": money(2900),
        "reason": choice("damaged"),
        "items": items(order.lines[1].handle, order.lines[0].handle),
    }
    prepared = prepare(context, "issue_refund", **args)
    assert prepared.business_key == "refund:10049/1:10049/1,10049/2:damaged"
    assert prepared.shown["items"] == "Wool Beanie (grey) and Rain Jacket (M, navy)"
    assert refusal(context, "issue_refund", **{**args, "reason": choice("because")}) == "unknown_choice"


def test_a_pending_order_can_be_cancelled_and_no_other() -> None:
    """The total is what it costs; a packed order stays."""
    context = context_of("cus_finn")
    order = one(order_of(context, "10048").handle)
    prepared = prepare(context, "cancel_order", order=order, reason=choice("no_longer_needed"))
    assert (prepared.business_key, prepared.amount) == ("cancel:10048", Money(amount=5900, currency="EUR"))
    packed = context_of("cus_wes")
    order = one(order_of(packed, "10063").handle)
    assert refusal(packed, "cancel_order", order=order, reason=choice("no_longer_needed")) == "wrong_status"


def test_a_delivered_item_can_be_returned_within_the_window() -> None:
    """To the method it was paid with; the rest of the order stays."""
    context = context_of("cus_gia")
    order = order_of(context, "10049")
    method = one(context.payment_methods[0].handle)
    prepared = prepare(context, "return_items", items=items(order.lines[0].handle), payment_method=method)
    assert prepared.args == {"order": "10049", "lines": ["10049/1"], "method": "cus_gia/1"}
    assert prepared.business_key == "return:10049:10049/1"
    assert prepared.amount == Money(amount=12900, currency="EUR")


@pytest.mark.parametrize(
    ("customer", "number", "code"),
    [
        ("cus_hal", "10050", "outside_window"),
        ("cus_finn", "10048", "wrong_status"),
        ("cus_ada", "10042", "already_returned"),
    ],
)
def test_what_cannot_be_returned(customer: str, number: str, code: str) -> None:
    """Too late, not there yet, already back."""
    context = context_of(customer)
    line = order_of(context, number).lines[0]
    method = one(context.payment_methods[0].handle)
    assert refusal(context, "return_items", items=items(line.handle), payment_method=method) == code


def test_plus_customers_have_sixty_days() -> None:
    """The same delivery would be too old for others."""
    store = stores()["meridian"]
    context = context_of("cus_tess")
    args: Arguments = {
        "items": items(order_of(context, "10061").lines[0].handle),
        "payment_method": one(context.payment_methods[0].handle),
    }
    assert prepare(context, "return_items", **args).business_key == "return:10061:10061/1"
    plain = [replace(row, entitlements=[]) if row.ref == "cus_tess" else row for row in store.customers]
    assert (
        refusal(context_of("cus_tess", store=replace(store, customers=plain)), "return_items", **args)
        == "outside_window"
    )


def test_items_of_two_orders_are_two_actions() -> None:
    """A return belongs to one order."""
    context = context_of("cus_eve")
    both = items(*(order.lines[0].handle for order in context.orders))
    method = one(context.payment_methods[0].handle)
    assert refusal(context, "return_items", items=both, payment_method=method) == "several_orders"
    assert refusal(context, "send_replacement", items=both) == "several_orders"


def test_refunds_of_returns_go_where_the_money_came_from_or_to_a_gift_card() -> None:
    """Not to another card, were it the customer's own."""
    store = stores()["meridian"]
    other = replace(next(row for row in store.methods if row.customer == "cus_ida"), ref="cus_ida/3", label="Visa 3")
    context = context_of("cus_ida", store=replace(store, methods=[*store.methods, other]))
    line = items(order_of(context, "10051").lines[0].handle)
    card, gift_card, third = (one(method.handle) for method in context.payment_methods)
    assert prepare(context, "return_items", items=line, payment_method=card).args["method"] == "cus_ida/1"
    assert prepare(context, "return_items", items=line, payment_method=gift_card).args["method"] == "cus_ida/2"
    assert refusal(context, "return_items", items=line, payment_method=third) == "wrong_method"


def test_shoes_are_exchanged_for_another_size() -> None:
    """In stock, same product; said as people would."""
    context = context_of("cus_ida")
    line = order_of(context, "10051").lines[0]
    wanted = variant(context, "running-shoes", size="43", color="white")
    pairs, method = PairsValue(pairs=((line.handle, wanted),)), one(context.payment_methods[0].handle)
    prepared = prepare(context, "exchange_items", exchange=pairs, payment_method=method)
    assert prepared.shown["exchange"] == "Running Shoes (42, white) → size 43, color white"
    assert (prepared.business_key, prepared.amount) == ("exchange:10051", Money(amount=0, currency="EUR"))


def test_what_cannot_be_exchanged() -> None:
    """Sold out, the same again, another product."""
    context = context_of("cus_ida")
    line = order_of(context, "10051").lines[0]
    method = one(context.payment_methods[0].handle)

    def code(wanted: Handle) -> str:
        pairs = PairsValue(pairs=((line.handle, wanted),))
        return refusal(context, "exchange_items", exchange=pairs, payment_method=method)

    assert code(variant(context, "running-shoes", size="44", color="white")) == "not_available"
    assert code(variant(context, "running-shoes", size="42", color="white")) == "same_variant"
    assert code("variant_0123456789") == "unknown_record"
    gia = context_of("cus_gia")
    jacket, beanie = order_of(gia, "10049").lines
    pairs = PairsValue(pairs=((beanie.handle, variant(gia, "rain-jacket", size="L", color="navy")),))
    method = one(gia.payment_methods[0].handle)
    assert refusal(gia, "exchange_items", exchange=pairs, payment_method=method) == "other_product"
    assert refusal(gia, "modify_items", exchange=pairs, payment_method=method) == "wrong_status"
    twice = PairsValue(pairs=((jacket.handle, jacket.handle), (jacket.handle, jacket.handle)))
    assert refusal(gia, "exchange_items", exchange=twice, payment_method=method) == "unknown_record"


def test_a_gift_card_must_cover_what_it_pays() -> None:
    """The difference of an exchange, the whole of an order."""
    store = stores()["meridian"]
    poor = [replace(row, balance=1) if row.balance is not None else row for row in store.methods]
    dear = [replace(row, price=row.price + 2) if row.ref.startswith("RUN") else row for row in store.variants]
    context = context_of("cus_ida", store=replace(store, methods=poor, variants=dear))
    line = order_of(context, "10051").lines[0]
    card, gift_card = context.payment_methods
    pairs = PairsValue(pairs=((line.handle, variant(context, "running-shoes", size="43", color="white")),))
    assert refusal(context, "exchange_items", exchange=pairs, payment_method=one(gift_card.handle)) == "balance_too_low"
    prepared = prepare(context, "exchange_items", exchange=pairs, payment_method=one(card.handle))
    assert prepared.amount == Money(amount=2, currency="EUR")
    pending = [replace(row, status="pending") if row.ref == "10051" else row for row in store.orders]
    context = context_of("cus_ida", store=replace(store, methods=poor, orders=pending))
    order = one(order_of(context, "10051").handle)
    assert (
        refusal(context, "change_payment_method", order=order, payment_method=one(gift_card.handle))
        == "balance_too_low"
    )
    assert refusal(context, "change_payment_method", order=order, payment_method=one(card.handle)) == "same_method"


def test_an_order_is_exchanged_once() -> None:
    """Whatever else is in it."""
    store = stores()["meridian"]
    asked = [replace(row, status="exchange_requested") if row.ref == "10049/2" else row for row in store.lines]
    context = context_of("cus_gia", store=replace(store, lines=asked))
    line = order_of(context, "10049").lines[0]
    pairs = PairsValue(pairs=((line.handle, variant(context, "rain-jacket", size="L", color="navy")),))
    method = one(context.payment_methods[0].handle)
    assert refusal(context, "exchange_items", exchange=pairs, payment_method=method) == "already_exchanged"


def test_an_order_goes_to_an_address_of_the_customer_or_one_they_write() -> None:
    """Both lead to the same arguments and the same business key."""
    context = context_of("cus_nia")
    pending, earlier = order_of(context, "10056"), order_of(context, "10057")
    order = one(pending.handle)
    by_handle = prepare(context, "change_order_address", order=order, address=one(earlier.address.handle))
    words = {"address": "3 harbour row, floor 2, cork, T12 W8KP"}
    by_words = prepare(context, "change_order_address", words, order=order, address=SPAN)
    assert by_handle.business_key == by_words.business_key
    assert by_handle.business_key.startswith("address:10056:")
    assert by_handle.shown["address"] == "3 Harbour Row, Floor 2, T12 W8KP Cork, Ireland"


def test_what_is_no_change_of_address() -> None:
    """The address it has, half an address, none, and an order that has left."""
    context = context_of("cus_nia")
    pending, earlier = order_of(context, "10056"), order_of(context, "10057")
    home = one(pending.address.handle)
    assert refusal(context, "change_order_address", order=one(pending.handle), address=home) == "same_address"
    assert refusal(context, "change_default_address", address=home) == "same_address"
    half = {"address": "3 Harbour Row"}
    assert refusal(context, "change_default_address", half, address=SPAN) == "address_incomplete"
    assert refusal(context, "change_default_address") == "address_incomplete"
    assert refusal(context, "change_order_address", order=one(earlier.handle), address=home) == "wrong_status"


def test_a_trace_needs_a_parcel_that_left() -> None:
    """Under way or said to be delivered, but not before."""
    for customer, number, key in (("cus_jon", "10052", "trace:10052/1"), ("cus_kim", "10053", "trace:10053/1")):
        context = context_of(customer)
        assert prepare(context, "open_trace", order=one(order_of(context, number).handle)).business_key == key
    context = context_of("cus_finn")
    assert refusal(context, "open_trace", order=one(order_of(context, "10048").handle)) == "wrong_status"


def test_a_replacement_needs_stock_and_time() -> None:
    """The broken vase can be sent again; the old backpack cannot, nor what is sold out."""
    context = context_of("cus_oli")
    line = order_of(context, "10058").lines[0]
    assert prepare(context, "send_replacement", items=items(line.handle)).business_key == "replace:10058:10058/1"
    hal = context_of("cus_hal")
    assert refusal(hal, "send_replacement", items=items(order_of(hal, "10050").lines[0].handle)) == "outside_window"
    store = stores()["meridian"]
    sold_out = [replace(row, available=False) if row.product == "ceramic-vase" else row for row in store.variants]
    context = context_of("cus_oli", store=replace(store, variants=sold_out))
    assert refusal(context, "send_replacement", items=items(line.handle)) == "not_available"


def test_subscriptions_end_once_and_invoices_follow_their_reason() -> None:
    """Active ones only; the amount of a refund comes from its reason, never from anybody's words."""
    quin = context_of("cus_quin", "tidewater")
    plan = quin.subscriptions[0]
    prepared = prepare(quin, "cancel_subscription", subscription=one(plan.handle), at=choice("period_end"))
    assert (prepared.business_key, prepared.amount) == ("cancel_sub:cus_quin/1:0", None)

    rosa = context_of("cus_rosa", "tidewater")
    plan = rosa.subscriptions[0]
    assert refusal(rosa, "cancel_subscription", subscription=one(plan.handle), at=choice("now")) == "wrong_status"
    latest, earlier = plan.invoices
    args: Arguments = {"invoice": one(latest.handle), "reason": choice("after_cancellation")}
    prepared = prepare(rosa, "refund_invoice", **args)
    assert prepared.args == {
        "invoice": "TW-2043",
        "payment": "TW-2043/1",
        "amount": {"amount": 1200, "currency": "USD"},
        "reason": "after_cancellation",
    }
    assert refusal(rosa, "refund_invoice", invoice=one(earlier.handle), reason=choice("unused_time")) == "over_paid"

    sam = context_of("cus_sam", "tidewater")
    invoice = sam.subscriptions[0].invoices[0]
    prepared = prepare(sam, "refund_invoice", invoice=one(invoice.handle), reason=choice("unused_time"))
    assert prepared.amount == sam.subscriptions[0].unused == Money(amount=129000 * 183 // 365, currency="USD")


def test_reads_are_prepared_for_what_is_the_customers() -> None:
    """A parcel by its order, a refund by its ref."""
    context = context_of("cus_cleo")
    order = order_of(context, "10044")
    assert prepare(context, "track_shipment", order=one(order.handle)).args == {"order": "10044"}
    assert prepare(context, "refund_status", refund=one(order.refunds[0].handle)).args == {"refund": "10044/1"}


def _guessed(kind: str) -> list[ArgumentValue]:
    """Arguments that name nothing of Ada's: guessed, another customer's, another ticket's, or of the wrong kind."""
    eve = context_of("cus_eve")
    foreign: dict[str, Handle] = {
        "order": eve.orders[0].handle,
        "items": eve.orders[0].lines[0].handle,
        "payment": eve.orders[0].payments[0].handle,
        "payment_method": eve.payment_methods[0].handle,
        "refund": order_of(context_of("cus_ben"), "10043").refunds[0].handle,
        "subscription": context_of("cus_quin", "tidewater").subscriptions[0].handle,
        "invoice": context_of("cus_quin", "tidewater").subscriptions[0].invoices[0].handle,
    }
    own = context_of("cus_ada")
    wrong_kind = own.address.handle if own.address is not None else own.orders[0].handle
    handles = [
        foreign.get(kind, wrong_kind),
        f"{kind}_0123456789",
        handle_for("order", "T-0000REST", "10042"),
        wrong_kind,
    ]
    if kind == "exchange":
        return [PairsValue(pairs=((handle, handle),)) for handle in handles]
    if kind == "items":
        return [*(HandlesValue(handles=(handle,)) for handle in handles), HandlesValue(handles=())]
    return [one(handle) for handle in handles]


@pytest.mark.parametrize("name", sorted(SPECS))
def test_no_action_reaches_what_is_not_the_customers(name: str) -> None:
    """Every action with every argument that names a record, each way of naming somebody else's: one answer for all."""
    context = context_of("cus_ada")
    record_kinds = {"order", "items", "exchange", "refund", "payment", "payment_method", "subscription", "invoice"}
    good: dict[str, Callable[[], ArgumentValue]] = {
        "order": lambda: one(order_of(context, "10042").handle),
        "refund": lambda: one(order_of(context, "10042").refunds[0].handle),
        "payment": lambda: one(order_of(context, "10042").payments[0].handle),
        "items": lambda: items(order_of(context, "10021").lines[0].handle),
        "payment_method": lambda: one(context.payment_methods[0].handle),
        "exchange": lambda: PairsValue(pairs=((order_of(context, "10021").lines[0].handle,) * 2,)),
        "subscription": lambda: one("subscription_0123456789"),
        "invoice": lambda: one("invoice_0123456789"),
        "amount": lambda: money(100),
        "choice": lambda: choice("damaged"),
        "address": lambda: one("address_0123456789"),
    }
    arguments = SPECS[name].arguments
    tried = 0
    for argument, kind in arguments.items():
        if kind not in record_kinds:
            continue
        for bad in [*_guessed(kind), None]:
            args = {other: good[other_kind]() for other, other_kind in arguments.items() if other != argument}
            if bad is not None:
                args[argument] = bad
            if bad is None and argument == "items" and name == "issue_refund":
                continue  # the one argument that may be left out
            assert refusal(context, name, **args) == "unknown_record"
            tried += 1
    assert tried > 0 or name == "change_default_address"


def test_today_is_the_day_of_the_stories() -> None:
    """The people of these tests are as old as the tests say."""
    assert order_of(context_of("cus_dan"), "10045").days_since_delivery == 5
    assert TODAY.isoformat() == "2026-11-23"
