"""Goods named in a text: which of the customer's own products each mention may mean.

Only titles of the customer's records are looked for. A mention that fits several titles equally well means all of them;
it is for the reader to ask.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from adapters.assistants.embedded.slots.tokens import SEPARATORS, Token, phrase, singular

#: What customers call things, beside what the shop calls them.
SYNONYMS: dict[str, tuple[str, ...]] = {
    "headset": ("headphone",), "earphone": ("headphone", "earbud"), "earbud": ("headphone",), "earpod": ("earbud",),
    "airpod": ("earbud",), "bike": ("bicycle",), "phone": ("smartphone",), "cellphone": ("smartphone",),
    "mobile": ("smartphone",), "hoover": ("vacuum",), "watch": ("wristwatch", "smartwatch"), "shoe": ("sneaker",),
    "sneaker": ("shoe",), "trainer": ("sneaker", "shoe"), "tee": ("shirt",), "powerbank": ("charger",),
    "cam": ("camera",), "tv": ("television",), "television": ("tv",), "telly": ("tv", "television"),
    "fridge": ("refrigerator",), "couch": ("sofa",), "sofa": ("couch",), "machine": ("maker",), "maker": ("machine",),
    "kindle": ("reader",), "notebook": ("laptop",), "computer": ("laptop",), "light": ("lamp",), "bulb": ("light",),
    "robot": ("robotic",), "luggage": ("suitcase",), "suitcase": ("luggage",), "rug": ("carpet",),
    "carpet": ("rug",), "pot": ("pan",), "bag": ("backpack",), "rucksack": ("backpack",), "duvet": ("comforter",),
    "coffee": ("espresso",), "cup": ("mug",), "sheet": ("linen",), "bedding": ("linen",), "hat": ("beanie",),
    "coat": ("jacket",),
    "tracker": ("band",), "turntable": ("player",), "shelf": ("bookshelf",), "bookcase": ("bookshelf",),
    "screen": ("monitor",),
}  # fmt: skip

#: Words of titles that do not say what the thing is: alone they mean nothing.
_MODIFIERS = frozenset({
    "a", "action", "air", "and", "bluetooth", "book", "case", "classic", "cordless", "cover", "cycling", "desk",
    "digital", "e", "eco", "electric", "fleece", "for", "gaming", "garden", "hiking", "home", "in", "indoor", "kit",
    "kitchen", "led", "light", "machine", "maker", "max", "mechanical", "mini", "no", "of", "office", "outdoor",
    "pack", "pair", "patio", "pet", "plus", "portable", "pro", "robotic", "running", "set", "smart", "t", "tea",
    "the", "usb", "wall", "water", "wired", "wireless", "with", "x", "xl",
})  # fmt: skip
#: What may follow a noun that stands for itself.
_FUNCTION_WORDS = frozenset({
    "i", "you", "we", "it", "they", "he", "she", "that", "which", "is", "are", "was", "were", "has", "have", "had",
    "to", "for", "from", "in", "on", "at", "of", "with", "by", "as", "because", "since", "so", "if", "when", "where",
    "please", "back", "instead", "again", "now", "today", "yesterday", "ago", "still", "too", "never", "not", "did",
    "came", "arrived", "broke", "can", "could", "will", "would", "one", "ordered", "bought", "except", "into", "while",
})  # fmt: skip
#: Words that say how many are meant.
_EVERY = frozenset({"both", "all", "every"})
#: A number before one of these measures the thing and does not count it.
_UNITS = frozenset({"inch", "ft", "cm", "mm", "m", "l", "ml", "gb", "tb", "kg", "g", "lb", "w", "mah", "%", "piece"})
_REACH = 4  # words before a mention that may say how many, or tell two titles apart


@dataclass(frozen=True)
class Mention:
    """One noun phrase that names goods: token indexes, the titles it may mean, and how many are meant."""

    start: int
    end: int
    titles: frozenset[str]
    count: int | None = None
    is_every: bool = False


def mentions(tokens: tuple[Token, ...], titles: Iterable[str]) -> list[Mention]:
    """The goods named in a text, in order, among `titles`."""
    spans = [(span, title) for title in dict.fromkeys(titles) for span in _spans(tokens, title)]
    found: list[Mention] = []
    for group in _overlapping(spans):
        best = max(span.worth for span, _ in group)
        kept = [(span, title) for span, title in group if span.worth == best]
        start, end = min(span.start for span, _ in kept), max(span.end for span, _ in kept)
        count, is_every = _how_many(tokens, start)
        meant = frozenset(title for _, title in kept)
        found.append(Mention(start, end, _told_apart(tokens, start, end, meant), count, is_every))
    return found


@dataclass(frozen=True)
class _Span:
    start: int
    end: int
    worth: tuple[bool, int, int]  # names the thing itself; how many words of the title; how many in its own words


def _spans(tokens: tuple[Token, ...], title: str) -> Iterator[_Span]:
    words = _title_words(title)
    strong = {at for at, word in enumerate(words) if word not in _MODIFIERS} or set(range(len(words)))
    head = max(strong, default=-1)
    at = 0
    while at < len(tokens):
        start, covered, verbatim = at, set[int](), 0
        while at < len(tokens) and (hit := _hit(tokens, at, words)):
            width, places = hit
            covered |= places
            verbatim += tokens[at].text in words
            at += width
        if head in covered or (covered & strong and _stands_for_itself(tokens, at)):
            yield _Span(start, at, (head in covered, len(covered), verbatim))
        at = max(at, start + 1)


def _stands_for_itself(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether a part of the title is all that is said: "the jigsaw", not the "coffee" of a coffee grinder."""
    return at >= len(tokens) or tokens[at].text in SEPARATORS or tokens[at].text in _FUNCTION_WORDS


def _title_words(title: str) -> tuple[str, ...]:
    """The words that name the thing: what follows a comma, a bracket or "with" only describes it."""
    words: list[str] = []
    for word in phrase(re.split(r"[,(\u2013]", title, maxsplit=1)[0]):
        if words and word in {"with", "for"}:
            break
        words.append(word)
    return tuple(words)


def _hit(tokens: tuple[Token, ...], at: int, words: tuple[str, ...]) -> tuple[int, set[int]] | None:
    """How many tokens from `at` stand for which words of the title; written together or apart makes no difference."""
    said = tokens[at].text
    joined = said + tokens[at + 1].text if at + 1 < len(tokens) else ""
    if said in words:  # the title's own word counts before what else the word may stand for
        return 1, {words.index(said)}
    for place, word in enumerate(words):
        if word in SYNONYMS.get(said, ()):
            return 1, {place}
        if singular(joined) == word:
            return 2, {place}
        if place + 1 < len(words) and said == word + words[place + 1]:
            return 1, {place, place + 1}
    return None


def _overlapping(spans: list[tuple[_Span, str]]) -> Iterator[list[tuple[_Span, str]]]:
    group: list[tuple[_Span, str]] = []
    reach = -1
    for span, title in sorted(spans, key=lambda item: (item[0].start, -item[0].end)):
        if group and span.start >= reach:
            yield group
            group, reach = [], -1
        group.append((span, title))
        reach = max(reach, span.end)
    if group:
        yield group


def _how_many(tokens: tuple[Token, ...], start: int) -> tuple[int | None, bool]:
    following = ""
    for token in reversed(tokens[max(0, start - _REACH) : start]):
        if token.text in _EVERY:
            return None, True
        if token.text.isdigit() and following not in _UNITS:
            return int(token.text), False
        if token.text in SEPARATORS or token.text == "size":
            break
        following = token.text
    return None, False


def _told_apart(tokens: tuple[Token, ...], start: int, end: int, titles: frozenset[str]) -> frozenset[str]:
    """Words close by that only one of the titles has ("the black wireless headphones") tell it from the others."""
    if len(titles) == 1:
        return titles
    near: set[str] = set()
    for token in reversed(tokens[max(0, start - _REACH) : start]):
        if token.text in SEPARATORS:
            break
        near.add(token.text)
    for token in tokens[end : end + _REACH]:
        if token.text in SEPARATORS:
            break
        near.add(token.text)
    shared = {title: len(near & set(_title_words(title))) for title in titles}
    most = max(shared.values())
    return frozenset(title for title in titles if shared[title] == most)
