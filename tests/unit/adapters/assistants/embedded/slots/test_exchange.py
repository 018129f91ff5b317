"""An exchange pairs a line with the one variant that the words leave; what is not spoken of stays as it is."""

import pytest

from adapters.assistants.embedded.slots.fill import Ask, Filled, Missing
from domain.customer import CustomerContext, OrderLine
from domain.slot import HandlesValue, PairsValue
from tests.unit.adapters.assistants.embedded.slots.filling import filled_by, spec
from tests.unit.domain.customers import (
    SHOE_VARIANTS,
    SHOES,
    customer,
    handle,
    line,
    mara,
    order,
    variant,
)

EXCHANGE = spec("exchange")

LAPTOP = line("laptop", "Laptop", 99_900, screen="15-inch", processor="i5", memory="8GB", storage="512GB SSD")
LAPTOPS = tuple(
    variant("Laptop", 90_000 + 1_000 * number, screen=screen, processor=processor, memory=memory, storage=storage)
    for number, (screen, processor, memory, storage) in enumerate(
        [
            ("15-inch", "i5", "8GB", "512GB SSD"),
            ("15-inch", "i7", "8GB", "1TB SSD"),
            ("13-inch", "i7", "8GB", "1TB SSD"),
            ("15-inch", "i9", "32GB", "1TB SSD"),
        ]
    )
)
KEYBOARD = line("keyboard", "Mechanical Keyboard", 9_900, switches="linear", backlight="RGB", size="full size")
KEYBOARDS = (
    variant("Mechanical Keyboard", 9_900, switches="linear", backlight="RGB", size="full size"),
    variant("Mechanical Keyboard", 9_900, switches="clicky", backlight="RGB", size="full size"),
    variant("Mechanical Keyboard", 9_500, switches="clicky", backlight="none", size="full size"),
    variant("Mechanical Keyboard", 9_500, switches="tactile", backlight="none", size="80%"),
)
SHIRT = line("shirt", "T-Shirt", 2_000, size="M", color="blue", waterproof="no")
SHIRTS = tuple(
    variant("T-Shirt", 2_000 + price, size=size, color=color, waterproof=waterproof)
    for price, (size, color, waterproof) in enumerate(
        [("M", "blue", "no"), ("S", "blue", "no"), ("L", "blue", "no"), ("XL", "blue", "no"), ("M", "blue", "yes")]
    )
)


def shopper() -> CustomerContext:
    """A customer whose one order holds a laptop, a keyboard and a shirt."""
    return customer(
        order("20001", LAPTOP, KEYBOARD, SHIRT),
        catalogue={"Laptop": LAPTOPS, "Mechanical Keyboard": KEYBOARDS, "T-Shirt": SHIRTS},
    )


def wanted(words: str, context: CustomerContext | None = None) -> list[tuple[str, dict[str, str]]]:
    """What is to be exchanged, and the options of what is wanted instead."""
    customer_now = context or shopper()
    outcome = filled_by(EXCHANGE, words, context=customer_now)
    assert isinstance(outcome, Filled), outcome
    assert isinstance(outcome.value, PairsValue)
    found = []
    for line_handle, variant_handle in outcome.value.pairs:
        old = customer_now.find(line_handle)
        new = next(it for each in customer_now.catalogue.values() for it in each if it.handle == variant_handle)
        assert isinstance(old, OrderLine)
        found.append((old.title, {name: value for name, value in new.options.items() if old.options[name] != value}))
    return found


@pytest.mark.parametrize(
    ("words", "title", "changes"),
    [
        ("exchange the laptop to i7 processor, 8GB, 1TB SSD", "Laptop", {"processor": "i7", "storage": "1TB SSD"}),
        ("swap my keyboard for the same one but with clicky switches", "Mechanical Keyboard", {"switches": "clicky"}),
        (
            "exchange the keyboard for a clicky one without backlight",
            "Mechanical Keyboard",
            {"switches": "clicky", "backlight": "none"},
        ),
        ("I need my t-shirt in a size S", "T-Shirt", {"size": "S"}),
        ("the tshirt is too big, one size smaller please", "T-Shirt", {"size": "S"}),
        ("change the T-Shirt to a waterproof one", "T-Shirt", {"waterproof": "yes"}),
        ("exchange the T-shirt (medium) for an extra large", "T-Shirt", {"size": "XL"}),
        ("swap the T-Shirt for the next size up", "T-Shirt", {"size": "L"}),
        ("the T-Shirt one size down please", "T-Shirt", {"size": "S"}),
        (
            "exchange the keyboard, other switches and a different backlight",
            "Mechanical Keyboard",
            {"switches": "clicky", "backlight": "none"},
        ),
        ("exchange the T-Shirt for the most expensive one", "T-Shirt", {"waterproof": "yes"}),
    ],
)
def test_what_is_wanted_instead(words: str, title: str, changes: dict[str, str]) -> None:
    """Options named, compared or left alone together leave one variant."""
    assert wanted(words) == [(title, changes)]


def test_another_value_is_chosen_among_those_that_keep_the_rest() -> None:
    """Nobody says which other size: those in the same color are offered, and what they have is not among them."""
    outcome = filled_by(EXCHANGE, "I'd like the same T-Shirt in another size", context=shopper())
    assert isinstance(outcome, Ask)
    offered = [it for it in SHIRTS if it.handle in outcome.choices]
    assert sorted(it.options["size"] for it in offered) == ["L", "S", "XL"]


def test_two_exchanges_in_one_breath() -> None:
    """Each thing named takes the words that follow it."""
    assert wanted("exchange the keyboard for clicky switches and the shirt for a large one") == [
        ("Mechanical Keyboard", {"switches": "clicky"}),
        ("T-Shirt", {"size": "L"}),
    ]


def test_what_they_have_is_not_what_they_want() -> None:
    """A value after "instead of" describes the old one."""
    assert wanted("exchange the keyboard for clicky instead of linear switches") == [
        ("Mechanical Keyboard", {"switches": "clicky"})
    ]


def test_an_item_named_by_its_number() -> None:
    """The wanted variant may be named by its article number."""
    context = customer(
        order("20002", SHOES), catalogue={"Running Shoes": (SHOE_VARIANTS[1].model_copy(update={"sku": "9844888101"}),)}
    )
    assert wanted("exchange the shoes for item 9844888101", context) == [
        ("Running Shoes", {"size": "8", "color": "red"})
    ]


def test_what_is_out_of_stock_is_never_taken() -> None:
    """The black pair in 10 is sold out: the red one is offered, not taken."""
    outcome = filled_by(EXCHANGE, "the running shoes for a size 10")
    red = next(it for it in SHOE_VARIANTS if it.options == {"size": "10", "color": "red"})
    black = next(it for it in SHOE_VARIANTS if it.options == {"size": "10", "color": "black"})
    assert outcome == Ask((red.handle,), HandlesValue(handles=(SHOES.handle,)), sold_out=(black.handle,))


def test_what_the_shop_never_had_is_not_available() -> None:
    """A combination without any variant is not to be had."""
    assert filled_by(EXCHANGE, "exchange the laptop for i9 and 8GB", context=shopper()) == Missing("not_available")


def test_several_that_would_do_are_a_question() -> None:
    """A bigger one may be either of two; the customer is asked which, and the item is remembered."""
    outcome = filled_by(EXCHANGE, "I need a bigger t-shirt", context=shopper())
    assert isinstance(outcome, Ask)
    assert len(outcome.choices) == 2
    assert outcome.partial == HandlesValue(handles=(SHIRT.handle,))


def test_nothing_wanted_is_a_question() -> None:
    """An item without a wish for it asks what it should become."""
    outcome = filled_by(EXCHANGE, "I'd like to exchange my running shoes")
    assert isinstance(outcome, Ask)
    assert set(outcome.choices) == {it.handle for it in SHOE_VARIANTS if it.available and it.sku != SHOES.sku}


@pytest.mark.parametrize(
    ("answer", "options"),
    [
        ("8 in black", {"size": "8", "color": "black"}),
        ("size 8", {"size": "8", "color": "black"}),
        ("the third one", {"size": "9", "color": "red"}),
        ("same size but red", {"size": "9", "color": "red"}),
    ],
)
def test_the_answer_says_what_it_should_become(answer: str, options: dict[str, str]) -> None:
    """After the question a place in the list or the bare options are enough."""
    choices = tuple(it.handle for it in SHOE_VARIANTS if it.available and it.sku != SHOES.sku)
    outcome = filled_by(
        EXCHANGE,
        "I'd like to exchange my running shoes",
        slots={"it": HandlesValue(handles=(SHOES.handle,))},
        answer=answer,
        choices=choices,
    )
    new = next(it for it in SHOE_VARIANTS if it.options == options)
    assert outcome == Filled(PairsValue(pairs=((SHOES.handle, new.handle),)))


def test_the_answer_says_which_item() -> None:
    """When the item was unclear, what is wanted for it stands in the wish itself."""
    second = order("20004", SHIRT.model_copy(update={"handle": handle("line", "b")}))
    context = customer(order("20003", SHIRT), second, catalogue={"T-Shirt": SHIRTS})
    words = "exchange the t-shirt for a size L"
    asked = filled_by(EXCHANGE, words, context=context)
    assert isinstance(asked, Ask)
    answer = "the one in order 20004"
    outcome = filled_by(EXCHANGE, words, context=context, answer=answer, choices=asked.choices)
    assert isinstance(outcome, Filled)
    assert isinstance(outcome.value, PairsValue)
    assert outcome.value.pairs[0][0] == handle("line", "b")


def test_mara_changes_the_colour_of_her_pending_shoes() -> None:
    """The plainest wish of all works on a context with other orders beside it."""
    assert wanted("can I have the shoes in red instead", mara()) == [("Running Shoes", {"color": "red"})]


def test_an_article_number_nobody_knows_is_a_question() -> None:
    """Half of what was asked for must not be done: an exchange can be made only once."""
    words = "exchange the shoes for red ones, and item 1656367028 for item 1421289881"
    assert filled_by(EXCHANGE, words) == Ask((SHOES.handle,))


def test_an_option_named_twice_is_still_compared() -> None:
    """The comparison takes the name that stands beside it."""
    cameras = tuple(
        variant("Camera", 30_000 + 1_000 * number, zoom=zoom, color="black")
        for number, zoom in enumerate(("3x", "5x", "10x"))
    )
    owned = line("cam", "Camera", 30_000, zoom="3x", color="black")
    context = customer(order("20005", owned), catalogue={"Camera": cameras})
    words = "the zoom of my camera is too weak, exchange it for a camera with the same color and maximum zoom"
    assert wanted(words, context) == [("Camera", {"zoom": "10x"})]
