"""One record is meant, or several come into question, or none: told by number, goods, age, place and status."""

import pytest

from adapters.assistants.embedded.slots.fill import Ask, Filled, Missing
from domain.slot import HandleValue
from tests.unit.adapters.assistants.embedded.slots.filling import filled_by, handles, spec
from tests.unit.domain.customers import (
    COFFEE,
    DELIVERED,
    HEADPHONES,
    LAMP,
    PENDING,
    SHIPPED,
    customer,
    handle,
    order,
    refund,
    subscription,
)

ORDER = spec("order")
CANCELLABLE = spec("order", where="it.status == 'pending'")


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("Please cancel order #10050", "10050"),
        ("order 10042 has not come", "10042"),
        ("where is my lamp?", "10042"),
        ("the coffee machine is late", "10061"),
        ("where is the coffee maker and when will it come", "10061"),
        ("where are the blue headphones?", "10050"),
        ("What about my last order?", "10050"),
        ("my oldest order", "10042"),
        ("the order that goes to Linz", "10061"),
        ("my pending order", "10050"),
        ("I never got the shipped order", "10061"),
        ("the €93.90 order", "10042"),
        ("Please cancel my order from November 10061, order 10061", "10061"),
    ],
)
def test_the_order_that_is_meant(words: str, number: str) -> None:
    """Each clue that fits one order alone names it."""
    assert handles(filled_by(ORDER, words)) == (handle("order", number),)


def test_two_that_fit_are_a_question() -> None:
    """Goods of two orders name neither; both are offered."""
    outcome = filled_by(ORDER, "where are my headphones?")
    assert outcome == Ask((PENDING.handle, DELIVERED.handle))


def test_silence_takes_the_only_one_that_comes_into_question() -> None:
    """With one candidate nothing needs asking, unless the slot wants it asked."""
    assert handles(filled_by(CANCELLABLE, "cancel it")) == (PENDING.handle,)
    careful = spec("order", where="it.status == 'pending'", take_only=False)
    assert filled_by(careful, "cancel it") == Ask((PENDING.handle,))


def test_the_preferred_one_is_taken() -> None:
    """Of several the slot's `prefer` takes the one it singles out, and no one when it singles out two."""
    assert handles(filled_by(spec("order", prefer="it.status == 'pending'"), "cancel my order")) == (PENDING.handle,)
    both = spec("order", prefer="it.status != 'delivered'")
    assert isinstance(filled_by(both, "cancel my order"), Ask)


@pytest.mark.parametrize("words", ["cancel order 10061", "cancel the coffee maker"])
def test_the_condition_is_a_fence(words: str) -> None:
    """What is named outside the condition is never taken, and no other record is taken in its place."""
    assert filled_by(CANCELLABLE, words) == Missing("no_record")


@pytest.mark.parametrize("number", ["99999", "W2378156"])
def test_an_unknown_number_is_not_found(number: str) -> None:
    """Somebody else's number and one that does not exist are the same: not found."""
    assert filled_by(ORDER, f"where is order #{number}") == Missing("not_found")


def test_one_known_and_one_unknown_number_is_not_found() -> None:
    """Nothing is done by half while one of the numbers is wrong."""
    assert filled_by(ORDER, "cancel orders 10050 and 99999") == Missing("not_found")


def test_no_record_that_fits() -> None:
    """Without any candidate there is no record."""
    assert filled_by(ORDER, "cancel my order", context=customer()) == Missing("no_record")


def test_goods_without_such_a_record() -> None:
    """A refund of goods that have none is no record, even if other refunds exist."""
    assert filled_by(spec("refund"), "where is the refund for my lamp") == Missing("no_record")


def test_both_orders_make_two_wishes() -> None:
    """Where words mean several orders, the first fills the slot and the others are split off."""
    outcome = filled_by(ORDER, "cancel orders 10050 and 10061 please")
    assert outcome == Filled(HandleValue(handle=PENDING.handle), (HandleValue(handle=SHIPPED.handle),))
    every = filled_by(ORDER, "cancel both of my orders", context=customer(PENDING, SHIPPED))
    assert isinstance(every, Filled)
    assert len(every.others) == 1


def test_all_orders_of_a_kind() -> None:
    """All pending orders are meant, each as a wish of its own, whatever goods are named besides."""
    another = order("10051", COFFEE.model_copy(update={"handle": handle("line", "c2")}), status="pending", days=3)
    context = customer(PENDING, another, SHIPPED, DELIVERED)
    outcome = filled_by(ORDER, "cancel all my pending orders, and by the way the lamp is nice", context=context)
    assert outcome == Filled(HandleValue(handle=PENDING.handle), (HandleValue(handle=another.handle),))
    assert filled_by(CANCELLABLE, "cancel all my orders", context=customer(SHIPPED)) == Missing("no_record")


def test_several_numbers_are_never_narrowed_to_one() -> None:
    """Who names two orders means both, and not only the one whose goods are named too."""
    outcome = filled_by(ORDER, "for order 10042 with the lamp, and order 10050: what now?")
    assert outcome == Filled(HandleValue(handle=PENDING.handle), (HandleValue(handle=DELIVERED.handle),))


def test_the_order_at_hand_narrows_its_refunds() -> None:
    """When the wish has an order, only that order's refunds come into question."""
    other = order("10001", HEADPHONES.model_copy(update={"handle": handle("line", "old")}))
    other = other.model_copy(update={"refunds": (refund("r0", other.lines[0]),)})
    context = customer(other, DELIVERED)
    assert isinstance(filled_by(spec("refund"), "where is my refund", context=context), Ask)
    narrowed = filled_by(
        spec("refund"), "where is my refund", context=context, slots={"order": HandleValue(handle=DELIVERED.handle)}
    )
    assert handles(narrowed) == (handle("refund", "r1"),)


@pytest.mark.parametrize(
    ("answer", "number"),
    [
        ("the second one", "10042"),
        ("1", "10050"),
        ("the last one please", "10042"),
        ("10042", "10042"),
        ("the blue ones", "10050"),
        ("the delivered order", "10042"),
        ("number 2", "10042"),
        ("the one with the lamp", "10042"),
    ],
)
def test_an_answer_picks_one(answer: str, number: str) -> None:
    """A choice is picked by its place in the list, its number, or what is in it."""
    outcome = filled_by(ORDER, "where are my headphones?", answer=answer, choices=(PENDING.handle, DELIVERED.handle))
    assert handles(outcome) == (handle("order", number),)


@pytest.mark.parametrize("answer", ["hm", "neither", "the third", "what do you mean?"])
def test_an_answer_that_picks_none_is_asked_again(answer: str) -> None:
    """An answer that says nothing of the choices leaves the question open."""
    outcome = filled_by(ORDER, "where are my headphones?", answer=answer, choices=(PENDING.handle, DELIVERED.handle))
    assert outcome == Ask((PENDING.handle, DELIVERED.handle))


def test_a_corrected_number_replaces_the_unknown_one() -> None:
    """After "not found" the customer's new number counts."""
    outcome = filled_by(ORDER, "where is order 99999", answer="sorry, it is 10061")
    assert handles(outcome) == (SHIPPED.handle,)


def test_subscriptions_by_plan() -> None:
    """A subscription is named by its plan."""
    context = customer(subscriptions=(subscription("Team"), subscription("Solo")))
    assert handles(filled_by(spec("subscription"), "cancel the team plan", context=context)) == (
        handle("subscription", "Team"),
    )
    assert isinstance(filled_by(spec("subscription"), "cancel my plan", context=context), Ask)


def test_a_lamp_of_two_orders_is_never_guessed() -> None:
    """Equal candidates are offered, whatever their order in the context."""
    twin = order("10002", LAMP.model_copy(update={"handle": handle("line", "twin")}))
    for context in (customer(twin, DELIVERED), customer(DELIVERED, twin)):
        assert isinstance(filled_by(ORDER, "it is about the desk lamp", context=context), Ask)


def test_a_question_names_what_is_worth_naming() -> None:
    """A delivered order is not offered for cancelling, and can be named all the same; with none left it is told so."""
    offering = spec("order", offers="it.status in ['pending', 'shipped']", none_offered="ask")
    assert filled_by(offering, "cancel my order") == Ask((PENDING.handle, SHIPPED.handle))
    assert handles(filled_by(offering, "cancel order 10042")) == (DELIVERED.handle,)
    old = customer(DELIVERED, order("10043", LAMP))
    assert filled_by(offering, "cancel my order", context=old) == Missing("none_offered")
