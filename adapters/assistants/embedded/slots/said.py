"""The customer's words about one wish, piece by piece, and what each piece is to it.

A message may hold several wishes: what belongs to another wish is left out, so that "cancel 10042; where is 10050?"
never mixes the two.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.assistants.embedded.slots.excerpt import Excerpt
from domain.ids import Handle, Label
from domain.memory import Asked, AskedSlot, Wish
from domain.message import AuthorKind, Message

_CORRECTS = re.compile(
    r"\b(?:sorry|I mean|I meant|meant to|actually|correction|oops|instead|rather|wait|wrong|mistake|typo)\b|^\W*no\b",
    re.IGNORECASE,
)
_REFERS = re.compile(r"\b(?:it|that|this|them|those|these|they|same|one|ones)\b", re.IGNORECASE)
_SHORT = 5  # words: such a message leans on what was said before


@dataclass(frozen=True)
class Said:
    """Words about one wish: its own, later and earlier ones, and the new ones that answer our last question."""

    own: Excerpt
    later: tuple[Excerpt, ...] = ()  # oldest first
    earlier: tuple[Excerpt, ...] = ()  # oldest first; only where the wish leans on them
    new: tuple[Excerpt, ...] = ()  # of this turn, the later ones among `later`
    asked_slot: Label | None = None
    choices: tuple[Handle | Label, ...] = ()

    def together(self) -> Excerpt:
        """All that was said, as one text; its places mean nothing."""
        said = (*self.earlier, self.own, *self.later)
        return Excerpt(self.own.seq, 0, "\n".join(excerpt.text for excerpt in said))

    def answers(self, slot: Label) -> tuple[Excerpt, ...]:
        """The new words, if our last question was about this slot."""
        return self.new if slot == self.asked_slot else ()

    def corrections(self) -> tuple[Excerpt, ...]:
        """Later words that take something back: "sorry, I meant …"."""
        return tuple(excerpt for excerpt in self.later if _CORRECTS.search(excerpt.text))


def said_about(
    wish: Wish,
    messages: Sequence[Message],
    *,
    new_from: int,
    asked: Asked | None,
    others: Sequence[tuple[int, int, int]] = (),
) -> Said:
    """Collect the customer's words about a wish; `others` are the places (seq, start, end) of the other wishes."""
    own = Excerpt(wish.seq, wish.start, "")
    later: list[Excerpt] = []
    earlier: list[Excerpt] = []
    for message in messages:
        if message.author is not AuthorKind.customer:
            continue
        if message.seq == wish.seq:
            # A wish without a place of its own, as one picked from a list, is about the whole message.
            own = Excerpt(wish.seq, wish.start, message.text[wish.start : wish.end] or message.text)
        elif message.seq > wish.seq:
            later += _left_over(message, others)
        else:
            earlier += _left_over(message, others)
    leans = bool(_REFERS.search(own.text)) or len(own.text.split()) <= _SHORT
    # Messages of one burst are one text, whoever of them carries the wish.
    burst = tuple(excerpt for excerpt in earlier if excerpt.seq >= new_from)
    is_slot = isinstance(asked, AskedSlot) and asked.wish == wish.number
    return Said(
        own=own,
        later=tuple(later),
        earlier=tuple(earlier) if leans else burst,
        new=tuple(excerpt for excerpt in later if excerpt.seq >= new_from),
        asked_slot=asked.slot if isinstance(asked, AskedSlot) and is_slot else None,
        choices=asked.choices if isinstance(asked, AskedSlot) and is_slot else (),
    )


def _left_over(message: Message, others: Sequence[tuple[int, int, int]]) -> Iterator[Excerpt]:
    """The parts of a message that no other wish has taken."""
    at = 0
    for _, start, end in sorted(other for other in others if other[0] == message.seq):
        if message.text[at:start].strip():
            yield Excerpt(message.seq, at, message.text[at:start])
        at = max(at, end)
    if message.text[at:].strip():
        yield Excerpt(message.seq, at, message.text[at:])
