"""Text in the form that patterns are written for: lower case, straight quotes, ordinary spaces and letters.

One character stays one character, so that a span found in the plain text is the same span in the customer's own words.
"""

import unicodedata
from itertools import chain

_QUOTES = dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u2032\u00b4\u0060\u02bc"), "'") | dict.fromkeys(
    map(ord, "\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb"), '"'
)
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
# Latin to CJK symbols, presentation forms, mathematical alphabets, enclosed letters: all of Unicode takes 90 ms.
_BLOCKS_OF_LOOK_ALIKES = (
    range(0x80, 0x3400),
    range(0xFB00, 0x10000),
    range(0x1D400, 0x1D800),
    range(0x1F100, 0x1F200),
)


def _look_alikes() -> dict[int, str]:
    """Map full-width forms, mathematical alphabets and odd spaces to the one ASCII character they look like."""
    table = {}
    for code in chain(*_BLOCKS_OF_LOOK_ALIKES):
        character = chr(code)
        normal = unicodedata.normalize("NFKC", character)
        if normal != character and len(normal) == 1 and normal.isascii():
            table[code] = normal
    return table


_TABLE = _look_alikes() | _QUOTES | _DASHES


def plain(text: str) -> str:
    """Return `text` lower-cased and normalised, with exactly as many characters."""
    normal = text.translate(_TABLE)
    lower = normal.lower()
    if len(lower) == len(normal):
        return lower
    return "".join(low if len(low := character.lower()) == 1 else character for character in normal)
