"""Text from outside: what may be stored, and how it is normalised.

Postgres text cannot hold NUL, UTF-8 cannot hold lone surrogates, and invisible characters hide instructions from the
people who read a ticket. So text is refused or normalised once, at the boundary, and stored as it will be shown. What
is kept of an invisible character's work: an emoji's own form and the emoji that are joined to one picture.
"""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator

from domain.errors import BadText

#: A long mail with all of its thread; what an assistant reads of it is `domain/reading.py`'s to say.
MAX_MESSAGE_CHARS = 100_000
MAX_REASON_CHARS = 2_000

#: Ranges of characters that are shown as nothing, or turn the direction of others: Unicode 17's Default_Ignorable and
#: Cf without the few of Cf that are visible (Arabic number signs and the like). OWASP LLM01 names tags, variation
#: selectors and zero-width characters; CVE-2021-42574 is the bidi case.
_INVISIBLE_RANGES = (
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
_INVISIBLE = re.compile("[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _INVISIBLE_RANGES) + "]")
_ZWJ, _EMOJI_FORM = "\u200d", "\ufe0f"
_KEYCAP = "\u20e3"
#: Unicode's Cc without the tab and the line feed, and its Cs: by pattern, because looking up the category of each
#: character takes a tenth of a second for the longest message, each time that it is read.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATES = re.compile("[\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")


def strip_invisible(text: str) -> str:
    """Remove characters that change meaning or layout without being seen.

    U+FE0F stays behind a symbol or in a keycap, and U+200D between two symbols: there they make an emoji what it is,
    and one each is too little to hide anything in.
    """
    return _INVISIBLE.sub(_kept, text)


def show_invisible(text: str) -> str:
    """Return `text` with each character that `strip_invisible` would remove, and each control, told by its number.

    For people who look at what may have been stored by another way in: a hidden turn of direction reads "[U+202E]".
    """
    told = _INVISIBLE.sub(lambda match: _kept(match) or _number(match[0]), text)
    return _CONTROLS.sub(lambda match: _number(match[0]), told)


def _number(character: str) -> str:
    return f"[U+{ord(character):04X}]"


def _kept(match: re.Match[str]) -> str:
    text, place = match.string, match.start()
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    match match[0]:
        case "\ufe0f" if _is_symbol(before) or after == _KEYCAP:
            return _EMOJI_FORM
        case "\u200d" if _is_symbol(after) and (_is_symbol(before) or before == _EMOJI_FORM):
            return _ZWJ
        case _:
            return ""


def _is_symbol(character: str) -> bool:
    """Whether it is a symbol as emoji are: "other" (So), mathematical like the arrows (Sm), or a skin tone (Sk)."""
    return bool(character) and not character.isascii() and unicodedata.category(character) in {"So", "Sm", "Sk"}


def clean_text(text: str, *, most: int = MAX_MESSAGE_CHARS) -> str:
    """Return `text` as it is stored: NFC, lines ended alike, without invisible and control characters, trimmed.

    Raises:
        BadText: it holds NUL or a lone surrogate, is empty after cleaning, or is longer than `most` characters.
    """
    if "\x00" in text:
        raise BadText("The text holds a NUL character; remove it and send it again.")
    if _SURROGATES.search(text):
        raise BadText("The text holds half of a surrogate pair (broken Unicode); send valid UTF-8.")
    if len(text) > most:
        raise _too_long(len(text), most)
    kept = strip_invisible(_LINE_ENDS.sub("\n", text))
    kept = _CONTROLS.sub("", kept)
    kept = unicodedata.normalize("NFC", kept).strip()  # last: what was apart may be neighbours only now
    if not kept:
        raise BadText("The text is empty; write what you need.")
    if len(kept) > most:  # a few characters are decomposed for good
        raise _too_long(len(kept), most)
    return kept


def outgoing_text(text: str, *, most: int) -> str:
    """Return `text` as it may leave: what `clean_text` refuses is dropped, and it is cut behind `most` + 1 characters.

    So a check can still tell that it was empty or too long; nothing is raised about what a model wrote.
    """
    kept = strip_invisible(_LINE_ENDS.sub("\n", text[: most + 1]))
    storable = _SURROGATES.sub("", _CONTROLS.sub("", kept))
    return unicodedata.normalize("NFC", storable).strip()


def _too_long(length: int, most: int) -> BadText:
    return BadText(f"The text has {length} characters; {most} are allowed. Send it in parts or attach it.")


MessageText = Annotated[str, AfterValidator(clean_text)]
ReasonText = Annotated[str, AfterValidator(lambda text: clean_text(text, most=MAX_REASON_CHARS))]
