"""Slots that no record fills: a declared choice, an amount of money, the customer's own words."""

import hashlib
import re

from adapters.assistants.embedded.slots.excerpt import Excerpt
from adapters.assistants.embedded.slots.numbers import amounts_said
from adapters.assistants.embedded.slots.pool import Found, Reading, Unclear, Unsaid
from adapters.assistants.embedded.slots.tokens import tokens_of
from domain.slot import Choice, LabelValue, MoneyValue, SpanValue

#: How our words to the customer come back in theirs, as tokens: "the time you've paid for", "the time we've paid for".
_SAID_BACK = {
    "i": "you", "we": "you", "i've": "you've", "we've": "you've", "i'd": "you'd", "we'd": "you'd", "my": "your",
    "our": "your",
}  # fmt: skip
_WORTH_KEEPING = 8  # words: a shorter message names the wish and tells nothing of it


def read_choice(excerpt: Excerpt, choices: tuple[Choice, ...]) -> Reading:
    """The choice whose words the text holds; of two that overlap the longer counts."""
    said = tuple(_said_back(token.text) for token in excerpt.tokens)
    hits: list[tuple[int, int, str]] = []
    for choice in choices:
        for words in {choice.label.replace("_", " "), choice.shown, *choice.means}:
            hits += [(at, end, choice.label) for at, end in _places(said, _words(words))]
    kept: list[tuple[int, int, str]] = []
    for start, end, label in sorted(hits, key=lambda hit: (hit[0] - hit[1], hit[0])):
        if not any(start < other_end and other_start < end for other_start, other_end, _ in kept):
            kept.append((start, end, label))
    named = {label for _, _, label in kept}
    labels = tuple(choice.label for choice in choices if choice.label in named)
    if not labels:
        return Unsaid()
    return Found(LabelValue(label=labels[0])) if len(labels) == 1 else Unclear(labels)


def read_amount(excerpt: Excerpt) -> Reading:
    """The one amount the text names; of several nobody knows which is meant."""
    amounts = amounts_said(excerpt.text)
    return Found(MoneyValue(money=amounts[0])) if len(amounts) == 1 else Unsaid()


def read_words(excerpt: Excerpt, *, is_answer: bool = False) -> Reading:
    """The customer's own words, where they tell more than that they want something."""
    words = excerpt.text.strip()
    if not words or (not is_answer and len(re.findall(r"\w+", words)) < _WORTH_KEEPING):
        return Unsaid()
    start = excerpt.start + excerpt.text.index(words)
    digest = hashlib.sha256(words.encode()).hexdigest()
    return Found(SpanValue(seq=excerpt.seq, start=start, end=start + len(words), sha256=digest))


def _words(text: str) -> tuple[str, ...]:
    return tuple(_said_back(token.text) for token in tokens_of(text))


def _said_back(word: str) -> str:
    return _SAID_BACK.get(word, word)


def _places(said: tuple[str, ...], words: tuple[str, ...]) -> list[tuple[int, int]]:
    width = len(words)
    return [(at, at + width) for at in range(len(said) - width + 1) if width and said[at : at + width] == words]
