"""Filling one slot: from the customer's words where they name exactly one thing, otherwise by asking.

Never by guessing: two records that fit equally well are two choices of a question. Deterministic, and without I/O.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from adapters.assistants.embedded.slots.addresses import read_address
from adapters.assistants.embedded.slots.answers import picked
from adapters.assistants.embedded.slots.clues import by_clues
from adapters.assistants.embedded.slots.excerpt import Excerpt
from adapters.assistants.embedded.slots.exchange import Picked, read_exchange
from adapters.assistants.embedded.slots.items import read_items
from adapters.assistants.embedded.slots.labels import read_amount, read_choice, read_words
from adapters.assistants.embedded.slots.methods import read_method
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
from adapters.assistants.embedded.slots.records import read_record
from adapters.assistants.embedded.slots.said import Said
from adapters.assistants.embedded.slots.several import all_meant, by_order, each_named, every_named
from adapters.assistants.embedded.slots.slot import Slot, known_lines, original_method, pool_of
from domain.customer import CustomerContext, OrderLine, Variant
from domain.ids import Handle, Label
from domain.slot import HandlesValue, HandleValue, LabelValue, PairsValue, SlotKind, SlotSpec, SlotValue

MOST_CHOICES = 6  # more than that nobody reads


@dataclass(frozen=True)
class Filled:
    """The slot's value; `others` where the words mean several of what one wish can hold only one of."""

    value: SlotValue
    others: tuple[SlotValue, ...] = ()


@dataclass(frozen=True)
class Ask:
    """The customer must say; `partial` is the half that is known."""

    choices: tuple[Handle | Label, ...] = ()
    partial: SlotValue | None = None
    sold_out: tuple[Handle, ...] = ()  # what was asked for and is not to be had


@dataclass(frozen=True)
class Missing:
    """There is nothing to fill it with."""

    code: Literal["not_found", "no_record", "not_available", "none_offered"]


def is_filled(spec: SlotSpec, value: SlotValue | None) -> bool:
    """Whether a slot needs nothing more: an exchange of which only the lines are known does."""
    return value is not None and (spec.kind != "exchange" or isinstance(value, PairsValue))


def fill(slot: Slot, said: Said) -> Filled | Ask | Missing:
    """Find the slot's value in what was said, newest words first where they answer or correct."""
    pool = pool_of(slot)
    if slot.spec.kind in {"order", "subscription"} and every_named(said.own):
        meant, _ = by_clues(said.own, pool.fitting)
        return _each_of(tuple(candidate.handle for candidate in meant)) if meant else Missing("no_record")
    readings = list(_readings(slot, said, pool))
    for reading in readings:
        if isinstance(reading, Found):
            return _filled(reading.value, slot.context)
    spoken = next((reading for reading in readings if not isinstance(reading, Unsaid)), None)
    match spoken:
        case NoneFits(code=code):
            return Missing(code)
        case NotFound():
            return Missing("not_found")
        case Unclear():
            return _unclear(slot, said, pool, spoken)
        case _:
            return _silent(slot, said, pool)


def amended(slot: Slot, said: Said) -> SlotValue | None:
    """Another value that the new words give a filled slot, when they answer our restating of the action; else None."""
    pool = pool_of(slot)
    for excerpt in reversed(said.new):
        reading = _read(slot, excerpt, pool, is_answer=True)
        if isinstance(reading, Found) and reading.value != slot.slots.get(slot.name):
            return reading.value
    return None


def _readings(slot: Slot, said: Said, pool: Pool) -> Iterator[Reading]:
    answers = said.answers(slot.name)
    for excerpt in reversed(answers):
        yield _answer(slot, said, excerpt, pool)
    for excerpt in reversed(said.corrections()):
        yield _read(slot, excerpt, pool)
    own = _read(slot, said.own, pool)
    later = [_read(slot, excerpt, pool) for excerpt in reversed(said.later)]
    if isinstance(own, NotFound) and said.later:
        own = Unsaid()  # they were told; what they have written since counts
    yield own
    yield from later
    for excerpt in reversed(said.earlier):
        yield _read(slot, excerpt, pool)
    if slot.spec.kind not in _SPANS and (said.later or said.earlier):
        yield _read(slot, said.together(), pool)


def _read(slot: Slot, excerpt: Excerpt, pool: Pool, *, is_answer: bool = False) -> Reading:
    return _READERS.get(slot.spec.kind, _read_record)(slot, excerpt, pool, is_answer)


def _read_record(_: Slot, excerpt: Excerpt, pool: Pool, is_answer: bool) -> Reading:  # noqa: FBT001 - a table's signature
    return read_record(excerpt, pool, bare=is_answer)


#: Kinds whose values are places in a message, which texts put together do not have.
_SPANS = frozenset({"address", "text"})
_READERS: dict[SlotKind, Callable[[Slot, Excerpt, Pool, bool], Reading]] = {
    "items": lambda _, excerpt, pool, is_answer: read_items(excerpt, pool, bare=is_answer),
    "exchange": lambda slot, excerpt, pool, _: read_exchange(excerpt, pool, Picked(lines=known_lines(slot))),
    "payment_method": lambda slot, excerpt, pool, is_answer: read_method(
        excerpt, pool, original_method(slot), is_answer=is_answer
    ),
    "address": lambda _, excerpt, pool, is_answer: read_address(excerpt, pool, is_answer=is_answer),
    "choice": lambda slot, excerpt, _, __: read_choice(excerpt, slot.spec.choices),
    "amount": lambda _, excerpt, __, ___: read_amount(excerpt),
    "text": lambda _, excerpt, __, is_answer: read_words(excerpt, is_answer=is_answer),
}


def _answer(slot: Slot, said: Said, excerpt: Excerpt, pool: Pool) -> Reading:
    """What an answer to our question says: a place in the list, or words for one of the choices, or something new."""
    chosen = picked(excerpt, said.choices)
    if slot.spec.kind == "exchange":
        return _exchange_answer(slot, said, excerpt, pool, chosen)
    if slot.spec.kind != "choice":
        chosen = tuple(handle for handle in chosen if any(it.handle == handle for it in pool.fitting))
    if not chosen:
        offered = pool.narrowed(tuple(it for it in pool.fitting if it.handle in said.choices))
        reading = _read(slot, excerpt, offered if offered.fitting else pool, is_answer=True)
        if not isinstance(reading, Found | Unclear) and offered.fitting:
            reading = _read(slot, excerpt, pool, is_answer=True)
        if slot.spec.kind != "items" or not isinstance(reading, Found) or not isinstance(reading.value, HandlesValue):
            return reading
        chosen = reading.value.handles
    if slot.spec.kind == "choice":
        return Found(LabelValue(label=chosen[0])) if len(chosen) == 1 else Unclear(chosen)
    if slot.spec.kind == "items":
        return Found(HandlesValue(handles=_with_known_half(slot, said, pool, chosen)))
    return Found(HandleValue(handle=chosen[0])) if len(chosen) == 1 else Unclear(chosen)


def _with_known_half(slot: Slot, said: Said, pool: Pool, chosen: tuple[Handle, ...]) -> tuple[Handle, ...]:
    """The chosen lines, and those that the wish itself named clearly when we asked about the others."""
    own = _read(slot, said.own, pool)
    if isinstance(own, Unclear) and isinstance(own.partial, HandlesValue) and set(chosen) <= set(own.choices):
        return tuple(dict.fromkeys((*own.partial.handles, *chosen)))
    return chosen


def _exchange_answer(
    slot: Slot, said: Said, excerpt: Excerpt, pool: Pool, chosen: tuple[Handle | Label, ...]
) -> Reading:
    records = {handle: slot.context.find(handle) for handle in chosen}
    variants = tuple(handle for handle, record in records.items() if isinstance(record, Variant))
    lines = tuple(handle for handle, record in records.items() if isinstance(record, OrderLine))
    if variants:
        return read_exchange(said.own, pool, Picked(known_lines(slot), variants))
    if not lines:
        reading = read_exchange(excerpt, pool, Picked(known_lines(slot), offered=said.choices))
        if isinstance(reading, Found) or known_lines(slot):
            return reading
        named = read_items(excerpt, pool, bare=True)
        if not isinstance(named, Found) or not isinstance(named.value, HandlesValue):
            return reading
        lines = named.value.handles
    return read_exchange(said.own, pool, Picked(lines))


def _unclear(slot: Slot, said: Said, pool: Pool, unclear: Unclear) -> Filled | Ask:
    """Several fit: all of them where the words say so, the preferred one where the slot singles it out, else ask."""
    choices = unclear.choices
    if slot.spec.kind not in {"choice", "exchange", "items"}:
        words = (said.own, *said.later)
        if all_meant(words, len(choices)) or each_named(words, len(choices)):
            return _each_of(choices)
        preferred = _preferred(slot, tuple(it for it in pool.fitting if it.handle in choices))
        if preferred is not None:
            return Filled(HandleValue(handle=preferred.handle))
    return Ask(_worth_naming(slot, pool, choices)[:MOST_CHOICES], unclear.partial, unclear.sold_out)


def _worth_naming(slot: Slot, pool: Pool, choices: tuple[Handle | Label, ...]) -> tuple[Handle | Label, ...]:
    """The choices that the slot's own condition offers; all of them where it offers none."""
    offers = slot.spec.offers
    if offers is None:
        return choices
    offered = {it.handle for it in pool.fitting if it.handle in choices and slot.holds(offers, it.record)}
    return tuple(choice for choice in choices if choice in offered) or choices


def _silent(slot: Slot, said: Said, pool: Pool) -> Filled | Ask | Missing:
    """Nothing was said: the declared default, the preferred or the only candidate, or a question."""
    kind, default = slot.spec.kind, slot.spec.default
    handles = tuple(candidate.handle for candidate in pool.fitting)
    if kind == "choice":
        labels = tuple(choice.label for choice in slot.spec.choices)
        return Filled(LabelValue(label=default)) if default is not None else Ask(labels)
    if kind in {"amount", "text", "address"}:
        return Ask()
    if kind == "payment_method" and (original := original_method(slot)) in handles and original is not None:
        return Filled(HandleValue(handle=original))
    if not handles:
        return Missing("no_record")
    return _silent_record(slot, said, pool, handles)


def _silent_record(slot: Slot, said: Said, pool: Pool, handles: tuple[Handle, ...]) -> Filled | Ask | Missing:
    is_only = len(handles) == 1
    if slot.spec.kind == "exchange":  # what is wanted instead, nobody can guess
        return Ask(handles[:MOST_CHOICES], HandlesValue(handles=handles) if is_only else None)
    if slot.spec.kind in {"order", "subscription"} and all_meant((said.own, *said.later), len(handles)):
        return _each_of(handles)
    preferred = _preferred(slot, pool.fitting)
    chosen = preferred.handle if preferred is not None else handles[0]
    if preferred is None and not (is_only and slot.spec.take_only):
        offers = slot.spec.offers
        if (
            offers is not None
            and slot.spec.none_offered
            and not any(slot.holds(offers, it.record) for it in pool.fitting)
        ):
            return Missing("none_offered")
        return Ask(_worth_naming(slot, pool, handles)[:MOST_CHOICES])
    items = HandlesValue(handles=(chosen,))
    return Filled(items if slot.spec.kind == "items" else HandleValue(handle=chosen))


def _each_of(handles: tuple[Handle, ...]) -> Filled:
    first, *rest = (HandleValue(handle=handle) for handle in handles)
    return Filled(first, tuple(rest))


def _preferred(slot: Slot, among: tuple[Candidate, ...]) -> Candidate | None:
    prefer = slot.spec.prefer
    if prefer is None:
        return None
    kept = [candidate for candidate in among if slot.holds(prefer, candidate.record)]
    return kept[0] if len(kept) == 1 else None


def _filled(value: SlotValue, context: CustomerContext) -> Filled:
    """Lines of several orders make several wishes, for no action spans orders."""
    first, *rest = by_order(value, context)
    return Filled(first, tuple(rest))
