"""A piece of a customer's message: its words, and where it stands."""

from dataclasses import dataclass
from functools import cached_property

from adapters.assistants.embedded.slots.tokens import Token, tokens_of


@dataclass(frozen=True)
class Excerpt:
    """Characters `start` onwards of message `seq`."""

    seq: int
    start: int
    text: str

    @property
    def end(self) -> int:
        """Where it ends in its message."""
        return self.start + len(self.text)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Its words; their places count from the excerpt's own beginning."""
        return tokens_of(self.text)
