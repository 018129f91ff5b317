"""What leaves is what can be stored and seen; nothing is raised about what a model wrote."""

import pytest

from domain.text import outgoing_text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Hello\x00 there", "Hello there"),
        ("Hello \ud800there", "Hello there"),
        ("Hello\r\nthere \u202e\u200b\U000e0041", "Hello\nthere"),
        ("Hello \u2062there\ufe01", "Hello there"),
        (" \x07 ", ""),
        ("Cafe\u0301", "Caf\u00e9"),
        ("\U0001f469\u200d\U0001f4bb", "\U0001f469\u200d\U0001f4bb"),
    ],
)
def test_what_is_kept(text: str, kept: str) -> None:
    """Characters that cannot be stored or are not seen are gone; words and joined emoji stay."""
    assert outgoing_text(text, most=100) == kept


def test_too_long_can_still_be_told() -> None:
    """One character more than allowed is left, so that a check refuses it."""
    assert len(outgoing_text("x" * 1_000, most=100)) == 101
