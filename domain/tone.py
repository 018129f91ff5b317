"""The tone of a reply: no blame, no shouting, nothing promised that nobody can keep, no slang and no insults.

Only sentences that the team did not write are looked at. The lists are short on purpose: what they name is never right
in a reply, and everything finer is a matter for people.
"""

import re
from typing import Literal

Tone = Literal["blame", "shouting", "guarantee", "rude"]

_SHOUTING = re.compile(r"!{2,}|\b[A-ZÄÖÜ]{4,}(?:\s+[A-ZÄÖÜ]{3,}){1,}\b")
_GUARANTEE = re.compile(
    r"\b(?:guarante(?:e[sd]?|eing)|(?:i|we) promise|100\s?(?:%|percent)|without (?:a |any )?doubt|no matter what"
    r"|garantier\w*|(?:ich|wir) versprech\w*|hundertprozentig)\b",
    re.IGNORECASE,
)
_BLAME = re.compile(
    r"\b(?:you (?:should have|should've|failed to|forgot to|neglected|are wrong|misread|refused to|didn't bother)"
    r"|your (?:own )?(?:fault|mistake|carelessness)|as (?:i|we) (?:have )?(?:already )?(?:said|told you|explained)"
    r"|calm down|you people|sie hätten|ihr (?:eigener )?fehler|ihre (?:eigene )?schuld|selbst schuld)\b",
    re.IGNORECASE,
)
_RUDE = re.compile(
    r"\b(?:wtf|omg|lol|lmao|stupid|idiot\w*|dumb|moron\w*|damn|crap|shit\w*|fuck\w*|shut up|whatever, |dude|bro|gonna"
    r"|wanna|gotta|ain't|yo|blöd\w*|dumm\w*|scheiß\w*|verdammt|halt die klappe)\b",
    re.IGNORECASE,
)


def tones_of(sentence: str, source: str = "") -> frozenset[Tone]:
    """What is wrong with the tone of a sentence; a guarantee that its source gives may be told."""
    found: set[Tone] = set()
    if _SHOUTING.search(sentence):
        found.add("shouting")
    if _GUARANTEE.search(sentence) and not _GUARANTEE.search(source):
        found.add("guarantee")
    if _BLAME.search(sentence):
        found.add("blame")
    if _RUDE.search(sentence):
        found.add("rude")
    return frozenset(found)
