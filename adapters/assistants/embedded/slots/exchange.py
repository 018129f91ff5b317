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
from adapters.assistants.embedded.slots.segments import Segment, pivot_of, segments_of
from adapters.assistants.embedded.slots.variants import Offer, Wants, variants_wanted, wants_of, with_beside
from domain.customer import CustomerContext, OrderLine, Variant
from domain.ids import Handle
from domain.slot import HandlesValue, PairsValue

_ARTICLE_DIGITS = 8  # a longer number is no size and no amount


@dataclass(frozen=True)
class Picked:
    """What the customer has picked of the choices offered before: lines and variants."""

    lines: tuple[Handle, ...] = ()
    variants: tuple[Handle, ...] = ()
    offered: tuple[Handle, ...] = ()  # variants our question named: the answer is one of them where it can be


def read_exchange(excerpt: Excerpt, pool: Pool, picked: Picked | None = None) -> Reading:
    """The pairs a text names: lines, each with the variant wanted instead."""
    picked = picked or Picked()
    segments = segments_of(excerpt.tokens, mentions(excerpt.tokens, pool.titles()))
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


def _lines(excerpt: Excerpt, pool: Pool, segments: list[Segment], picked: Picked) -> tuple[Candidate, ...] | Reading:
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
    pivot = pivot_of(excerpt.tokens, mention.end, len(excerpt.tokens))
    described = Excerpt(excerpt.seq, excerpt.start, excerpt.text[: excerpt.tokens[pivot - 1].end])
    before = [other for other in named if other.end <= pivot]
    return lines_meant(described, mention, before, fitting)


def _names_unknown_article(excerpt: Excerpt, context: CustomerContext) -> bool:
    """Whether an article is named by a number that none of the products has: part of the wish would be left out."""
    known = {variant.sku for variants in context.catalogue.values() for variant in variants}
    orders = {bare_number(order.number) for order in context.orders}
    numbers = {token.raw for token in excerpt.tokens if token.raw.isdigit() and len(token.raw) >= _ARTICLE_DIGITS}
    return any(number not in known and not any(number in order for order in orders) for number in numbers)


def _offer(candidate: Candidate, segments: list[Segment], picked: Picked, context: CustomerContext) -> Offer:
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


def _segment_of(candidate: Candidate, segments: list[Segment]) -> Segment:
    """What is said of a line: the place that names it, or else all that is said."""
    own = [it for it in segments if it.mention is not None and it.mention.titles & set(candidate.titles)]
    return own[0] if own else segments[-1]


def _wants(segment: Segment, line: OrderLine, variants: tuple[Variant, ...]) -> Wants:
    """What is wanted, from the likeliest place that says anything, with what the rest of the text adds."""
    readings = [wants_of(words, line, variants) for words in segment.readings()]
    wants = next((reading for reading in readings if not reading.is_empty), readings[0])
    return with_beside(wants, readings[1], line)


def _without_beside(
    lines: tuple[Candidate, ...], segments: list[Segment], picked: Picked, context: CustomerContext
) -> tuple[Candidate, ...]:
    """The lines without those that are only spoken of: "the beanie is fine, but could I get the jacket in L?"."""
    if len(lines) == 1 or picked.lines:
        return lines
    wished = [line for line in lines if not _is_silent(line, segments, context)]
    kept = tuple(line for line in lines if line in wished or not _segment_of(line, segments).is_only_told())
    return kept if wished else lines


def _is_silent(candidate: Candidate, segments: list[Segment], context: CustomerContext) -> bool:
    line = candidate.record
    if not isinstance(line, OrderLine):
        return True
    return _wants(_segment_of(candidate, segments), line, context.catalogue.get(line.product, ())).is_empty
