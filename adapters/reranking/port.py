"""The port to re-ranking: a question and the passages that a search found in, their order out.

A search compares what was prepared before anybody asked; a re-ranker reads question and passage together, which costs
too much for more than a few. None is attached unless a setting says so.
"""

from collections.abc import Sequence
from typing import Protocol


class Reranker(Protocol):
    """Orders a few passages by how well they answer a question; blocks, so it is called in a thread."""

    @property
    def name(self) -> str:
        """Name the way it orders by, for settings and logs."""

    def order(self, question: str, passages: Sequence[str]) -> Sequence[int]:
        """Return the places of `passages`, best first and each once; of what it thinks alike, the first stays first.

        No text is an error: what cannot be judged comes last.
        """
