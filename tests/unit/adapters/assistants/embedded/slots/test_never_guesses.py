"""Whatever is said: nothing but the customer's own is ever named, and between equal candidates nothing is guessed."""

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.assistants.embedded.slots.fill import Ask, Filled, Missing
from domain.customer import CustomerContext
from tests.unit.adapters.assistants.embedded.slots.filling import filled_by, handles_of, spec
from tests.unit.domain.customers import (
    DELIVERED,
    HEADPHONES,
    LAMP,
    PENDING,
    SHIPPED,
    SHOE_VARIANTS,
    customer,
    handle,
    order,
    subscription,
)

KINDS = st.sampled_from(
    ["order", "items", "exchange", "refund", "payment", "payment_method", "address", "subscription"]
)
VOCABULARY = """
my the a order 10042 #10050 10061 #99999 headphones lamp shoes coffee maker both all everything except first last second
refund to for in size 8 9 10 red black blue PayPal card gift visa 4242 Linz default address same cheapest bigger pending
delivered please €54.00 , . and not instead of one it another 2
"""
NO_NUMBERS = """
my the order headphones lamp black white first refund to for return cancel where is PayPal card Linz Graz delivered
expensive cheaper please €54.00 , . and it
"""
WORDS = st.lists(st.sampled_from(VOCABULARY.split()), max_size=14).map(" ".join)
ANY_TEXT = st.one_of(WORDS, st.text(max_size=60))


def context() -> CustomerContext:
    """A customer with orders, methods, variants and a subscription."""
    return customer(
        PENDING, SHIPPED, DELIVERED, catalogue={"Running Shoes": SHOE_VARIANTS}, subscriptions=(subscription(),)
    )


@settings(max_examples=300, deadline=None)
@given(kind=KINDS, words=ANY_TEXT, answer=st.one_of(st.none(), ANY_TEXT))
def test_only_what_the_customer_has_is_named(kind: str, words: str, answer: str | None) -> None:
    """Values and choices are handles of the context, whatever the text is."""
    own = context()
    known = {each for each, _ in own.records()}
    outcome = filled_by(spec(kind), words, context=own, answer=answer)
    match outcome:
        case Filled(value=value, others=others):
            assert {each for one in (value, *others) for each in handles_of(one)} <= known
        case Ask(choices=choices, partial=partial):
            assert set(choices) <= known
            assert set(handles_of(partial) if partial is not None else ()) <= known
        case Missing():
            pass


@settings(max_examples=200, deadline=None)
@given(kind=st.sampled_from(["items", "exchange", "order"]), words=WORDS, answer=st.one_of(st.none(), WORDS))
def test_nothing_outside_the_condition_fills_a_slot(kind: str, words: str, answer: str | None) -> None:
    """`where` is a fence: whatever is named, only what it lets in is taken or offered."""
    own = context()
    inside = {PENDING.handle} | {line.handle for line in PENDING.lines} | {it.handle for it in SHOE_VARIANTS}
    fence = "it.status == 'pending'" if kind == "order" else "it.order.number == '10050'"
    outcome = filled_by(spec(kind, where=fence), words, context=own, answer=answer)
    match outcome:
        case Filled(value=value, others=others):
            assert {each for one in (value, *others) for each in handles_of(one)} <= inside
        case Ask(choices=choices):
            assert set(choices) <= inside
        case Missing():
            pass


@settings(max_examples=200, deadline=None)
@given(kind=st.sampled_from(["order", "items", "exchange", "refund", "payment"]), words=WORDS)
def test_the_order_of_records_decides_nothing(kind: str, words: str) -> None:
    """The same words name the same records however the back end lists them."""
    catalogue = {"Running Shoes": SHOE_VARIANTS}
    one = filled_by(spec(kind), words, context=customer(PENDING, SHIPPED, DELIVERED, catalogue=catalogue))
    other = filled_by(spec(kind), words, context=customer(DELIVERED, SHIPPED, PENDING, catalogue=catalogue))
    assert type(one) is type(other)
    if isinstance(one, Filled) and isinstance(other, Filled):
        assert {each for value in (one.value, *one.others) for each in handles_of(value)} == {
            each for value in (other.value, *other.others) for each in handles_of(value)
        }


TWINS = customer(
    order("30001", HEADPHONES, LAMP),
    order(
        "30002",
        HEADPHONES.model_copy(update={"handle": handle("line", "twin1")}),
        LAMP.model_copy(update={"handle": handle("line", "twin2")}),
    ),
)
WORDS_FOR_TWINS = st.lists(st.sampled_from(NO_NUMBERS.split()), max_size=12).map(" ".join)


@settings(max_examples=200, deadline=None)
@given(kind=st.sampled_from(["order", "items", "payment"]), words=WORDS_FOR_TWINS)
def test_between_twins_nothing_is_chosen(kind: str, words: str) -> None:
    """Two orders that differ in nothing but their number are asked about."""
    assert not isinstance(filled_by(spec(kind), words, context=TWINS), Filled)


def test_the_twins_are_told_apart_by_number() -> None:
    """The property above would hold for a reader that never fills anything: this one does."""
    assert isinstance(filled_by(spec("order"), "order 30002", context=TWINS), Filled)
