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

# Tags block, variation selectors, zero-width and bidi controls: they change what a reader sees without showing
# themselves. (OWASP LLM01:2026 lists them; CVE-2021-42574 is the bidi case.) U+200D stays: it joins emoji.
_INVISIBLE = (
    set(range(0xE0000, 0xE0080))
    | set(range(0xFE00, 0xFE0F))
    | {0x200B, 0x200C, 0x200E, 0x200F, 0x2060, 0xFEFF, 0x00AD}
    | set(range(0x202A, 0x202F))
    | set(range(0x2066, 0x206A))
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


MessageText = Annotated[str, AfterValidator(clean_text)]
ReasonText = Annotated[str, AfterValidator(lambda text: clean_text(text, most=MAX_REASON_CHARS))]
