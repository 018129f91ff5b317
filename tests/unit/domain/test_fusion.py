"""Fusing rankings by reciprocal rank."""

import pytest

from domain.fusion import fuse


def test_what_stands_high_twice_beats_what_leads_once() -> None:
    """Two second places are worth more than one first; everything that was ranked is kept, each once."""
    assert fuse([[1, 2, 3], [4, 2]]) == [2, 1, 4, 3]


def test_ties_keep_the_order_of_mention() -> None:
    """Nothing is decided by an id."""
    assert fuse([[9], [3]]) == [9, 3]
    assert fuse([[], []]) == []


def test_a_ranking_counts_by_its_weight() -> None:
    """What leads where it matters beats what leads in two rankings that matter little."""
    assert fuse([[1, 2], [3], [3]], [1.0, 0.2, 0.2]) == [1, 2, 3]
    with pytest.raises(ValueError, match="shorter"):
        fuse([[1], [2]], [1.0])
