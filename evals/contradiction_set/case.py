"""One pair of passages to be compared."""

from dataclasses import dataclass

from adapters.contradictions.scope import Text


@dataclass(frozen=True)
class Case:
    """Two passages, and in what they differ: None for a pair that must be left alone."""

    one: Text
    other: Text
    kind: str | None
    source: str  # "changed", "changed and reworded", "reworded", "near", "free"
