"""Which address a text means: one of the profile or of an order, or one written out in the message."""

import hashlib
import re

from adapters.assistants.embedded.slots.clues import by_number, names_place
from adapters.assistants.embedded.slots.excerpt import Excerpt
from adapters.assistants.embedded.slots.pool import Candidate, Found, Pool, Reading, Unclear, Unsaid
from adapters.assistants.embedded.slots.tokens import find_phrase, phrase
from domain.customer import Address
from domain.ids import Handle
from domain.slot import HandleValue, SpanValue

_KNOWN = r"(?:(?:default|profile|account|registered|usual|home) address|default)\b"
_ON_FILE = r"address (?:on|in|from) (?:my|your|our) (?:profile|account)\b"
#: "To my default address" says where; "my default address" alone may be what is to be changed.
_PROFILE = re.compile(rf"\b(?:to|use|using|at)\s+(?:(?:my|the|our|your)\s+)?(?:{_KNOWN}|{_ON_FILE})", re.IGNORECASE)
_PROFILE_IN_ANSWER = re.compile(rf"\b(?:{_KNOWN}|{_ON_FILE})", re.IGNORECASE)
_OF_ORDER = re.compile(
    r"\b(?:same (?:address )?as|address (?:of|from|in|on)|(?:used|is) (?:for|in))\b[^.!?]{0,30}\border\b"
    r"|\bother order(?:'s|\u2019s)? address\b",
    re.IGNORECASE,
)
_TARGET = re.compile(
    r"\bto (?:my|the|our|his|her|their)\s[^.!?;,(]{0,60}?\b(?:address|home|house|place|one)\b", re.IGNORECASE
)
_STREET = r"(?:\d+[\w/-]*[ \t]+[^\W\d][^,\n;:!?]*|[^\W\d][^,\n;:!?\d]*\d+[\w/-]*)"
_PART = r"[^,\n;:!?]+"
_WRITTEN = re.compile(rf"(?P<street>{_STREET})(?:(?:,[ \t]*|\s*\n\s*){_PART}){{1,5}}")
_POSTCODE = re.compile(r"(?<![\w#])(?:[A-Z]{1,2}-?)?\d{4,5}(?:-\d{4})?(?!\d)|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")
#: Words that lead up to a street: the address begins after the last of them.
_LEAD_WORDS = r"to|is|be|at|into|address|instead|now|it's|live|moved|new|use"
_LEAD = re.compile(rf"^.*\b(?:{_LEAD_WORDS})\b:?\s+(?=\S*\w)", re.IGNORECASE | re.DOTALL)
#: Words that cannot be part of an address, and the end of a sentence: it ends before them.
_TAIL_WORDS = "please|thanks|thank|instead|and|so|because|as|before|for|if|it|i|is|can|could|my|the|not|but|where|which"
_ABBREVIATED = "".join(rf"(?<!\b{word})" for word in ("St", "Str", "Ave", "Rd", "Dr", "Apt", "No", "Blvd"))
_TAIL = re.compile(
    rf"(?:{_ABBREVIATED}\.(?:\s|$)|\s[(\u2013-]\s?|,?\s+(?:{_TAIL_WORDS}|that|this)\b).*$", re.IGNORECASE | re.DOTALL
)
_MOST_CHARS = 4_000  # an address stands at the beginning of a longer text, or nowhere


def read_address(excerpt: Excerpt, pool: Pool, *, is_answer: bool = False) -> Reading:
    """The address a text names or writes out."""
    written = _written(excerpt)
    if written is not None:
        return Found(written)
    profile = _PROFILE_IN_ANSWER if is_answer else _PROFILE
    if profile.search(excerpt.text):
        return _one_of(tuple(it for it in pool.fitting if it.order is None))
    if _OF_ORDER.search(excerpt.text):
        numbered = by_number(_after_as(excerpt), pool)
        if isinstance(numbered, Pool):
            return _one_of(numbered.fitting)
    named = tuple(it for it in pool.fitting if _is_named(excerpt, it))
    aimed_at = _aimed_at(excerpt)
    return _one_of(tuple(it for it in named if aimed_at is not None and _is_named(aimed_at, it)) or named)


def _aimed_at(excerpt: Excerpt) -> Excerpt | None:
    """Where it is to go: "change my Boston order to my Dallas address" is about Dallas."""
    match = _TARGET.search(excerpt.text)
    return Excerpt(excerpt.seq, excerpt.start + match.start(), match[0]) if match is not None else None


def _written(excerpt: Excerpt) -> SpanValue | None:
    """The address written out in the text: a street with its number, then parts among which there is a postcode."""
    text = excerpt.text[:_MOST_CHARS]
    match = _WRITTEN.search(text)
    while match is not None:
        lead = _LEAD.match(match["street"])
        has_number = lead is not None and re.search(r"\d", match["street"][lead.end() :])
        start = match.start() + (lead.end() if lead is not None and has_number else 0)
        words = _TAIL.sub("", text[start : match.end()]).rstrip(" ,.\n\t")
        street, *rest = re.split(r",|\n", words, maxsplit=1)
        if rest and _POSTCODE.search(rest[0]) and re.search(r"\d", street):
            at = excerpt.start + start
            digest = hashlib.sha256(words.encode()).hexdigest()
            return SpanValue(seq=excerpt.seq, start=at, end=at + len(words), sha256=digest)
        following = re.compile(r"\s").search(text, match.start() + 1)
        match = _WRITTEN.search(text, following.end()) if following is not None else None
    return None


def _after_as(excerpt: Excerpt) -> Excerpt:
    """The part that names whose address is meant: "order A to the same as order B" is about B."""
    match = _OF_ORDER.search(excerpt.text)
    at = match.start() if match else 0
    return Excerpt(excerpt.seq, excerpt.start + at, excerpt.text[at:])


def _is_named(excerpt: Excerpt, candidate: Candidate) -> bool:
    address = candidate.record
    if not isinstance(address, Address):
        return False
    street = tuple(word for word in phrase(address.line1) if not word[0].isdigit())
    return names_place(excerpt, address.city) or (len(street) > 1 and bool(find_phrase(excerpt.tokens, street)))


def _one_of(addresses: tuple[Candidate, ...]) -> Reading:
    """The place they are: the same place counts once, by whatever order it is known."""
    places: dict[str, Handle] = {}
    for candidate in addresses:
        if isinstance(candidate.record, Address):
            places.setdefault(candidate.record.one_line(), candidate.handle)
    handles = tuple(places.values())
    if not handles:
        return Unsaid()
    return Found(HandleValue(handle=handles[0])) if len(handles) == 1 else Unclear(handles)
