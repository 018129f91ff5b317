"""Slugs: how an article is called in addresses and citations, made of its file's path, its page's or its question."""

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

_MOST = 100
_OTHER = re.compile(r"[^a-z0-9]+")


def slug_of(text: str) -> str:
    """Make a slug of any text: the same for the same text, never empty, and cut with a digest where it is long."""
    folded = unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    slug = _OTHER.sub("-", folded).strip("-")
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    if not slug:  # another alphabet
        return f"article-{digest}"
    return slug if len(slug) <= _MOST else f"{slug[: _MOST - 9].rstrip('-')}-{digest}"


def slug_of_path(path: str) -> str:
    """`guides/Returns & Refunds.md` is `guides-returns-refunds`."""
    return slug_of(str(PurePosixPath(path).with_suffix("")))


def slug_of_url(url: str) -> str:
    """`https://help.example/en/returns.html` is `en-returns`; a site's first page is called after its host."""
    parts = urlsplit(url)
    path = unquote(parts.path).strip("/")
    named = str(PurePosixPath(path).with_suffix("")) if path else parts.hostname or url
    return slug_of(f"{named} {parts.query}" if parts.query else named)
