"""The wording of a reply: what is left of it without facts, and how it differs from another one.

What operators write teaches a manner and never a fact, so every figure, amount and link gives way to a mark before a
wording is kept. Personal data is marked before that, by the redaction.
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal

from domain.agreement import THROWN_AWAY_FROM, edit_share
from domain.model import Model

#: What stands for a fact or for personal data: no text that goes to a customer may hold one.
MARK = re.compile(r"\[[a-z]{2,10}\]")
MOST_CHARS = 2_000
_MANY = 600  # words of a text above which it is not compared word by word

_LINK = re.compile(r"\b(?:https?://|www\.)\S+|(?<![\w@.])[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24}/\S*", re.IGNORECASE)
_SIGN = r"(?:[€$£¥]|\b(?:EUR|USD|GBP|CHF|SEK|DKK|NOK)\b)"
_AMOUNT = re.compile(rf"{_SIGN}\s?\d[\d.,' ]*\d|{_SIGN}\s?\d|\d[\d.,']*\s?{_SIGN}")
_DATE = re.compile(r"\b\d{1,4}([./-])\d{1,2}\1\d{1,4}\b")
_NUMBER = re.compile(r"(?:#\s?)?\b[\w-]*\d[\w-]*(?:[.,:/]\d[\w-]*)*(?:\s?%)?")
_CALLED = r"[^\W\d_a-z][\w'-]+"
_GREETED = re.compile(rf"(?m)^((?i:hi|hello|hey|dear|hallo|liebe|lieber)\s+){_CALLED}(?:\s{_CALLED})?")
_WORD = re.compile(r"\s*\S+\s*")


class Stretch(Model):
    """Words of a text that stayed, were taken out, or were put in."""

    kind: Literal["same", "gone", "new"]
    text: str


def wording_of(masked: str) -> str:
    """A text without its facts: marks for links, amounts, dates and whatever has a digit, and for who is greeted."""
    text = _GREETED.sub(r"\1[name]", masked[:MOST_CHARS])
    for form, mark in ((_LINK, "link"), (_AMOUNT, "amount"), (_DATE, "date"), (_NUMBER, "number")):
        text = form.sub(f"[{mark}]", text)
    return text


def is_edited(suggested: str, sent: str) -> bool:
    """Whether any word differs; blanks and line ends are no words."""
    return suggested.split() != sent.split()


def differences(before: str, after: str) -> tuple[Stretch, ...]:
    """How to come from one text to the other, word by word.

    A text of which more words changed than stayed is replaced as a whole, for nobody could read the pieces; and so is
    one that is too long to compare.
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    if max(len(old), len(new)) > _MANY or edit_share(before, after) > THROWN_AWAY_FROM:
        return (*_stretch("gone", old), *_stretch("new", new))
    pairing = SequenceMatcher(None, [word.strip() for word in old], [word.strip() for word in new], autojunk=False)
    found: list[Stretch] = []
    for kind, a, b, c, d in pairing.get_opcodes():
        if kind == "equal":
            found += _stretch("same", old[a:b] if d == len(new) else new[c:d])  # the one that a blank may follow
        else:
            found += [*_stretch("gone", old[a:b]), *_stretch("new", new[c:d])]
    return tuple(found)


def _stretch(kind: Literal["same", "gone", "new"], words: Sequence[str]) -> tuple[Stretch, ...]:
    return (Stretch(kind=kind, text="".join(words)),) if words else ()
