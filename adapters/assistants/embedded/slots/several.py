"""Words that mean several records where a wish holds one: "cancel both orders", items of two orders."""

import re

from adapters.assistants.embedded.slots.excerpt import Excerpt
from adapters.assistants.embedded.slots.numbers import numbers_said
from domain.customer import CustomerContext
from domain.ids import Handle
from domain.slot import HandlesValue, PairsValue, SlotValue

_EVERY = (
    r"\b(?:both|all)\b(?: \w+){0,3}? (?:orders|subscriptions)\b|\b(?:every|each) (?:\w+ )?(?:order|subscription)\b"
    r"|\ball (?:of )?(?:my |the |our )?(?:\w+ )?order(?:'s|s'|s\u2019|\u2019s)? address(?:es)?\b"
)
_NAMED = re.compile(_EVERY, re.IGNORECASE)
#: "Both of them" says of what only when we have just asked.
_ALL = re.compile(
    rf"{_EVERY}|\b(?:both|all) of them\b|^\W*(?:both|all)(?: of (?:these|those))?\b\W*(?:please\W*)?$", re.IGNORECASE
)
_TWO = 2


def every_named(excerpt: Excerpt) -> bool:
    """Whether the words say "all my orders" or the like."""
    return _NAMED.search(excerpt.text) is not None and not numbers_said(excerpt.text)


def all_meant(excerpts: tuple[Excerpt, ...], count: int) -> bool:
    """Whether the words mean each of the `count` records that come into question."""
    matches = (_ALL.search(excerpt.text) for excerpt in excerpts)
    return any(match is not None and ("both" not in match[0].casefold() or count == _TWO) for match in matches)


def each_named(excerpts: tuple[Excerpt, ...], count: int) -> bool:
    """Whether the words name that many numbers."""
    return any(len(numbers_said(excerpt.text, bare=True)) == count for excerpt in excerpts)


def by_order(value: SlotValue, context: CustomerContext) -> tuple[SlotValue, ...]:
    """Lines and pairs apart by the order they belong to, in the order they were named; other values as they are."""
    match value:
        case HandlesValue(handles=handles):
            groups: dict[str, list[Handle]] = {}
            for handle in handles:
                groups.setdefault(_order(handle, context), []).append(handle)
            return tuple(HandlesValue(handles=tuple(group)) for group in groups.values()) or (value,)
        case PairsValue(pairs=pairs):
            paired: dict[str, list[tuple[Handle, Handle]]] = {}
            for line, variant in pairs:
                paired.setdefault(_order(line, context), []).append((line, variant))
            return tuple(PairsValue(pairs=tuple(group)) for group in paired.values()) or (value,)
        case _:
            return (value,)


def _order(handle: Handle, context: CustomerContext) -> str:
    order = context.order_of(handle)
    return order.handle if order is not None else ""
