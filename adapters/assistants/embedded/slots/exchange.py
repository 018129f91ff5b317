"""Which lines are to be exchanged, and for which variant of the same product each."""

from dataclasses import dataclass

from adapters.assistants.embedded.slots.clues import by_number
from adapters.assistants.embedded.slots.excerpt import Excerpt
from adapters.assistants.embedded.slots.items import lines_meant, settled, together
from adapters.assistants.embedded.slots.numbers import bare_number
from adapters.assistants.embedded.slots.pool import (
    Candidate,
    Found,
    NoneFits,
    NotFound,
    Pool,
    Reading,
    Unclear,
    Unsaid,
)
from adapters.assistants.embedded.slots.products import Mention, mentions
from adapters.assistants.embedded.slots.tokens import SENTENCE_ENDS, SEPARATORS, Token
from adapters.assistants.embedded.slots.variants import Offer, Wants, variants_wanted, wants_of, with_beside
from domain.customer import CustomerContext, OrderLine, Variant
from domain.ids import Handle
from domain.slot import HandlesValue, PairsValue

#: After these comes what is wanted; the weaker ones count where none of the stronger follows.
_PIVOTS = frozenset({"for", "to", "into", "instead"})
_ARTICLE_DIGITS = 8  # a longer number is no size and no amount
_WEAK_PIVOTS = frozenset({"with", "but", "in", "get", "want", "need", "prefer", "like"})
#: What is done to the thing; where nothing is named, the pivot follows it: "I'd like *to* swap my 42s *for* 44s".
_EXCHANGING = frozenset({
    "exchange", "exchanging", "exchanged", "swap", "swapping", "swapped", "swop", "trade", "trading", "switch",
    "switching", "change", "changing", "changed", "replace", "replacing", "replaced",
})  # fmt: skip
_WISHING = _EXCHANGING | _WEAK_PIVOTS - {"with", "but", "in"} | {"have", "wish", "would", "please"}
_ALSO = frozenset({"and", "or", "too", "also", "well", "both", "&", "+"})
_KEPT = frozenset(
    {"keep", "keeping", "fine", "great", "perfect", "lovely", "good", "ok", "okay", "love", "fit", "nice"}
)
_DENIED = frozenset({"not", "isn't", "aren't", "doesn't", "don't", "no", "too"})


@dataclass(frozen=True)
class Picked:
    """What the customer has picked of the choices offered before: lines and variants."""

    lines: tuple[Handle, ...] = ()
    variants: tuple[Handle, ...] = ()
    offered: tuple[Handle, ...] = ()  # variants our question named: the answer is one of them where it can be


@dataclass(frozen=True)
class _Segment:
    """What a text says of one thing to be exchanged: what precedes it, all that follows, what follows the pivot.

    `clause` is what is said of it up to the next comma, "but" or full stop.
    """

    mention: Mention | None
    before: tuple[Token, ...]
    after: tuple[Token, ...]
    wanted: tuple[Token, ...]
    clause: tuple[Token, ...] = ()

    def is_only_told(self) -> bool:
        """Whether nothing is asked for it: it is praised or kept, or its clause wishes for nothing of its own."""
        said = {token.text for token in self.clause}
        return bool(said & _KEPT and not said & _DENIED) or not said & (_WISHING | _ALSO)

    def readings(self) -> tuple[tuple[Token, ...], ...]:
        """Where the wish may stand, the likeliest place first: "… for a red one", "… red please", "a red shirt"."""
        is_new = {"a", "an", "another", "different"} & {token.text for token in self.before}
        compares = any(token.text.endswith("er") for token in self.before)
        return (self.wanted, self.after, *((self.before,) if is_new or compares else ()))


def read_exchange(excerpt: Excerpt, pool: Pool, picked: Picked | None = None) -> Reading:
    """The pairs a text names: lines, each with the variant wanted instead."""
    picked = picked or Picked()
    segments = _segments(excerpt.tokens, mentions(excerpt.tokens, pool.titles()))
    lines = _lines(excerpt, pool, segments, picked)
    if not isinstance(lines, tuple):
        return lines
    if not picked.variants and _names_unknown_article(excerpt, pool.context):
        return Unclear(tuple(line.handle for line in lines))
    lines = _without_beside(lines, segments, picked, pool.context)
    pairs: list[tuple[Handle, Handle]] = []
    unclear: list[Handle] = []
    sold_out: list[Handle] = []
    for line in lines:
        offer = _offer(line, segments, picked, pool.context)
        if not offer.variants:
            return NoneFits("not_available")
        if offer.is_exact and len(offer.variants) == 1:
            pairs.append((line.handle, offer.variants[0].handle))
        else:
            unclear += [variant.handle for variant in offer.variants]
            sold_out += [variant.handle for variant in offer.sold_out]
    if unclear:
        known = HandlesValue(handles=tuple(line.handle for line in lines))
        return Unclear(tuple(dict.fromkeys(unclear)), known, tuple(sold_out))
    return Found(PairsValue(pairs=tuple(pairs)))


def _lines(excerpt: Excerpt, pool: Pool, segments: list[_Segment], picked: Picked) -> tuple[Candidate, ...] | Reading:
    numbered = by_number(excerpt, pool)
    if isinstance(numbered, NotFound):
        return numbered
    fitting = pool.fitting if numbered is None else numbered.fitting
    chosen = tuple(candidate for candidate in pool.fitting if candidate.handle in picked.lines)
    named = [segment.mention for segment in segments if segment.mention is not None]
    if chosen or (not named and len(fitting) == 1):
        return chosen or fitting
    if not named:
        return Unsaid() if numbered is None else _unclear_or_none(fitting)
    groups = [_lines_of(excerpt, mention, named, fitting) for mention in named]
    reading = settled(together(groups), named) if all(groups) else NoneFits()
    if isinstance(reading, Found) and isinstance(reading.value, HandlesValue):
        found = reading.value.handles
        return tuple(line for handle in found for line in pool.fitting if line.handle == handle)
    return reading


def _unclear_or_none(lines: tuple[Candidate, ...]) -> Reading:
    return Unclear(tuple(line.handle for line in lines)) if lines else NoneFits()


def _lines_of(
    excerpt: Excerpt, mention: Mention, named: list[Mention], fitting: tuple[Candidate, ...]
) -> tuple[Candidate, ...]:
    """The lines one mention means; options named after the pivot are wanted, so only those before it describe."""
    pivot = _pivot(excerpt.tokens, mention.end, len(excerpt.tokens))
    described = Excerpt(excerpt.seq, excerpt.start, excerpt.text[: excerpt.tokens[pivot - 1].end])
    before = [other for other in named if other.end <= pivot]
    return lines_meant(described, mention, before, fitting)


def _segments(tokens: tuple[Token, ...], named: list[Mention]) -> list[_Segment]:
    """Cut a text into one part for each thing named; the same thing named again is what it is to become."""
    firsts: list[Mention] = []
    for mention in named:
        if not (firsts and mention.titles == firsts[-1].titles):
            firsts.append(mention)
    if not firsts:
        verb = next((at for at, token in enumerate(tokens) if token.text in _EXCHANGING), -1)
        return [_Segment(None, (), tokens, tokens[_pivot(tokens, verb + 1, len(tokens)) :])]
    segments: list[_Segment] = []
    for number, mention in enumerate(firsts):
        end = len(tokens) if number + 1 == len(firsts) else _phrase_start(tokens, firsts[number + 1].start)
        pivot = _pivot(tokens, mention.end, end)
        before = tokens[_phrase_start(tokens, mention.start) : mention.start]
        clause = _clause_around(tokens, mention)
        segments.append(_Segment(mention, before, tokens[mention.end : end], tokens[pivot:end], clause))
    return segments


def _clause_around(tokens: tuple[Token, ...], mention: Mention) -> tuple[Token, ...]:
    """The words around a mention up to what ends a clause; things listed with "and" stand in one."""
    ends = SENTENCE_ENDS | {",", ":", "(", ")", "but"}
    start = next((at + 1 for at in range(mention.start - 1, -1, -1) if tokens[at].text in ends), 0)
    end = next((at for at in range(mention.end, len(tokens)) if tokens[at].text in ends), len(tokens))
    return tokens[start:end]


def _pivot(tokens: tuple[Token, ...], start: int, end: int) -> int:
    """Where the wish begins after a mention: at "for", "to", "in" …; without one, right after the mention."""
    sentence = next((at for at in range(start, end) if tokens[at].text in SENTENCE_ENDS), end)
    for words in (_PIVOTS, _WEAK_PIVOTS):
        for at in range(start, sentence):
            if tokens[at].text in words and not _is_whereabouts(tokens, at):
                return at
    return start


def _is_whereabouts(tokens: tuple[Token, ...], at: int) -> bool:
    """Whether "in" or "to" speaks of an order or a place: "in my last order", "sent to Texas"."""
    if tokens[at].text == "in":
        return any(token.text == "order" for token in tokens[at + 1 : at + 5])
    return (
        tokens[at].text in {"to", "for"} and at > 0 and tokens[at - 1].text in {"sent", "delivered", "shipped", "paid"}
    )


def _phrase_start(tokens: tuple[Token, ...], at: int) -> int:
    while at > 0 and tokens[at - 1].text not in SEPARATORS:
        at -= 1
    return at


def _names_unknown_article(excerpt: Excerpt, context: CustomerContext) -> bool:
    """Whether an article is named by a number that none of the products has: part of the wish would be left out."""
    known = {variant.sku for variants in context.catalogue.values() for variant in variants}
    orders = {bare_number(order.number) for order in context.orders}
    numbers = {token.raw for token in excerpt.tokens if token.raw.isdigit() and len(token.raw) >= _ARTICLE_DIGITS}
    return any(number not in known and not any(number in order for order in orders) for number in numbers)


def _offer(candidate: Candidate, segments: list[_Segment], picked: Picked, context: CustomerContext) -> Offer:
    line = candidate.record
    if not isinstance(line, OrderLine):
        return Offer(())
    variants = context.catalogue.get(line.product, ())
    of_picked = tuple(variant for variant in variants if variant.handle in picked.variants)
    if of_picked:
        return Offer(of_picked)
    wants = _wants(_segment_of(candidate, segments), line, variants)
    offered = tuple(variant for variant in variants if variant.handle in picked.offered)
    if offered and not wants.is_empty and not wants.is_unread:
        among = variants_wanted(wants, line, offered)
        if len(among.variants) == 1:
            return Offer(among.variants)
    return variants_wanted(wants, line, variants)


def _segment_of(candidate: Candidate, segments: list[_Segment]) -> _Segment:
    """What is said of a line: the place that names it, or else all that is said."""
    own = [it for it in segments if it.mention is not None and it.mention.titles & set(candidate.titles)]
    return own[0] if own else segments[-1]


def _wants(segment: _Segment, line: OrderLine, variants: tuple[Variant, ...]) -> Wants:
    """What is wanted, from the likeliest place that says anything, with what the rest of the text adds."""
    readings = [wants_of(words, line, variants) for words in segment.readings()]
    wants = next((reading for reading in readings if not reading.is_empty), readings[0])
    return with_beside(wants, readings[1], line)


def _without_beside(
    lines: tuple[Candidate, ...], segments: list[_Segment], picked: Picked, context: CustomerContext
) -> tuple[Candidate, ...]:
    """The lines without those that are only spoken of: "the beanie is fine, but could I get the jacket in L?"."""
    if len(lines) == 1 or picked.lines:
        return lines
    wished = [line for line in lines if not _is_silent(line, segments, context)]
    kept = tuple(line for line in lines if line in wished or not _segment_of(line, segments).is_only_told())
    return kept if wished else lines


def _is_silent(candidate: Candidate, segments: list[_Segment], context: CustomerContext) -> bool:
    line = candidate.record
    if not isinstance(line, OrderLine):
        return True
    return _wants(_segment_of(candidate, segments), line, context.catalogue.get(line.product, ())).is_empty
