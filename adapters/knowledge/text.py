"""Bytes from outside as text that may be stored: decoded as declared, without what nobody can see."""

import codecs
import re

from adapters.knowledge.parsed import MAX_ARTICLE_CHARS, Unreadable
from domain.text import outgoing_text

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_META = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_MOST_SNIFFED = 2_048  # the HTML standard looks at 1,024 bytes


def decoded(body: bytes, charset: str | None = None) -> str:
    """Return the text of a file in UTF-8, in UTF-16 with its mark, or in the encoding that is named.

    Raises:
        Unreadable: the bytes are no text in that encoding, or the encoding is none that is known.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            charset = encoding
            body = body.removeprefix(mark) if encoding == "utf-8" else body
            break
    try:
        text = body.decode(charset or "utf-8")
    except UnicodeDecodeError as error:
        line = 1 + error.object[: error.start].count(b"\n")
        raise Unreadable(f"is not {charset or 'UTF-8'} text; save it as UTF-8", line) from None
    except (LookupError, ValueError):
        raise Unreadable("names an encoding that is not known; save it as UTF-8") from None
    if "\x00" in text:
        raise Unreadable("holds NUL, so it is no text; save it as UTF-8", 1 + text[: text.index("\x00")].count("\n"))
    return text


def decoded_html(body: bytes, charset: str | None) -> str:
    """Return the text of a page: the encoding is the one of its header, else of its meta tag, else UTF-8."""
    named = _META.search(body[:_MOST_SNIFFED])
    return decoded(body, charset or (named[1].decode() if named else None))


def storable(text: str) -> str:
    """Return text without control and invisible characters; raises Unreadable when it is endless."""
    if len(text) > MAX_ARTICLE_CHARS:
        raise Unreadable(f"holds more than {MAX_ARTICLE_CHARS:,} characters; split it into several articles")
    return outgoing_text(text, most=MAX_ARTICLE_CHARS)


def one_line(text: str) -> str:
    """Return a heading or a title: storable and on one line."""
    return " ".join(storable(text).split())
