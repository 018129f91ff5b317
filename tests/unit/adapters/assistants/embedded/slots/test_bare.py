"""A number that stands alone in a wish is a value of the product, or nobody knows what it is; it is never dropped."""

import pytest

from adapters.assistants.embedded.slots.fill import Ask, Filled
from domain.customer import CustomerContext
from domain.ids import Handle
from domain.slot import HandlesValue, PairsValue
from tests.unit.adapters.assistants.embedded.slots.filling import Outcome, filled_by, spec
from tests.unit.domain.customers import customer, line, order, variant

EXCHANGE = spec("exchange", where="it.status == 'delivered'")
SNEAKERS = line("sneakers", "Running Shoes", 11_000, size="42", color="white")
SNEAKER_VARIANTS = tuple(
    variant("Running Shoes", 11_000, size=size, color=color, available=(size, color) != ("44", "white"))
    for size in ("41", "42", "43", "44")
    for color in ("white", "black")
)
JACKET = line("jacket", "Rain Jacket", 12_900, size="M", color="navy")
JACKETS = tuple(
    variant("Rain Jacket", 12_900, size=size, color=color) for size in ("M", "L") for color in ("navy", "red")
)
BEANIE = line("beanie", "Wool Beanie", 2_900, color="grey")
BEANIES = tuple(variant("Wool Beanie", 2_900, color=color) for color in ("grey", "red", "navy"))
BOTTLE = line("bottle", "Water Bottle", 1_900, capacity="500 ml", lid="8", strap="8")
BOTTLES = tuple(
    variant("Water Bottle", 1_900, capacity=capacity, lid=lid, strap=strap)
    for capacity, lid, strap in (("500 ml", "8", "8"), ("750 ml", "8", "8"), ("500 ml", "9", "8"), ("500 ml", "8", "9"))
)


def runner() -> CustomerContext:
    """A customer with one pair of white shoes in 42; 44 is there in black alone."""
    return customer(order("10051", SNEAKERS), catalogue={"Running Shoes": SNEAKER_VARIANTS})


def dressed() -> CustomerContext:
    """A customer whose one order holds a jacket and a beanie."""
    return customer(order("10049", JACKET, BEANIE), catalogue={"Rain Jacket": JACKETS, "Wool Beanie": BEANIES})


def shoe(size: str, color: str) -> Handle:
    """The handle of one variant of the shoes."""
    return next(it.handle for it in SNEAKER_VARIANTS if it.options == {"size": size, "color": color})


def pairs(outcome: Outcome) -> tuple[tuple[Handle, Handle], ...]:
    """The pairs of a filled slot."""
    assert isinstance(outcome, Filled), outcome
    assert isinstance(outcome.value, PairsValue)
    return outcome.value.pairs


@pytest.mark.parametrize(
    "words",
    [
        "I'd like to swap my white 42s for black 44s",
        "swap the white 42 for a black 44",
        "a black 44 instead of my white 42 please",
        "I'd like black 44s instead of my white 42s",
        "exchange the sneakers for 44 black",
        "exchange the shoes for 44 in black",
        "exchange the shoes: 44 please, in black",
        "can I change from 42 white to 44 black",
        "exchange my running shoes for black ones, and make it a 44",
        "The 42 is too tight within 2 days, please swap the shoes for a black 44",
    ],
)
def test_both_halves_of_a_wish_are_kept(words: str) -> None:
    """The size is not forgotten because the color is named, wherever it stands."""
    assert pairs(filled_by(EXCHANGE, words, context=runner())) == ((SNEAKERS.handle, shoe("44", "black")),)


@pytest.mark.parametrize("words", ["swap the shoes for a black 45", "exchange them for black ones in 39.5"])
def test_a_size_the_shop_does_not_have_is_asked_about(words: str) -> None:
    """A number near the sizes is one: the black pair in the old size is not what was asked for."""
    outcome = filled_by(EXCHANGE, words, context=runner())
    assert isinstance(outcome, Ask)
    assert set(outcome.choices) == {shoe(size, "black") for size in ("41", "42", "43", "44")}


@pytest.mark.parametrize(
    "words",
    ["swap the shoes for black ones, I have waited 2 weeks", "the shoes in black please, order 10051, I paid 43 euros"],
)
def test_a_number_that_measures_something_is_no_size(words: str) -> None:
    """Weeks, amounts and references say nothing of the new pair."""
    assert pairs(filled_by(EXCHANGE, words, context=runner())) == ((SNEAKERS.handle, shoe("42", "black")),)


def test_a_number_that_two_options_have_is_asked_about() -> None:
    """The lid may be meant, or the strap; the measure of the third is clear without its unit."""
    context = customer(order("10070", BOTTLE), catalogue={"Water Bottle": BOTTLES})
    assert isinstance(filled_by(EXCHANGE, "exchange the bottle for the 9", context=context), Ask)
    found = pairs(filled_by(EXCHANGE, "exchange the bottle for the 750", context=context))
    assert found == ((BOTTLE.handle, BOTTLES[1].handle),)


def test_an_answer_picks_among_what_was_offered() -> None:
    """Black was said before the question: the size alone answers it, and does not turn the pair white again."""
    offered = tuple(shoe(size, "black") for size in ("41", "42", "43"))
    known = {"it": HandlesValue(handles=(SNEAKERS.handle,))}
    words = "swap the shoes for a black 45"
    outcome = filled_by(EXCHANGE, words, context=runner(), slots=known, answer="43 then", choices=offered)
    assert pairs(outcome) == ((SNEAKERS.handle, shoe("43", "black")),)


@pytest.mark.parametrize(
    "words",
    [
        "The beanie is fine, but the rain jacket is too small, could I get an L?",
        "I got the beanie and I love it. The rain jacket is too small: L please, can I swap it?",
        "My beanie came today. Please exchange the rain jacket for an L.",
    ],
)
def test_what_is_only_spoken_of_is_not_exchanged(words: str) -> None:
    """Praise and news of another thing ask nothing for it."""
    new = next(it.handle for it in JACKETS if it.options == {"size": "L", "color": "navy"})
    assert pairs(filled_by(EXCHANGE, words, context=dressed())) == ((JACKET.handle, new),)


@pytest.mark.parametrize(
    "words", ["exchange the beanie and the rain jacket for an L", "swap the rain jacket for an L, and the beanie too"]
)
def test_a_thing_listed_for_exchange_is_not_left_out(words: str) -> None:
    """Half of what was asked for must not be done: an order is exchanged once."""
    assert isinstance(filled_by(EXCHANGE, words, context=dressed()), Ask)
