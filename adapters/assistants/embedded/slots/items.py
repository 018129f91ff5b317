"""Which lines of the customer's orders a text means: one, several, all of an order, or all but some."""

import re
from collections.abc import Iterable

from adapters.assistants.embedded.slots.clues import by_clues, by_number
from adapters.assistants.embedded.slots.excerpt import Excerpt
from adapters.assistants.embedded.slots.options import options_of, options_said
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
from adapters.assistants.embedded.slots.scales import price_order_said
from adapters.assistants.embedded.slots.tokens import SENTENCE_ENDS, SEPARATORS, Token, find_phrase
from domain.customer import OrderLine
from domain.ids import Handle
from domain.slot import HandlesValue

_ALL = tuple(
    tuple(words.split())
    for words in (
        "everything", "all of it", "all of them", "both of them", "all item", "all the item", "all my item",
        "both item", "whole order", "entire order", "complete order", "full order", "all thing", "all the thing",
        "the lot", "every item", "whole thing", "entire thing", "all ordered thing",
    )
)  # fmt: skip
_CAME = frozenset({"received", "ordered", "bought", "came", "arrived", "got", "delivered"})
#: "Return the more expensive one" means one of those named, however many were named.
_ONE_BY_PRICE = re.compile(
    r"\b(?:(?:more|less|most|least) expensive|cheaper|cheapest|pricier|priciest) (?:one|of)\b", re.IGNORECASE
)
_EXCEPT = ("except", "excluding", "besides", "apart from", "other than", "but not", "not the", "keep", "keeping")
#: "… that came together with the lamp".
_ARRIVED = frozenset({"received", "got", "came", "arrived", "delivered", "ordered", "bought"})
_TOGETHER = frozenset({"with", "alongside"})
_EXCEPTIONS = tuple(tuple(words.split()) for words in _EXCEPT)


def read_items(excerpt: Excerpt, pool: Pool, *, bare: bool = False) -> Reading:
    """The lines a text names; with `bare`, a number alone counts as an order's (in answers)."""
    numbered = by_number(excerpt, pool, bare=bare)
    if isinstance(numbered, NotFound):
        return numbered
    lines = pool.fitting if numbered is None else numbered.fitting
    named = mentions(excerpt.tokens, pool.titles())
    wanted, excluded = _split_exceptions(excerpt.tokens, named)
    wanted, lines = _with_companions(excerpt.tokens, wanted, lines)
    if says_all(excerpt.tokens) and len(wanted) <= 1:  # of several named things "all" is the sum
        return _all_but(excerpt, lines, excluded)
    if not wanted:
        kept, is_told_apart = by_clues(excerpt, lines)
        kept = _by_price(kept, excerpt.tokens)
        return _one_or_unclear(kept) if numbered is not None or (is_told_apart and len(kept) == 1) else Unsaid()
    wanted, beside = _split_whereabouts(excerpt.tokens, wanted)
    lines = _together_with(lines, beside)
    groups = [lines_meant(excerpt, mention, wanted, lines) for mention in wanted]
    if len(groups) == 1 and _ONE_BY_PRICE.search(excerpt.text):
        groups = [_by_price(groups[0], excerpt.tokens)]
    return settled(together(groups), wanted) if all(groups) else NoneFits()


def _split_whereabouts(tokens: tuple[Token, ...], named: list[Mention]) -> tuple[list[Mention], list[Mention]]:
    """The goods meant, and those that only say where they came: "the backpack you received with the vacuum"."""
    beside = [
        mention
        for mention in named
        if any(token.text == "with" for token in tokens[max(0, mention.start - 2) : mention.start])
        and any(token.text in _CAME for token in tokens[max(0, mention.start - 6) : mention.start])
    ]
    wanted = [mention for mention in named if mention not in beside]
    return (wanted, beside) if wanted else (named, [])


def _together_with(lines: tuple[Candidate, ...], beside: list[Mention]) -> tuple[Candidate, ...]:
    """The lines of orders that hold all of these goods too; all lines where no order does."""
    having = [
        {line.order.handle for line in lines if line.order is not None and mention.titles & set(line.titles)}
        for mention in beside
    ]
    orders = set[Handle].intersection(*having) if having else set()
    return tuple(line for line in lines if line.order is not None and line.order.handle in orders) or lines


def says_all(tokens: tuple[Token, ...]) -> bool:
    """Whether the text means all items of an order."""
    return any(find_phrase(tokens, words) for words in _ALL)


def lines_meant(
    excerpt: Excerpt, mention: Mention, named: list[Mention], lines: tuple[Candidate, ...]
) -> tuple[Candidate, ...]:
    """The lines one mention may mean, narrowed by what is said of it and by what tells orders apart."""
    kept = tuple(line for line in lines if mention.titles & set(line.titles))
    around = tokens_around(excerpt.tokens, mention, named)
    kept = with_options(kept, around) or kept
    if not mention.is_every and len(kept) > (mention.count or 1):
        kept, _ = by_clues(excerpt, kept)
        kept = _by_price(kept, around)
    return kept


def with_options(lines: tuple[Candidate, ...], tokens: tuple[Token, ...]) -> tuple[Candidate, ...]:
    """The lines that have every option value named; () when none has."""
    records = [line.record for line in lines if isinstance(line.record, OrderLine)]
    said = options_said(tokens, options_of(record.options for record in records))
    return tuple(
        line
        for line, record in zip(lines, records, strict=True)
        if all(record.options.get(hit.option) == hit.value for hit in said)
    )


def tokens_around(tokens: tuple[Token, ...], mention: Mention, named: list[Mention]) -> tuple[Token, ...]:
    """What is said of one mention: from the last separator before it to the next mention or the sentence's end."""
    start = mention.start
    while start > 0 and tokens[start - 1].text not in SEPARATORS:
        start -= 1
    ends = [other.start for other in named if other.start > mention.start]
    ends += [at for at in range(mention.end, len(tokens)) if tokens[at].text in SENTENCE_ENDS]
    return tokens[start : min(ends, default=len(tokens))]


def together(groups: list[tuple[Candidate, ...]]) -> list[tuple[Candidate, ...]]:
    """Goods named in one breath belong to one order, where exactly one order has them all."""
    if len(groups) == 1 or all(len(group) == 1 for group in groups):
        return groups
    orders = [{line.order.handle for line in group if line.order is not None} for group in groups]
    common = set.intersection(*orders)
    if len(common) != 1:
        return groups
    return [tuple(line for line in group if line.order is not None and line.order.handle in common) for group in groups]


def settled(groups: list[tuple[Candidate, ...]], named: list[Mention]) -> Reading:
    """The lines, where each mention means a known number of them; otherwise those among which it hesitates."""
    unclear: list[Handle] = []
    found: list[Handle] = []
    for group, mention in zip(groups, named, strict=True):
        left = tuple(line for line in group if line.handle not in found)
        chosen = _chosen(left or group, mention)
        if chosen:
            found += [line.handle for line in chosen if line.handle not in found]
        else:
            unclear += [line.handle for line in group]
    if unclear:
        partial = HandlesValue(handles=tuple(found)) if found else None
        return Unclear(tuple(dict.fromkeys(unclear)), partial)
    return Found(HandlesValue(handles=tuple(found)))


def _chosen(group: tuple[Candidate, ...], mention: Mention) -> tuple[Candidate, ...]:
    if len(group) == 1 or mention.is_every or mention.count == len(group):
        return group
    if are_alike(group):
        return group[: mention.count or 1]
    return ()


def are_alike(lines: Iterable[Candidate]) -> bool:
    """Whether the lines are the same article in the same order, so that it makes no difference which one is meant."""
    kinds = {
        (line.order.handle if line.order else "", line.record.sku, line.record.status, line.record.price.amount)
        for line in lines
        if isinstance(line.record, OrderLine)
    }
    return len(kinds) == 1


def _all_but(excerpt: Excerpt, lines: tuple[Candidate, ...], excluded: list[Mention]) -> Reading:
    if len(_orders(lines)) > 1:
        lines, _ = by_clues(excerpt, lines)
    if len(_orders(lines)) > 1 and excluded:
        # "Everything except the lamp": the order that has a lamp.
        having = {line.order.handle for line in lines if line.order and _is_one_of(line, excluded)}
        lines = tuple(line for line in lines if line.order and line.order.handle in having) if having else lines
    kept = tuple(line for line in lines if not _is_one_of(line, excluded))
    if not kept:
        return NoneFits()
    handles = tuple(line.handle for line in kept)
    return Found(HandlesValue(handles=handles)) if len(_orders(kept)) == 1 else Unclear(handles)


def _is_one_of(line: Candidate, excluded: list[Mention]) -> bool:
    return any(mention.titles & set(line.titles) for mention in excluded)


def _orders(lines: tuple[Candidate, ...]) -> set[Handle]:
    return {line.order.handle for line in lines if line.order is not None}


def _one_or_unclear(lines: tuple[Candidate, ...]) -> Reading:
    handles = tuple(line.handle for line in lines)
    if not handles:
        return NoneFits()
    return Found(HandlesValue(handles=handles)) if len(handles) == 1 else Unclear(handles)


def _by_price(lines: tuple[Candidate, ...], tokens: tuple[Token, ...]) -> tuple[Candidate, ...]:
    order = price_order_said(tokens)
    if order is None:
        return lines
    prices = {line.handle: line.record.price.amount for line in lines if isinstance(line.record, OrderLine)}
    best = max(prices.values(), key=lambda price: price * order, default=0)
    return tuple(line for line in lines if prices[line.handle] == best)


def _split_exceptions(tokens: tuple[Token, ...], named: list[Mention]) -> tuple[list[Mention], list[Mention]]:
    """The goods meant, and those the text takes out: what follows "except", "but not" or "keep" in its sentence."""
    marks = sorted(at for words in _EXCEPTIONS for at, _ in find_phrase(tokens, words))
    marks += [at for at, token in enumerate(tokens) if token.text == "but" and _follows_all(tokens, at)]
    wanted: list[Mention] = []
    excluded: list[Mention] = []
    for mention in named:
        is_out = any(
            at < mention.start and not any(token.text in SENTENCE_ENDS for token in tokens[at : mention.start])
            for at in marks
        )
        (excluded if is_out else wanted).append(mention)
    return wanted, excluded


def _with_companions(
    tokens: tuple[Token, ...], wanted: list[Mention], lines: tuple[Candidate, ...]
) -> tuple[list[Mention], tuple[Candidate, ...]]:
    """Set apart what only tells an order: "the backpack I received with the cleaner" is one thing, of their order."""
    left: list[Mention] = []
    for mention in wanted:
        start = left[-1].end if left else 0
        between = [token.text for token in tokens[start : mention.start]] if left else []
        if not (_ARRIVED & set(between) and _TOGETHER & set(between[-3:]) and not SENTENCE_ENDS & set(between)):
            left.append(mention)
            continue
        last = left[-1]
        orders = {line.order.handle for line in lines if line.order and mention.titles & set(line.titles)}
        lines = tuple(
            line
            for line in lines
            if not last.titles & set(line.titles) or (line.order is not None and line.order.handle in orders)
        )
    return left, lines


def _follows_all(tokens: tuple[Token, ...], at: int) -> bool:
    return any(token.text in {"everything", "all"} for token in tokens[max(0, at - 3) : at])
