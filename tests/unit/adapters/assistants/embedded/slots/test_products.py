"""Goods are recognised by what customers call them, among the customer's own."""

import pytest

from adapters.assistants.embedded.slots.products import Mention, mentions
from adapters.assistants.embedded.slots.tokens import tokens_of

TITLES = (
    "Wireless Headphones", "Desk Lamp", "Floor Lamp", "T-Shirt", "Smart Watch", "Smart Thermostat", "Luggage Set",
    "Jigsaw Puzzle", "Coffee Maker", "Espresso Machine", "Bookshelf", "E-Reader", "Power Bank", "43-inch Television",
    "Bed Linen, 200 x 140 cm",
)  # fmt: skip


def named(text: str) -> list[set[str]]:
    """The titles each mention of a text may mean."""
    return [set(mention.titles) for mention in mentions(tokens_of(text), TITLES)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("my headphones are late", [{"Wireless Headphones"}]),
        ("the headset and the desk lamp", [{"Wireless Headphones"}, {"Desk Lamp"}]),
        ("the lamp is bent", [{"Desk Lamp", "Floor Lamp"}]),
        ("two tshirts", [{"T-Shirt"}]),
        ("the smart watch", [{"Smart Watch"}]),
        ("my watch", [{"Smart Watch"}]),
        ("the luggage", [{"Luggage Set"}]),
        ("that jigsaw", [{"Jigsaw Puzzle"}]),
        ("the coffee machine", [{"Coffee Maker", "Espresso Machine"}]),
        ("the coffee maker", [{"Coffee Maker"}]),
        ("a washing machine", []),
        ("an espresso machine", [{"Espresso Machine"}]),
        ("my book shelf", [{"Bookshelf"}]),
        ("the ereader", [{"E-Reader"}]),
        ("the powerbank", [{"Power Bank"}]),
        ("the TV", [{"43-inch Television"}]),
        ("bedding", [{"Bed Linen, 200 x 140 cm"}]),
        ("a wireless thing that is smart", []),
        ("where is my parcel", []),
    ],
)
def test_mentions(text: str, expected: list[set[str]]) -> None:
    """A mention means the titles that fit best, and all of them where they fit equally well."""
    assert named(text) == expected


@pytest.mark.parametrize(
    ("text", "count", "is_every"),
    [
        ("both lamps", None, True),
        ("all my lamps", None, True),
        ("two lamps", 2, False),
        ("the 43 inch tv", None, False),
        ("a lamp", None, False),
    ],
)
def test_how_many(text: str, count: int | None, *, is_every: bool) -> None:
    """How many are meant is told by the words just before, and a measure is no count."""
    (mention,) = mentions(tokens_of(text), TITLES)
    assert (mention.count, mention.is_every) == (count, is_every)


def test_words_close_by_tell_titles_apart() -> None:
    """A word that only one of two titles has decides between them, also when others stand between."""
    (mention,) = mentions(tokens_of("the lamp for my desk"), TITLES)
    assert mention == Mention(1, 2, frozenset({"Desk Lamp"}), None, is_every=False)
