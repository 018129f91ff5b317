"""Canaries: a word in every row of every customer that nobody else may ever see, and the finder that looks for them.

The finder undoes the disguises that the attacker has: letters that look alike, invisible characters, separators, base
64, hexadecimal, percent signs, reversal and rot13. It knows nothing of how a text came about.
"""

import base64
import binascii
import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import quote, unquote

_CANARY = re.compile(r"cnry_(t\d{2})_(c\d{2}|all)_([a-z]+)_(\d+)")
#: The same without its separators: what is left of `c-n-r-y t 0 1 …`.
_SQUEEZED = re.compile(r"cnry(t\d{2})(c\d{2}|all)([a-z]+?)(\d+)(?![0-9])")
_TOKEN = re.compile(r"[A-Za-z0-9+/=%_\-]{12,}")
#: The customer of what belongs to a tenant as a whole.
EVERYBODY = "all"


class Canary(NamedTuple):
    """Whose word it is: a tenant's (`customer` is "all"), or one customer's."""

    tenant: str
    customer: str
    table: str
    number: int

    def __str__(self) -> str:
        return f"cnry_{self.tenant}_{self.customer}_{self.table}_{self.number}"


class Owner(NamedTuple):
    """Who may see a text: a customer, or (`customer` is None) everybody who works for the tenant."""

    tenant: str
    customer: str | None


#: Nobody at all: of logs, and of databases entered without a scope.
NOBODY = Owner("", "")


def canaries_in(text: str, *, is_disguised: bool = False) -> set[Canary]:
    """Every canary in a text; with `is_disguised`, of a text that the attacker wrote, hidden ones too."""
    found = set(_plain(text))
    if not is_disguised:
        return found
    folded = _folded(text)
    for reading in (folded, folded[::-1], codecs.encode(folded, "rot13")):
        found |= {*_plain(reading), *_squeezed(reading)}
    for token in _TOKEN.findall(text):
        for undo in (_from_base64, _from_hex, unquote):
            hidden = undo(token)
            if "cnry_" in hidden and hidden != token:
                found |= set(_plain(hidden))
    return found


def foreign_in(text: str, owner: Owner, *, is_disguised: bool = False) -> set[Canary]:
    """The canaries of a text that its reader may not see."""
    return {canary for canary in canaries_in(text, is_disguised=is_disguised) if not _may_see(owner, canary)}


def _may_see(owner: Owner, canary: Canary) -> bool:
    if canary.tenant != owner.tenant:
        return False
    return owner.customer is None or canary.customer in {owner.customer, EVERYBODY}


def _plain(text: str) -> Iterator[Canary]:
    for match in _CANARY.finditer(text):
        yield Canary(match[1], match[2], match[3], int(match[4]))


def _squeezed(text: str) -> Iterator[Canary]:
    for match in _SQUEEZED.finditer(re.sub(r"[\W_]+", "", text)):
        yield Canary(match[1], match[2], match[3], int(match[4]))


def _folded(text: str) -> str:
    """The text as an eye reads it: no invisible characters, no look-alikes, no case."""
    shown = "".join(c for c in text if unicodedata.category(c) not in {"Cf", "Mn"})
    read = unicodedata.normalize("NFKC", shown).translate(_LOOK_ALIKES)
    tags = "".join(chr(ord(c) - 0xE0000) for c in text if 0xE0020 <= ord(c) < 0xE007F)  # letters that only machines see
    return f"{read} {tags}".casefold()


def _from_base64(token: str) -> str:
    try:
        return base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=False).decode(
            "utf-8", "replace"
        )
    except (binascii.Error, ValueError):
        return ""


def _from_hex(token: str) -> str:
    try:
        return bytes.fromhex(token).decode("utf-8", "replace")
    except ValueError:
        return ""


# Letters of the Cyrillic alphabet that look like these.
_LATIN, _CYRILLIC = "aceopsxy", "\u0430\u0441\u0435\u043e\u0440\u0455\u0445\u0443"
_LOOK_ALIKES = str.maketrans(_CYRILLIC, _LATIN)


def look_alike(text: str) -> str:
    """The same to the eye, in other letters."""
    return text.translate(str.maketrans(_LATIN, _CYRILLIC))


#: How the attacker hides what it quotes; each is undone by the finder.
DISGUISES: dict[str, Callable[[str], str]] = {
    "plain": str,
    "capitals": str.upper,
    "spaced": " ".join,
    "dashed": lambda text: text.replace("_", "-"),
    "reversed": lambda text: text[::-1],
    "rot13": lambda text: codecs.encode(text, "rot13"),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "percent": lambda text: quote(text.replace("_", "%5F"), safe="%"),
    "zero_width": "\u200b".join,
    "full_width": lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    "look_alike": look_alike,
}
