"""A slip is mended when only one known word can be meant; everything else stays as it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.assistants.embedded.spelling import Spelling

EXAMPLES = [
    "cancel the order",
    "please cancel an order",
    "cancel that order now",
    "return it",
    "return",
    "a return then",
]
SPELLING = Spelling.of(EXAMPLES)


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("cancl it", "cancel it"),
        ("Please retrun it", "Please return it"),
        ("canncel", "cancel"),
        ("the lamp", "the lamp"),
        ("concel", "concel"),
        ("ancel", "ancel"),
        ("thn", "thn"),
        ("order", "order"),
    ],
)
def test_what_is_mended(text: str, mended: str) -> None:
    """Letters left out, doubled or changed places with; never another letter, the first letter, or a short word."""
    assert SPELLING.mended(text) == mended


def test_a_slip_of_two_words_is_left_alone() -> None:
    """When two known words are one slip away, nobody knows which was meant."""
    spelling = Spelling.of(["charge", "charge", "charge", "change", "change", "change"])
    assert spelling.mended("chage") == "chage"
    assert spelling.mended("chrge") == "charge"


def test_known_words_are_never_changed() -> None:
    """A word that stands in an example is a word, even one slip from another."""
    spelling = Spelling.of([*(["parcels"] * 3), "parcel"])
    assert spelling.mended("parcel") == "parcel"


@given(st.text())
def test_nothing_but_words_changes(text: str) -> None:
    """Signs, spaces and numbers come out as they went in, and mending twice changes nothing more."""
    once = SPELLING.mended(text)
    assert SPELLING.mended(once) == once
    assert [c for c in once if not c.isalpha()] == [c for c in text if not c.isalpha()]
