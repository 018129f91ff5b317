"""Words of a customer's text in a comparable form, each with its place.

"15-inch" and '15"', "2 liters" and "2L", "boots" and "boot" come out alike. No vocabulary of goods here: what a word
means is for those who know the customer's records.
"""

import re
from dataclasses import dataclass

_TOKEN = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*|\d+(?:[.,]\d+)*|\n|[^\w\s]")

_NUMBER_WORDS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "ten": "10", "eleven": "11", "twelve": "12",
}  # fmt: skip
_SAME = {
    "gray": "grey", "colour": "color", "litre": "l", "liter": "l", "foot": "ft", "feet": "ft", "inche": "inch",
    "pound": "lb", "kilo": "kg", "kilogram": "kg", "gram": "g", "milliliter": "ml", "millilitre": "ml",
    "centimetre": "cm", "centimeter": "cm", "gigabyte": "gb", "terabyte": "tb", "pc": "piece", "knive": "knife",
}  # fmt: skip
#: What ends a noun phrase.
SEPARATORS = frozenset({",", ".", ";", ":", "!", "?", "(", ")", "\n", "and", "or", "&", "+", "then", "also", "but"})
SENTENCE_ENDS = frozenset({".", "!", "?", "\n", ";"})


@dataclass(frozen=True)
class Token:
    """One word, number or sign: its comparable form, as written, and the characters it covers."""

    text: str
    raw: str
    start: int
    end: int

    @property
    def is_number(self) -> bool:
        """Whether it is written or spelt as a number."""
        return self.text[0].isdigit()


def tokens_of(text: str) -> tuple[Token, ...]:
    """The tokens of `text`; a hyphen that joins two words is left out, so that both ways of writing are one."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        raw, start, end = match[0], match.start(), match.end()
        if raw in "-\u2010\u2011/" and _is_glued(text, start, end):
            continue
        after_number = bool(found) and found[-1].is_number and found[-1].end == start
        if raw in ('"', "\u2033", "\u201d") and after_number:
            found.append(Token("inch", raw, start, end))
            continue
        found.append(Token(_comparable(raw), raw, start, end))
    return tuple(found)


def phrase(text: str) -> tuple[str, ...]:
    """The comparable words of a name or value, without signs."""
    return tuple(token.text for token in tokens_of(text) if token.text[0].isalnum() or token.text == "%")


def find_phrase(tokens: tuple[Token, ...], words: tuple[str, ...]) -> list[tuple[int, int]]:
    """Every place (first index, index after the last) where `words` stand in a row."""
    width = len(words)
    if not width:
        return []
    texts = [token.text for token in tokens]
    return [(at, at + width) for at in range(len(texts) - width + 1) if tuple(texts[at : at + width]) == words]


def singular(word: str) -> str:
    """A word without its plural ending; consistent rather than correct, for both sides go through it."""
    if len(word) < 4 or word.endswith(("ss", "us", "is", "ways")):  # noqa: PLR2004 - "gas" stays "gas"
        return word
    for plural, ending in (
        ("ies", "y"),
        ("lves", "lf"),
        ("ives", "ife"),
        ("ches", "ch"),
        ("shes", "sh"),
        ("sses", "ss"),
        ("xes", "x"),
    ):
        if word.endswith(plural):
            return word.removesuffix(plural) + ending
    return word.removesuffix("s")


def _comparable(raw: str) -> str:
    word = raw.casefold().replace("\u2019", "'")
    if word[0].isdigit():
        return word.replace(",", "") if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", word) else word.replace(",", ".")
    word = singular(word.removesuffix("'s"))
    return _NUMBER_WORDS.get(word, _SAME.get(word, word))


def _is_glued(text: str, start: int, end: int) -> bool:
    return start > 0 and end < len(text) and text[start - 1].isalnum() and text[end].isalnum()
