"""Fusing rankings by reciprocal rank."""

from domain.fusion import fuse


def test_what_stands_high_twice_beats_what_leads_once() -> None:
    """Two second places are worth more than one first; everything that was ranked is kept, each once."""
    assert fuse([[1, 2, 3], [4, 2]]) == [2, 1, 4, 3]


def test_ties_keep_the_order_of_mention() -> None:
    """Nothing is decided by an id."""
    assert fuse([[9], [3]]) == [9, 3]
    assert fuse([[], []]) == []
