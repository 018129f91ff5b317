"""Cues: patterns that point at something in a message, and what takes the point away from them.

All patterns meet text as `plain` leaves it (lower case, straight quotes). They are written without unbounded gaps, so
that reading a message takes time in proportion to its length, whoever wrote it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_BEFORE = 40  # characters before a match in which a negation may stand

# Before a cue: a denial that reaches it, over up to four words none of which begins anew.
NEGATION = (
    r"(?:not|\w{2,6}n't|dont|never|no need|no reason|without|instead of|rather than)"
    r"(?: (?!(?:i|can|could|would|please|but|so|and|then|just)\b)[^\s.!?,;]{1,12}){0,4} "
)


@dataclass(frozen=True)
class Span:
    """Where a signal shows: `message[start:end]`, with a reason that is finer than the signal's name."""

    signal: str
    reason: str
    start: int
    end: int


@dataclass(frozen=True)
class Cue:
    """A pattern and the reason it stands for; `unless_after` takes it back when it matches just before the cue."""

    reason: str
    pattern: re.Pattern[str]
    unless_after: re.Pattern[str] | None

    def find(self, normal: str) -> Iterator[tuple[int, int]]:
        """Yield where the cue shows in plain text."""
        for match in self.pattern.finditer(normal):
            before = normal[max(0, match.start() - _BEFORE) : match.start()]
            if self.unless_after is None or not self.unless_after.search(before):
                yield match.span()


def cue(reason: str, *alternatives: str, unless_after: str | None = None) -> Cue:
    """Compile a cue from alternatives of whole words; a space stands for white space, and ` ?` for some or none."""
    return Cue(
        reason,
        compile_words(*alternatives),
        None if unless_after is None else re.compile(rf"(?<!\w)(?:{_spaced(unless_after)})$"),
    )


def compile_words(*alternatives: str) -> re.Pattern[str]:
    """Compile alternatives into one pattern of whole words; spaces as in `cue`."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(_spaced(alternative) for alternative in alternatives)})(?!\w)")


def read_words(
    normal: str, position: int, deciding: Sequence[re.Pattern[str]], neutral: Sequence[re.Pattern[str]]
) -> tuple[int, bool]:
    """Read known words from `position` on; return where other words begin, and whether a deciding one was read."""
    decided = False
    while True:
        decides, passes = _longest(deciding, normal, position), _longest(neutral, normal, position)
        if max(decides, passes) == position:
            return position, decided
        decided = decided or decides >= passes
        position = max(decides, passes)


def _longest(patterns: Sequence[re.Pattern[str]], normal: str, position: int) -> int:
    return max((match.end() for one in patterns if (match := one.match(normal, position))), default=position)


def find_spans(signal: str, cues: Iterable[Cue], normal: str) -> Iterator[Span]:
    """Yield a span for every cue of a signal that shows in plain text."""
    for one in cues:
        for start, end in one.find(normal):
            yield Span(signal, one.reason, start, end)


def _spaced(pattern: str) -> str:
    return pattern.replace(" ?", r"\s{0,8}").replace(" ", r"\s{1,8}")
