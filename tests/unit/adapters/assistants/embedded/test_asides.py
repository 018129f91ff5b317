"""The classifier reads what is wanted, and not who writes or what a thing is made of."""

import pytest

from adapters.assistants.embedded.asides import is_introduction, without_details


@pytest.mark.parametrize(
    ("sentence", "is_one"),
    [
        ("My name is Ada Lee and my zip code is 10001.", True),
        ("I am Ada Lee, living in Boston.", True),
        ("I am polite, busy.", True),
        ("My name is spelt wrong on the invoice.", False),
        ("My email address is wrong, please change it.", False),
        ("I am waiting for my order in Boston 10001.", False),
        ("I am unhappy with the lamp.", False),
    ],
)
def test_an_introduction_is_told_from_a_request(sentence: str, is_one: bool) -> None:
    """Where in doubt it is a request."""
    assert is_introduction(sentence) is is_one


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Exchange the mug {'color': 'blue'} to {'color': 'red'}.", "Exchange the mug  for another version ."),
        ("Return the lamp (it is far too bright).", "Return the lamp  ."),
        ("(2) cancel the order", "(2) cancel the order"),
        ("(please cancel it)", "(please cancel it)"),
    ],
)
def test_details_are_left_out_where_something_is_left(text: str, left: str) -> None:
    """Options written out and remarks in brackets say nothing of the intent."""
    assert without_details(text) == left
