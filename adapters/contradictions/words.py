"""The words that a comparison turns on (words.yaml): what means the same, what is opposite, what tells cases apart."""

import re
from pathlib import Path
from typing import Any

import yaml

_DATA: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
_PLURALS = (("ies", "y"), ("sses", "ss"), ("es", "e"), ("s", ""))
_VERB_ENDINGS = (("ing", ""), ("ed", ""))
_SHORTEST_STEM = 3
_DOUBLED = re.compile(r"(\w)\1$")


def stem(word: str) -> str:
    """The word without its endings: plain, quick, and the same for the forms of one word."""
    word = word.removesuffix("'s").removesuffix("'")
    for suffixes in (_PLURALS, _VERB_ENDINGS):
        for suffix, replacement in suffixes:
            if word.endswith(suffix) and len(word) - len(suffix) >= _SHORTEST_STEM and not word.endswith("ss"):
                word = word[: -len(suffix)] + replacement
                word = _DOUBLED.sub(r"\1", word) if suffixes is _VERB_ENDINGS else word  # stopped, stop
                break
    return word[:-1] if word.endswith("e") and len(word) > _SHORTEST_STEM else word


_SYNONYMS = {stem(word): stem(group.split()[0]) for group in reversed(_DATA["synonyms"]) for word in group.split()}


def canonical(word: str) -> str:
    """The stem that stands for the word and all that mean the same."""
    stemmed = stem(word)
    return _SYNONYMS.get(stemmed, stemmed)


def _grouped(groups: list[str]) -> dict[str, frozenset[int]]:
    """The numbers of the groups that each stem belongs to."""
    found: dict[str, set[int]] = {}
    for number, group in enumerate(groups):
        for word in group.split():
            found.setdefault(canonical(word), set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


PHRASES = tuple((re.compile(pattern), replacement) for pattern, replacement in _DATA["phrases"])
STOP = frozenset(_DATA["stop"].split())
NEGATIONS = frozenset(_DATA["negations"].split())
LIGHT_STEMS = frozenset(canonical(word) for word in _DATA["light"].split())
#: A word to the stem of the one that it denies.
OPPOSITES = {word: canonical(other) for word, other in _DATA["opposites"].items()}
CONTRASTS = _grouped(_DATA["contrasts"])
WHO = _grouped(_DATA["who"])
#: Words of which one makes another case, where only one side has it.
CASES = _grouped(_DATA["cases"])
ELIGIBLE = re.compile(rf"\b(?:{'|'.join(_DATA['eligible'])})", re.IGNORECASE)


def tells_apart(one: frozenset[str], other: frozenset[str], groups: dict[str, frozenset[int]]) -> bool:
    """Whether a word of `one` and another of `other` belong to the same group of `groups`."""
    mine = {number for word in one for number in groups.get(word, ())}
    return any(number in mine for word in other for number in groups.get(word, ()))
