"""What a message holds beside its wish, and the classifier should not read: who writes, and details of things.

A sentence encoder takes every word for part of the meaning; a name or a list of options says nothing about the intent.
Slots still read all of it.
"""

import re

from adapters.assistants.embedded.plain import plain

_CONTACT = r"(?:zip ?code|zip|post ?code|e-?mails?\b|\S+@\S+|live in|living in|residing|user ?(?:id|name)|\d{5})"
_INTRODUCTION = re.compile(
    r"^\W*(?:"
    r"(?:my|your) (?:full |user ?)?(?:name|id|e-?mails?|zip ?code|zip)(?: address(?:es)?)? (?:is|are)\b"
    r"(?!.*\b(?:wrong|misspel|chang))"
    rf"|(?:i am|i'm|this is) (?!.*\b(?:order|item|address|parcel|refund)\b).*{_CONTACT}"
    # A list of bare adjectives: "I am polite, busy."
    r"|i am (?:\w+, )+(?:and )?\w+\W*$"
    r")"
)
#: "{'color': 'blue'} to {'color': 'red'}": what is had, and what is wanted instead.
_ONE_FOR_OTHER = re.compile(r"\{[^{}]{0,400}\}\s*(?:in)?to\b[^{}.;]{0,60}\{[^{}]{0,400}\}")
#: Options written out, and remarks in brackets.
_DETAILS = re.compile(r"\{[^{}]{0,400}\}|\((?=[^()]* [^()]*\))[^()]{0,400}\)")


def is_introduction(sentence: str) -> bool:
    """Whether a sentence only says who writes: a name, an address of theirs, what they are like."""
    return _INTRODUCTION.match(plain(sentence)) is not None


def without_details(text: str) -> str:
    """The text without options in braces and remarks in brackets; all of it where nothing is left."""
    left = _DETAILS.sub(" ", _ONE_FOR_OTHER.sub(" for another version ", text))
    return left if re.search(r"\w", left) else text
