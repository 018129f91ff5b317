"""Text from outside: what may be stored, and how it is normalised.

Postgres text cannot hold NUL, UTF-8 cannot hold lone surrogates, and invisible characters hide instructions from the
people who read a ticket. So text is refused or normalised once, at the boundary, and stored as it will be shown.
"""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator

from domain.errors import BadText

MAX_MESSAGE_CHARS = 20_000
MAX_REASON_CHARS = 2_000

# What changes what a reader sees without showing itself: tags and variation selectors, zero-width and bidi controls,
# invisible operators, fillers. (OWASP LLM01:2026 lists the first; CVE-2021-42574 is the bidi case.) U+200D and U+FE0F
# stay: they join emoji.
_INVISIBLE = frozenset(
    (
        *range(0xE0000, 0xE0200),
        *range(0xFE00, 0xFE0F),
        *(0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180E, 0x180F),
        *(0x200B, 0x200C, 0x200E, 0x200F, 0x2028, 0x2029, 0x3164, 0xFEFF, 0xFFA0, 0xFFF9, 0xFFFA, 0xFFFB),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0x1D173, 0x1D17B),
    )
)
_STRIP = dict.fromkeys(_INVISIBLE)


def strip_invisible(text: str) -> str:
    """Remove characters that change meaning or layout without being seen."""
    return text.translate(_STRIP)


def clean_text(text: str, *, most: int = MAX_MESSAGE_CHARS) -> str:
    """Return `text` as it is stored: NFC, invisible characters and control characters removed, trimmed.

    Raises:
        BadText: it holds NUL or a lone surrogate, is empty after cleaning, or is longer than `most` characters.
    """
    if "\x00" in text:
        raise BadText("The text holds a NUL character; remove it and send it again.")
    if any(unicodedata.category(c) == "Cs" for c in text):
        raise BadText("The text holds half of a surrogate pair (broken Unicode); send valid UTF-8.")
    if len(text) > most:
        raise BadText(f"The text has {len(text)} characters; {most} are allowed. Send it in parts or attach it.")
    kept = strip_invisible(unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n"))
    kept = "".join(c for c in kept if c in "\n\t" or unicodedata.category(c) != "Cc").strip()
    if not kept:
        raise BadText("The text is empty; write what you need.")
    return kept


def outgoing_text(text: str, *, most: int) -> str:
    """Return `text` as it may leave: what `clean_text` refuses is dropped, and it is cut behind `most` + 1 characters.

    So a check can still tell that it was empty or too long; nothing is raised about what a model wrote.
    """
    cut = text[: most + 1].replace("\r\n", "\n").replace("\r", "\n")
    storable = "".join(c for c in cut if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cs"})
    return strip_invisible(unicodedata.normalize("NFC", storable)).strip()


MessageText = Annotated[str, AfterValidator(clean_text)]
ReasonText = Annotated[str, AfterValidator(lambda text: clean_text(text, most=MAX_REASON_CHARS))]
