"""Slips of the keyboard mended for the classifier: "cancl", "retrun", "refnd".

A sentence encoder reads a misspelt word as noise. Words that no example of the workspace has, and that are one slip
away from exactly one word that several examples have, are read as that word. Only the classifier sees the result:
slots, quotations and people keep the customer's own words.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)?")
_SHORTEST = 5  # letters of a word that can be mended: shorter ones have too many neighbours
_COMMON = 3  # examples a word must stand in to be what somebody meant


@dataclass(frozen=True)
class Spelling:
    """What the workspace's examples spell, and what one slip makes of it."""

    known: frozenset[str]
    slips: dict[str, str]  # misspelt -> meant, where only one word can be meant

    @classmethod
    def of(cls, examples: Iterable[str]) -> "Spelling":
        """Learn the words of some examples."""
        counts = Counter(word for text in examples for word in {match[0].casefold() for match in _WORD.finditer(text)})
        meant: defaultdict[str, set[str]] = defaultdict(set)
        for word, count in counts.items():
            if count >= _COMMON and len(word) >= _SHORTEST:
                for slip in _slips(word):
                    meant[slip].add(word)
        slips = {slip: next(iter(words)) for slip, words in meant.items() if len(words) == 1 and slip not in counts}
        return cls(frozenset(counts), slips)

    def mended(self, text: str) -> str:
        """The text with misspelt words replaced; words that stand in any example stay as they are."""
        return _WORD.sub(lambda match: self.slips.get(match[0].casefold(), match[0]), text)


def _slips(word: str) -> Iterator[str]:
    """A letter left out, doubled, or changed places with the next; the first letter is hardly ever wrong."""
    for at in range(1, len(word)):
        yield word[:at] + word[at + 1 :]
        yield word[:at] + word[at] + word[at:]
        if at + 1 < len(word):
            yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
