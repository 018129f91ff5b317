"""Which variant of a product is wanted instead of the one the customer has.

What the text does not speak of stays as it is. A variant that is not to be had is never chosen, and of several that
would do none is: the customer is asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from adapters.assistants.embedded.slots.bare import bare_said
from adapters.assistants.embedded.slots.options import (
    Options,
    OptionSaid,
    option_names_said,
    options_of,
    options_said,
)
from adapters.assistants.embedded.slots.scales import PRICE, Comparison, comparisons_said, satisfies
from adapters.assistants.embedded.slots.tokens import SEPARATORS, Token
from domain.customer import OrderLine, Variant

_REACH = 3  # words before a value that say it is what they have, other values not counted
_SAME = frozenset({"same", "identical", "exact"})
_OTHER = frozenset({"another", "different", "other"})
_CARELESS = re.compile(
    r"\b(?:(?:do not|don't|doesn't|does not|not) (?:really )?(?:care|matter|mind|important)|any|whatever|regardless)\b"
)
_THE_REST = re.compile(r"\b(?:other|rest of the|remaining) (?:specs?|options?|features?|details?)\b")


@dataclass(frozen=True)
class Wants:
    """What is wanted of the new variant."""

    values: tuple[tuple[str, frozenset[str]], ...] = ()  # option -> any of these values
    comparisons: tuple[Comparison, ...] = ()
    sku: str | None = None
    preferred: tuple[tuple[str, str], ...] = ()  # decides only among what is left
    free: frozenset[str] = frozenset()  # options that may come out any way
    changed: frozenset[str] = frozenset()  # options that shall come out otherwise, whatever way: "in another color"
    is_same: bool = False  # another one just like it
    is_unread: bool = False  # something is said that may be a value, and nobody can tell which

    @property
    def is_empty(self) -> bool:
        """Whether the text says nothing about the new variant."""
        return not (self.values or self.comparisons or self.sku or self.changed or self.is_same or self.is_unread)


def wants_of(tokens: tuple[Token, ...], line: OrderLine, variants: Sequence[Variant]) -> Wants:
    """Read what a text wants instead of `line`, where the text is what says so: a lone number in it is a value."""
    skus = {variant.sku for variant in variants}
    named = next((token.raw for token in tokens if token.raw in skus), None)
    options = options_of([line.options, *(variant.options for variant in variants)])
    comparisons = tuple(comparisons_said(tokens, options))
    clear = options_said(tokens, options)
    taken = [(hit.start, hit.end) for hit in clear]
    taken += [(it.start - _REACH, it.end + 1) for it in comparisons if isinstance(it.how_far, float)]
    bare = bare_said(tokens, options, taken)
    hits = sorted((*clear, *bare.said), key=lambda hit: hit.start)
    values: dict[str, set[str]] = {}
    preferred: list[tuple[str, str]] = []
    for hit in hits:
        if any(_measures(it, hit.start, hit.end) for it in comparisons) or _is_current(tokens, hit, hits):
            continue
        if _is_preference(tokens, hit.start):
            preferred.append((hit.option, hit.value))
        else:
            values.setdefault(hit.option, set()).add(hit.value)
    if not any(token.text == "or" for token in tokens):  # "white 42 for black 44": what they have is told beside it
        values = {option: found - {line.options.get(option)} or found for option, found in values.items()}
    changed: set[str] = set()
    for start, _, option in option_names_said(tokens, options):
        if not start or option in values or option not in line.options:
            continue
        if tokens[start - 1].text in _SAME:
            values[option] = {line.options[option]}
        elif tokens[start - 1].text in _OTHER and all(it.option != option for it in comparisons):
            changed.add(option)
    wanted = tuple((option, frozenset(found)) for option, found in sorted(values.items()))
    is_same = any(token.text in _SAME for token in tokens) and not (wanted or comparisons or changed)
    free = _free(tokens, options)
    is_unread = bare.is_unread and named is None
    return Wants(wanted, comparisons, named, tuple(preferred), free, frozenset(changed), is_same, is_unread)


def with_beside(wants: Wants, beside: Wants, line: OrderLine) -> Wants:
    """The wants, with what stands beside them in the text: "a 44 please, in black" says two things about one wish.

    Values that the customer has already only describe it.
    """
    told = {option for option, _ in (*wants.values, *wants.preferred)} | {it.option for it in wants.comparisons}
    told |= wants.changed | wants.free
    more = tuple(
        (option, values)
        for option, values in beside.values
        if option not in told and line.options.get(option) not in values
    )
    is_unread = wants.is_unread or (beside.is_unread and wants.sku is None)
    return replace(wants, values=tuple(sorted((*wants.values, *more))), is_unread=is_unread)


@dataclass(frozen=True)
class Offer:
    """The variants that would do; not `is_exact` when they change what the text does not speak of."""

    variants: tuple[Variant, ...]
    is_exact: bool = True
    sold_out: tuple[Variant, ...] = ()  # what was asked for, where it is not to be had


def variants_wanted(wants: Wants, line: OrderLine, variants: Sequence[Variant]) -> Offer:
    """What the shop can offer for what is wanted instead of `line`."""
    available = tuple(variant for variant in variants if variant.available)
    if wants.sku is not None or wants.is_same:
        sku = wants.sku or line.sku
        return Offer(tuple(variant for variant in available if variant.sku == sku))
    others = (variant for variant in available if variant.sku != line.sku)
    fitting = tuple(variant for variant in others if _fits(variant, wants, line, variants))
    if wants.is_empty or wants.is_unread or _is_had(wants, line):
        return Offer(fitting, is_exact=False)
    by_price = next((it for it in wants.comparisons if it.option == PRICE), None)
    if by_price is not None:
        return Offer(_by_price(by_price, fitting, line))
    unchanged = _unchanged(fitting, wants, line)
    if unchanged:
        return Offer(_preferred(unchanged, wants))
    every = tuple(it for it in variants if not it.available and _fits(it, wants, line, variants))
    return Offer(_preferred(fitting, wants), is_exact=False, sold_out=_unchanged(every, wants, line))


def _is_had(wants: Wants, line: OrderLine) -> bool:
    """Whether the text only tells what the customer has already: then it does not say what they want instead."""
    asks_more = wants.comparisons or wants.changed or wants.preferred
    return not asks_more and all(values == {line.options.get(option)} for option, values in wants.values)


def _fits(variant: Variant, wants: Wants, line: OrderLine, variants: Sequence[Variant]) -> bool:
    if any(variant.options.get(option) not in values for option, values in wants.values):
        return False
    if any(variant.options.get(option) == line.options.get(option) for option in wants.changed):
        return False
    options = options_of(it.options for it in variants)
    return all(
        satisfies(it, line.options.get(it.option, ""), variant.options.get(it.option, ""), options[it.option])
        for it in wants.comparisons
        if it.option != PRICE and it.option in options
    )


def _unchanged(fitting: tuple[Variant, ...], wants: Wants, line: OrderLine) -> tuple[Variant, ...]:
    """Those that keep every option the text does not speak of."""
    spoken = {option for option, _ in (*wants.values, *wants.preferred)} | {it.option for it in wants.comparisons}
    kept = {
        option: value for option, value in line.options.items() if option not in spoken | wants.free | wants.changed
    }
    return tuple(it for it in fitting if all(it.options.get(option) == value for option, value in kept.items()))


def _by_price(comparison: Comparison, fitting: tuple[Variant, ...], line: OrderLine) -> tuple[Variant, ...]:
    """The cheapest or dearest leaves all else open; merely cheaper or dearer leaves a choice."""
    sign = comparison.direction
    if comparison.how_far != "most":
        return tuple(it for it in fitting if (it.price.amount - line.price.amount) * sign > 0)
    best = max((it.price.amount * sign for it in fitting), default=0)
    return tuple(it for it in fitting if it.price.amount * sign == best)


def _preferred(kept: tuple[Variant, ...], wants: Wants) -> tuple[Variant, ...]:
    """Preferences in the order they are named, each taken where something is left that meets it."""
    for option, value in wants.preferred:
        kept = tuple(it for it in kept if it.options.get(option) == value) or kept
    return kept


def _free(tokens: tuple[Token, ...], options: Options) -> frozenset[str]:
    """The options the customer says they do not care about, or all of them."""
    text = " ".join(token.text for token in tokens)
    if _CARELESS.search(text) is None:
        return frozenset()
    if _THE_REST.search(text):
        return frozenset(options)
    named = option_names_said(tokens, options)
    before = {option: " ".join(token.text for token in tokens[max(0, at - 6) : at]) for at, _, option in named}
    return frozenset(option for option, words in before.items() if _CARELESS.search(words))


def _measures(comparison: Comparison, start: int, end: int) -> bool:
    """Whether what looks like a value is the measure of a comparison: "500 pieces less"."""
    return isinstance(comparison.how_far, float) and start <= comparison.end and comparison.start - 2 <= end


def _is_current(tokens: tuple[Token, ...], hit: OptionSaid, hits: Sequence[OptionSaid]) -> bool:
    """Whether the value is what they have: "… instead of Apple HomeKit", "… instead of my white 42"."""
    values = {at for other in hits for at in range(other.start, other.end)}
    before: list[str] = []
    for at in range(hit.start - 1, -1, -1):
        if len(before) == _REACH:
            break
        if at not in values:
            before.append(tokens[at].text)
    if "of" in before and "instead" in before:
        return True
    return bool({"than", "not"} & set(before)) and not SEPARATORS & set(before)


def _is_preference(tokens: tuple[Token, ...], start: int) -> bool:
    before: list[str] = []
    for token in reversed(tokens[:start]):
        if token.text in {".", "!", "?", "\n", ";"}:
            break
        before.append(token.text)
    return "prefer" in before or "preferably" in before or "ideally" in before
