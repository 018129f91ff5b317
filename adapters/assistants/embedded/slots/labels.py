"""Slots that no record fills: a declared choice, an amount of money, the customer's own words."""

import hashlib
import re

from adapters.assistants.embedded.slots.excerpt import Excerpt
from adapters.assistants.embedded.slots.numbers import amounts_said
from adapters.assistants.embedded.slots.pool import Found, Reading, Unclear, Unsaid
from adapters.assistants.embedded.slots.tokens import Token, tokens_of
from domain.slot import Choice, LabelValue, MoneyValue, SpanValue

_WORTH_KEEPING = 8  # words: a shorter message names the wish and tells nothing of it


def read_choice(excerpt: Excerpt, choices: tuple[Choice, ...]) -> Reading:
    """The choice whose words the text holds; of two that overlap the longer counts."""
    hits: list[tuple[int, int, str]] = []
    for choice in choices:
        for words in {choice.label.replace("_", " "), choice.shown, *choice.means}:
            hits += [(at, end, choice.label) for at, end in _places(excerpt.tokens, _words(words))]
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
    return tuple(token.text for token in tokens_of(text))


def _places(tokens: tuple[Token, ...], words: tuple[str, ...]) -> list[tuple[int, int]]:
    texts = tuple(token.text for token in tokens)
    width = len(words)
    return [(at, at + width) for at in range(len(texts) - width + 1) if width and texts[at : at + width] == words]
