"""Slips of the keyboard, taken back."""

import pytest

from domain.slips import meant_by


@pytest.mark.parametrize(
    ("slip", "word"),
    [
        ("windw", "window"),
        ("retrun", "return"),
        ("reffund", "refund"),
        ("deliverd", "delivered"),
        ("recieve", "receive"),
    ],
)
def test_one_slip_is_taken_back(slip: str, word: str) -> None:
    """A letter left out, letters that changed places, one that was doubled."""
    assert word in meant_by(slip)


@pytest.mark.parametrize(("slip", "word"), [("stuff", "staff"), ("nefund", "refund"), ("retrnu", "return")])
def test_another_letter_another_beginning_or_two_slips_are_not(slip: str, word: str) -> None:
    """What is farther away is as likely another word."""
    assert word not in meant_by(slip)
    assert slip not in meant_by(slip)
