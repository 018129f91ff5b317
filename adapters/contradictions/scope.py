"""Scope: whether two passages speak of the same thing, judged by their titles.

Two products with the same template of an article differ in nothing but a name and figures. So words that one title has
and the other lacks decide: a name among them means another thing, unless the other passage mentions it too.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from adapters.contradictions.statements import Statement, statements_of, stems_of
from adapters.contradictions.words import CONTRASTS, WHO, canonical

_CAPITAL = re.compile(r"(?:[A-Z][\w+-]*|\d+)")
_WORD = re.compile(r"[A-Za-z][\w+-]*")
#: What a title says of the article itself.
_ABOUT_ARTICLES = frozenset(
    canonical(word)
    for word in [
        "faq",
        "faqs",
        "guide",
        "overview",
        "summary",
        "internal",
        "updated",
        "update",
        "new",
        "revised",
        "draft",
        "copy",
        "version",
        "article",
        "help",
        "introduction",
        "explained",
        "details",
        "information",
    ]
)
#: Words that are part of a product's name wherever they stand in a title.
_CLASSES = frozenset(
    canonical(word)
    for word in [
        "bronze",
        "silver",
        "gold",
        "platinum",
        "diamond",
        "emerald",
        "basic",
        "plus",
        "premium",
        "pro",
        "enterprise",
        "elite",
        "business",
        "personal",
    ]
)


@dataclass(frozen=True)
class Text:
    """A passage as it is compared: `products` are the ones it is for, by name; none means that nobody said."""

    title: str
    section: str
    text: str
    products: frozenset[str] = frozenset()

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """Its statements, in their order."""
        return statements_of(self.text, self.section)

    @cached_property
    def subject(self) -> frozenset[str]:
        """The stems of its title."""
        return stems_of(self.title) - _ABOUT_ARTICLES

    @cached_property
    def mentioned(self) -> frozenset[str]:
        """The stems of everything that it says."""
        return stems_of(f"{self.title} {self.section} {self.text}")

    @cached_property
    def names(self) -> frozenset[str]:
        """The stems of names in its title: written with a capital there, and never without one in the text."""
        plain = {canonical(word) for word in _WORD.findall(self.text) if word[0].islower()}
        words = self.title.split()
        if words and not any(_CAPITAL.match(word) for word in words[1:2]):
            words = words[1:]  # the first has its capital for being the first
        named = {canonical(word.casefold()) for word in _CAPITAL.findall(" ".join(words))}
        return self.subject & (named - plain)


def same_scope(one: Text, other: Text) -> bool:
    """Whether statements of the two may be compared at all."""
    mine, theirs = one.subject - other.mentioned, other.subject - one.mentioned
    return may_share_scope(one, other) and not any(word in WHO or word in CONTRASTS for word in mine | theirs)


def may_share_scope(one: Text, other: Text) -> bool:
    """Whether no product and no name in the titles tells the two apart."""
    if one.products and other.products and not one.products & other.products:
        return False
    if any(word in _CLASSES for word in one.subject ^ other.subject):
        return False
    mine, theirs = one.subject - other.mentioned, other.subject - one.mentioned
    return not mine & one.names and not theirs & other.names
