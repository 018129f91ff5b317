"""Masking text so that it can be taken back: placeholders, and where each character went.

A placeholder names a kind and the first digits of a keyed digest, so one value has one placeholder throughout a ticket
and another one on the next, and nothing needs to be kept: the map is made again from the words themselves.
"""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from adapters.assistants.redaction.detectors import Found, find, joined
from adapters.assistants.redaction.forms import KINDS
from domain.errors import ReplyInvalid

_DIGITS = 8
_PLACEHOLDER = re.compile(rf"\[(?:{'|'.join(KINDS)})_[0-9a-f]{{{_DIGITS}}}\]")


@dataclass(frozen=True, slots=True)
class Piece:
    """One stretch that was replaced: its place in the text as written, and in the text as shown."""

    start: int
    end: int
    shown_start: int
    shown_end: int


@dataclass(frozen=True, slots=True)
class Masked:
    """A text as it is shown, and the stretches in which it differs from what was written."""

    text: str
    pieces: tuple[Piece, ...] = ()

    def shown(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the written text stands in the shown one; what cuts into a placeholder takes all of it."""
        places = [(piece.start, piece.end, piece.shown_start, piece.shown_end) for piece in self.pieces]
        return _move(places, start, end)

    def written(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the shown text stands in the written one; the other way round of `shown`."""
        places = [(piece.shown_start, piece.shown_end, piece.start, piece.end) for piece in self.pieces]
        return _move(places, start, end)


@dataclass(slots=True)
class Mask:
    """The mask of one ticket: what it has hidden, it can show again."""

    key: bytes
    ticket_id: str
    known: tuple[tuple[str, str], ...] = ()  # (kind, words) of this ticket's customer
    _hidden: dict[str, str] = field(default_factory=dict)

    def hide(self, text: str) -> Masked:
        """Replace everything personal; no detector finds anything in the result."""
        stretches = joined([*find(text, self.known), *_literals(text)])
        while True:
            masked = self._replace(text, stretches)
            # What stood beside a number a moment ago may be one of its own now.
            left = find(masked.text, self.known)
            if not left:
                return masked
            more = [Found(*masked.written(found.start, found.end), found.kind) for found in left]
            stretches = joined([*stretches, *more])

    def restore(self, text: str) -> str:
        """Put back what placeholders stand for; raises ReplyInvalid for one that stands for nothing."""
        return _PLACEHOLDER.sub(self._stands_for, text)

    def _replace(self, text: str, stretches: Iterable[Found]) -> Masked:
        shown, pieces, at, length = [], [], 0, 0
        for found in stretches:
            placeholder = self._placeholder(found.kind, text[found.start : found.end])
            shown += [text[at : found.start], placeholder]
            begins = length + found.start - at
            length, at = begins + len(placeholder), found.end
            pieces.append(Piece(found.start, found.end, begins, length))
        return Masked("".join([*shown, text[at:]]), tuple(pieces))

    def _placeholder(self, kind: str, words: str) -> str:
        made_of = f"{self.ticket_id}\0{kind}\0{words}".encode()
        placeholder = f"[{kind}_{hmac.new(self.key, made_of, hashlib.sha256).hexdigest()[:_DIGITS]}]"
        self._hidden[placeholder] = words
        return placeholder

    def _stands_for(self, match: re.Match[str]) -> str:
        if match[0] not in self._hidden:
            raise ReplyInvalid("The draft names a placeholder that stands for nothing.")
        return self._hidden[match[0]]


def _literals(text: str) -> Iterable[Found]:
    """What looks like a placeholder and was written by the customer, so that it stands for itself."""
    return (Found(match.start(), match.end(), "literal") for match in _PLACEHOLDER.finditer(text))


def _move(places: Iterable[tuple[int, int, int, int]], start: int, end: int) -> tuple[int, int]:
    """Carry a stretch over: each place is (from start, from end, to start, to end), in order."""
    moved_start, moved_end = start, end
    for from_start, from_end, to_start, to_end in places:
        if from_start <= start:
            moved_start = to_start if start < from_end else to_end + start - from_end
        if from_start < end:
            moved_end = to_end if end <= from_end else to_end + end - from_end
    return moved_start, moved_end
