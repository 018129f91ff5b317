"""Which one record the text means: an order, refund, payment, subscription or invoice."""

from adapters.assistants.embedded.slots.clues import by_clues, by_number, newest, speaks_of_newest
from adapters.assistants.embedded.slots.excerpt import Excerpt
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
from domain.slot import HandleValue


def read_record(excerpt: Excerpt, pool: Pool, *, bare: bool = False) -> Reading:
    """The record a text names; with `bare`, a number alone counts as an order's (in answers)."""
    numbered = by_number(excerpt, pool, bare=bare)
    if isinstance(numbered, NotFound):
        return numbered
    if numbered is not None and len({it.order.handle for it in numbered.fitting if it.order is not None}) > 1:
        return Unclear(tuple(candidate.handle for candidate in numbered.fitting))
    named = mentions(excerpt.tokens, pool.titles())
    among = pool.fitting if numbered is None else numbered.fitting
    kept = _of_goods(named, among)
    if not kept and numbered is not None:
        kept = among  # the number says more than the goods
    is_said = bool(named) or numbered is not None
    if not is_said:
        is_said = speaks_of_newest(excerpt)
        kept = tuple(it for it in newest(pool.every) if it in among) if is_said else among
    if not kept and is_said:
        return NoneFits()
    kept, told_apart = by_clues(excerpt, kept)
    if not kept or not (is_said or told_apart):
        return Unsaid()
    handles = tuple(candidate.handle for candidate in kept)
    return Found(HandleValue(handle=handles[0])) if len(handles) == 1 else Unclear(handles)


def _of_goods(named: list[Mention], candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """The candidates about all the goods named, or else those about any of them."""
    about_all = tuple(it for it in candidates if all(mention.titles & set(it.titles) for mention in named))
    about_any = tuple(it for it in candidates if any(mention.titles & set(it.titles) for mention in named))
    return about_all or about_any
