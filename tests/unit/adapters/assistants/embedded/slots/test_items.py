"""Lines of orders are named by their goods, all at once, all but some, or by what is said of them."""

import pytest

from adapters.assistants.embedded.slots.fill import Ask, Filled, Missing
from domain.slot import HandlesValue
from tests.unit.adapters.assistants.embedded.slots.filling import filled_by, handles, spec
from tests.unit.domain.customers import (
    BLUE_HEADPHONES,
    COFFEE,
    DELIVERED,
    HEADPHONES,
    LAMP,
    PENDING,
    SHOES,
    customer,
    handle,
    line,
    order,
)

ITEMS = spec("items")
RETURNABLE = spec("items", where="it.status == 'delivered'")


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("I want to return the desk lamp", [LAMP]),
        ("return the black headphones", [HEADPHONES]),
        ("the headphones from order 10042", [HEADPHONES]),
        ("send back the headphones and the lamp", [HEADPHONES, LAMP]),
        ("return everything from order 10042", [HEADPHONES, LAMP]),
        ("I'd send back everything in order 10042 except the lamp", [HEADPHONES]),
        ("return all of it but keep the headphones, order 10042", [LAMP]),
        ("return both items of my delivered order", [HEADPHONES, LAMP]),
        ("make sure all the items are returned: the headphones and the lamp", [HEADPHONES, LAMP]),
        ("return the headphones I received with the lamp", [HEADPHONES]),
        ("the shoes in size 9", [SHOES]),
        ("it's about order 10061", [COFFEE]),
    ],
)
def test_the_lines_that_are_meant(words: str, lines: list[object]) -> None:
    """Goods, options, order numbers and exceptions together name the lines."""
    assert handles(filled_by(ITEMS, words)) == tuple(one.handle for one in lines)  # type: ignore[attr-defined]


def test_a_condition_narrows_what_is_named() -> None:
    """Of two headphones only the delivered ones can go back."""
    assert handles(filled_by(RETURNABLE, "return the headphones")) == (HEADPHONES.handle,)


def test_goods_outside_the_condition_are_never_taken() -> None:
    """The coffee maker has not come yet: it cannot go back, and nothing else goes back in its place."""
    assert filled_by(RETURNABLE, "return the coffee maker") == Missing("no_record")
    assert filled_by(RETURNABLE, "return order 10061") == Missing("no_record")


def test_two_alike_in_two_orders_are_a_question() -> None:
    """The same goods in two orders are never guessed between."""
    assert filled_by(ITEMS, "return the headphones") == Ask((BLUE_HEADPHONES.handle, HEADPHONES.handle))


def test_the_answer_completes_what_was_named_clearly() -> None:
    """What the wish named without doubt stays when the rest is answered."""
    lamps = customer(PENDING, order("10070", line("lamp2", "Desk Lamp", 3_990, color="black")), DELIVERED)
    words = "return the shoes and the desk lamp"
    unclear = filled_by(ITEMS, words, context=lamps)
    assert isinstance(unclear, Ask)
    answered = filled_by(ITEMS, words, context=lamps, answer="the white one", choices=unclear.choices)
    assert isinstance(answered, Filled)
    assert {SHOES.handle, LAMP.handle} == {
        each
        for value in (answered.value, *answered.others)
        if isinstance(value, HandlesValue)
        for each in value.handles
    }


def test_goods_named_together_belong_to_one_order() -> None:
    """Where one order alone has all that is named, it is that order's."""
    both = order("10080", line("h2", "Wireless Headphones", 5_400, color="red"), line("mug", "Coffee Mug", 900))
    context = customer(DELIVERED, both)
    outcome = filled_by(ITEMS, "return the headphones and the mug", context=context)
    assert handles(outcome) == (handle("line", "h2"), handle("line", "mug"))


def test_lines_of_two_orders_make_two_wishes() -> None:
    """No action spans two orders, so what is named is told apart by order."""
    outcome = filled_by(ITEMS, "return the shoes and the lamp")
    assert outcome == Filled(HandlesValue(handles=(SHOES.handle,)), (HandlesValue(handles=(LAMP.handle,)),))


def test_two_of_the_same_article_make_no_difference() -> None:
    """Of two identical lines in one order "one of them" means either, and "both" means both."""
    twins = order("10090", line("k1", "Tea Kettle", 3_000, color="red"), line("k2", "Tea Kettle", 3_000, color="red"))
    context = customer(twins)
    assert handles(filled_by(ITEMS, "return one kettle", context=context)) == (handle("line", "k1"),)
    both = filled_by(ITEMS, "return both kettles", context=context)
    assert handles(both) == (handle("line", "k1"), handle("line", "k2"))


def test_counted_goods() -> None:
    """Two skateboards are the two that were bought, however they differ."""
    boards = order(
        "10091", line("s1", "Skateboard", 9_000, deck="maple"), line("s2", "Skateboard", 8_000, deck="bamboo")
    )
    context = customer(boards)
    assert len(handles(filled_by(ITEMS, "return the two skateboards", context=context))) == 2
    assert isinstance(filled_by(ITEMS, "return the skateboard", context=context), Ask)
    assert handles(filled_by(ITEMS, "return the more expensive skateboard", context=context)) == (handle("line", "s1"),)
    assert handles(filled_by(ITEMS, "return the bamboo skateboard", context=context)) == (handle("line", "s2"),)


def test_everything_of_several_orders_is_a_question() -> None:
    """All items are those of one order, so it must be clear of which."""
    assert isinstance(filled_by(ITEMS, "return everything"), Ask)


def test_nothing_named_and_nothing_fitting() -> None:
    """Without lines that come into question there is no record; an unknown number is not found."""
    assert filled_by(RETURNABLE, "I want to return something", context=customer(PENDING)) == Missing("no_record")
    assert filled_by(RETURNABLE, "return the lamp of order 99999") == Missing("not_found")


@pytest.mark.parametrize("answer", ["both", "all of them", "1 and 2"])
def test_an_answer_may_pick_several(answer: str) -> None:
    """Several choices may be picked at once."""
    choices = (HEADPHONES.handle, LAMP.handle)
    assert handles(filled_by(RETURNABLE, "I want to return something", answer=answer, choices=choices)) == choices


def test_goods_may_only_say_where_others_came() -> None:
    """What came with the lamp is told by the lamp, and the lamp itself stays."""
    outcome = filled_by(ITEMS, "return the headphones I received with the lamp")
    assert handles(outcome) == (HEADPHONES.handle,)


def test_the_dearer_of_two_is_one() -> None:
    """However many were named before, "the more expensive one" is one of them."""
    tablets = (line("t1", "Tablet", 40_000, storage="64GB"), line("t2", "Tablet", 30_000, storage="32GB"))
    words = "I received two tablets. I'd like to return the {} one."
    context = customer(order("10095", *tablets))
    dearer = filled_by(ITEMS, words.format("more expensive"), context=context)
    assert handles(dearer) == (handle("line", "t1"),)
    assert handles(filled_by(ITEMS, words.format("cheaper"), context=context)) == (handle("line", "t2"),)
