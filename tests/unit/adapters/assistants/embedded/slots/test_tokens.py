"""Words are compared in one form, however they are written."""

import pytest

from adapters.assistants.embedded.slots.tokens import find_phrase, phrase, singular, tokens_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("15-inch", '15"'),
        ("2 liters", "2L"),
        ("1TB SSD", "1 TB SSD"),
        ("6 ft", "6 feet"),
        ("grey", "gray"),
        ("two-piece", "2 pieces"),
        ("watches", "watch"),
        ("Boots", "boot"),
        ("bookshelves", "bookshelf"),
        ("knives", "knife"),
    ],
)
def test_ways_of_writing_are_one(one: str, other: str) -> None:
    """Units, numbers and plurals written differently compare equal."""
    assert phrase(one) == phrase(other)


def test_places_are_those_of_the_text() -> None:
    """Every token covers exactly the characters it was made of."""
    text = "Exchange my 15-inch laptop, please; it's 1,000 €"
    assert all(text[token.start : token.end] == token.raw for token in tokens_of(text))


def test_hyphens_inside_words_vanish_and_dashes_stay() -> None:
    """Only a hyphen that joins two words is left out."""
    assert [token.text for token in tokens_of("t-shirt - blue")] == ["t", "shirt", "-", "blue"]


def test_words_that_only_look_plural_stay() -> None:
    """A word that ends in ss, us or is keeps its s."""
    assert [singular(word) for word in ("glass", "status", "this", "gas")] == ["glass", "status", "this", "gas"]


def test_a_phrase_is_found_where_it_stands() -> None:
    """A phrase is found at each of its places, and an empty one nowhere."""
    tokens = tokens_of("to New York or new york")
    assert find_phrase(tokens, phrase("New York")) == [(1, 3), (4, 6)]
    assert find_phrase(tokens, ()) == []
