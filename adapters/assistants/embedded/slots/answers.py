"""What a short answer picks of the choices we offered: "the second", "2", "both", "the last one"."""

import re

from adapters.assistants.embedded.confirmation import read_confirmation
from adapters.assistants.embedded.slots.excerpt import Excerpt
from domain.ids import Handle, Label

_ORDINALS = {
    word: number
    for number, words in enumerate(
        (
            ("first", "1st", "former"), ("second", "2nd", "latter"), ("third", "3rd"), ("fourth", "4th"),
            ("fifth", "5th"), ("sixth", "6th"), ("seventh", "7th"), ("eighth", "8th"),
        )
    )
    for word in words
}  # fmt: skip
_ORDINAL = re.compile(rf"\b({'|'.join(_ORDINALS)})\b(?! (?:order|class|floor|time))", re.IGNORECASE)
_LAST = re.compile(r"^\W*(?:the )?(?:very )?last(?: one)?\b\W*$|\bthe last (?:one|option)\b", re.IGNORECASE)
_NUMBERS = re.compile(
    r"^\W*(?:(?:number|option|no\.?|nr\.?|#|choice)\s*)?(\d{1,2}(?:\s*(?:,|and|&|\+)\s*(?:number\s*)?\d{1,2})*)"
    r"(?:\W*(?:please|thanks|thank you))?\W*$"
    r"|\b(?:number|option|choice)\s+(\d{1,2})\b",
    re.IGNORECASE,
)
_ALL = re.compile(r"\b(?:both|all(?: of (?:them|these|those|it))?|everything|all (?:two|three|four))\b", re.IGNORECASE)
_NONE = re.compile(r"\b(?:none|neither|not (?:any|one) of)\b", re.IGNORECASE)
_YES = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|correct|right|exactly|that(?:['\u2019]s| is)? (?:it|the one|right))\b", re.IGNORECASE
)


def picked(excerpt: Excerpt, choices: tuple[Handle | Label, ...]) -> tuple[Handle | Label, ...]:
    """The choices an answer picks by their place in the list; () when it speaks in another way."""
    text = excerpt.text.strip()
    if not choices or _NONE.search(text):
        return ()
    if len(choices) == 1 and (_YES.search(text) or read_confirmation(text).answer == "yes"):
        return choices
    if _ALL.search(text) and not re.search(r"\b(?:except|but|not)\b", text, re.IGNORECASE):
        return choices
    if _LAST.search(text):
        return choices[-1:]
    places = _places(text)
    return tuple(choices[place] for place in dict.fromkeys(places) if 0 <= place < len(choices))


def _places(text: str) -> list[int]:
    numbers = _NUMBERS.search(text)
    if numbers is not None:
        return [int(number) - 1 for number in re.findall(r"\d+", numbers[1] or numbers[2])]
    return [_ORDINALS[match[1].casefold()] for match in _ORDINAL.finditer(text)]
