"""What else tells records apart: their number, status, place, age, month and amount."""

import re
from collections.abc import Iterable
from datetime import datetime

from adapters.assistants.embedded.slots.excerpt import Excerpt
from adapters.assistants.embedded.slots.numbers import amounts_said, known_number, numbers_said
from adapters.assistants.embedded.slots.options import options_of, options_said
from adapters.assistants.embedded.slots.pool import Candidate, NotFound, Pool
from adapters.assistants.embedded.slots.tokens import find_phrase, phrase
from domain.customer import Invoice, Order, OrderLine, Payment, Refund
from domain.money import Money

_THING = (
    r"(?:orders?|purchases?|ones?|packages?|parcels?|deliver(?:y|ies)|items?|payments?|invoices?|charges?|refunds?)"
)
_STATUS = re.compile(
    rf"\b(processed|shipped|delivered|cancell?ed)\s+(?:\w+\s+)?{_THING}\b|\b(pending)\b", re.IGNORECASE
)
_NO_GOODS = r"(?! (?:an?|the|your) (?:e-?mail|message|invoice))"
_RECEIVED = re.compile(rf"\b(?:I|you|we)(?:['\u2019]ve| have)?(?: just| already)? received\b{_NO_GOODS}", re.IGNORECASE)
_NEWEST = re.compile(
    rf"\b(?:last|latest|(?:most )?recent(?:ly placed)?|newest)\s+(?:\w+\s+)?{_THING}\b"
    r"|\b(?:just|recently) (?:placed|ordered|bought|purchased|made)\b",
    re.IGNORECASE,
)
_OLDEST = re.compile(rf"\b(?:first|oldest|earliest)\s+{_THING}\b", re.IGNORECASE)
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_MONTH = re.compile(
    rf"\b(?:in|from|of|for)\s+({'|'.join(_MONTHS)})\b|\b({'|'.join(_MONTHS)})(?:['\u2019]s)?\s+{_THING}\b",
    re.IGNORECASE,
)
_PLACE_NAMES = {
    "nyc": "new york",
    "la": "los angeles",
    "sf": "san francisco",
    "dc": "washington",
    "philly": "philadelphia",
}
_LEAST_DIGITS = 4  # a shorter number that is nobody's is no order's: "order 500 more"
_CAPITALS_ONLY = frozenset({"la", "sf", "dc"})  # in small letters they are no places


def by_number(excerpt: Excerpt, pool: Pool, *, bare: bool = False) -> Pool | NotFound | None:
    """The records that belong to the numbers the text names, as far as they come into question; None without any."""
    said = numbers_said(excerpt.text, bare=bare)
    if not said:
        return None
    labels = {candidate.handle: _numbers(candidate) for candidate in pool.every}
    known = {number for numbers in labels.values() for number in numbers}
    known |= {order.number for order in pool.context.orders}
    matched = {one: known_number(one, known) for one in said}
    if any(number is None and len(one) >= _LEAST_DIGITS for one, number in matched.items()):
        return NotFound()
    meant = {number for number in matched.values() if number is not None}
    if not meant:
        return None
    return pool.narrowed(tuple(it for it in pool.fitting if meant & set(labels[it.handle])))


def by_clues(excerpt: Excerpt, candidates: tuple[Candidate, ...]) -> tuple[tuple[Candidate, ...], bool]:
    """The candidates that every clue of the text leaves, and whether any clue told some apart.

    A clue that no candidate answers to is taken as being about something else.
    """
    kept = candidates
    for clue in (_with_status, _with_options, _at_place, _of_month, _of_amount, _of_plan, _by_age):
        left = clue(excerpt, kept)
        if left:
            kept = left
    return kept, len(kept) < len(candidates)


def newest(candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Those of the youngest order, payment or invoice."""
    days = {candidate.handle: _day(candidate) for candidate in candidates}
    known = [day for day in days.values() if day is not None]
    return tuple(candidate for candidate in candidates if known and days[candidate.handle] == max(known))


def speaks_of_newest(excerpt: Excerpt) -> bool:
    """Whether it says "my last order" or the like."""
    return _NEWEST.search(excerpt.text) is not None


def _numbers(candidate: Candidate) -> tuple[str, ...]:
    order = (candidate.order.number,) if candidate.order is not None else ()
    return (*order, candidate.record.number) if isinstance(candidate.record, Invoice) else order


def _with_status(excerpt: Excerpt, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    said = {
        (match[1] or match[2]).casefold().replace("canceled", "cancelled") for match in _STATUS.finditer(excerpt.text)
    }
    if _RECEIVED.search(excerpt.text):
        said.add("delivered")
    if len(said) != 1:
        return ()
    return tuple(it for it in candidates if it.order is not None and it.order.status in said)


def _with_options(excerpt: Excerpt, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    """Those with goods in the color, size … named."""
    lines = {candidate.handle: _lines(candidate) for candidate in candidates}
    said = options_said(excerpt.tokens, options_of(line.options for each in lines.values() for line in each))
    return tuple(
        candidate
        for candidate in candidates
        if said and any(all(line.options.get(it.option) == it.value for it in said) for line in lines[candidate.handle])
    )


def _lines(candidate: Candidate) -> tuple[OrderLine, ...]:
    if isinstance(candidate.record, OrderLine):
        return (candidate.record,)
    lines = candidate.order.lines if candidate.order is not None else ()
    return tuple(line for line in lines if line.title in candidate.titles)


def _at_place(excerpt: Excerpt, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    return tuple(it for it in candidates if it.order is not None and names_place(excerpt, it.order.address.city))


def names_place(excerpt: Excerpt, city: str) -> bool:
    """Whether a town is named, in full or by a usual short name."""
    if find_phrase(excerpt.tokens, phrase(city)):
        return True
    short = {name for name, full in _PLACE_NAMES.items() if full == city.casefold()}
    return any(
        token.text in short and (token.text not in _CAPITALS_ONLY or token.raw.isupper()) for token in excerpt.tokens
    )


def _of_month(excerpt: Excerpt, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    said = {_MONTHS.index((match[1] or match[2]).casefold()) + 1 for match in _MONTH.finditer(excerpt.text)}
    return tuple(it for it in candidates if (day := _day(it)) is not None and day.month in said)


def _of_amount(excerpt: Excerpt, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    said = amounts_said(excerpt.text)
    return tuple(it for it in candidates if any(amount in said for amount in _amounts(it)))


def _of_plan(excerpt: Excerpt, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    def is_named(plan: str) -> bool:
        words = tuple(word for word in phrase(plan) if word not in {"plan", "subscription"})
        return bool(find_phrase(excerpt.tokens, words))

    return tuple(it for it in candidates if it.subscription is not None and is_named(it.subscription.plan))


def _by_age(excerpt: Excerpt, candidates: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
    if speaks_of_newest(excerpt):
        return newest(candidates)
    if _OLDEST.search(excerpt.text):
        days = [day for it in candidates if (day := _day(it)) is not None]
        return tuple(it for it in candidates if days and _day(it) == min(days))
    return ()


def _day(candidate: Candidate) -> datetime | None:
    match candidate.record:
        case Payment(paid_at=day) | Invoice(issued_at=day) | Refund(created_at=day) | Order(placed_at=day):
            return day
        case _:
            return candidate.order.placed_at if candidate.order is not None else None


def _amounts(candidate: Candidate) -> Iterable[Money]:
    match candidate.record:
        case Payment(amount=amount) | Invoice(amount=amount) | Refund(amount=amount) | Order(total=amount):
            return (amount,)
        case _:
            return ()
