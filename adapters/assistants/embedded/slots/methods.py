"""Which payment method a text means; what was paid with in the past is no wish."""

import re

from adapters.assistants.embedded.slots.excerpt import Excerpt
from adapters.assistants.embedded.slots.pool import Candidate, Found, NoneFits, Pool, Reading, Unclear, Unsaid
from domain.customer import PaymentMethod, PaymentMethodKind
from domain.ids import Handle
from domain.slot import HandleValue

_KINDS: dict[PaymentMethodKind, str] = {
    "gift_card": r"gift[ _-]?cards?|vouchers?|store credit|GC\b",
    "paypal": r"pay ?pal",
    "card": r"(?:credit|debit|bank)[ _-]?cards?|visa|master ?card|amex|american express|maestro|(?<!gift[ _-])cards?",
    "bank": r"bank (?:account|transfer)|direct debit|iban|sepa",
}
_BRANDS = re.compile(r"\b(visa|master ?card|amex|american express|maestro)\b", re.IGNORECASE)
_ENDING = re.compile(r"\b(?:ending|ends|last four|last 4)\D{0,10}(\d{4})\b", re.IGNORECASE)
_ORIGINAL = re.compile(
    r"\b(?:original|same|initial) (?:payment |pay )?(?:method|card|account|way|form|one)\b"
    r"|\b(?:how|what|which|the way) (?:I|you|we) (?:had |originally )?paid\b|\boriginal (?:method|form) of payment\b",
    re.IGNORECASE,
)
_OTHER = re.compile(r"\b(?:the |my |an)?other (?:credit |debit )?(card|payment method|one)\b", re.IGNORECASE)
#: Before a method: what they did, or do not want. After it: what it is for instead.
_NOT_MEANT = re.compile(
    r"(?:\b(?:paid|pay|charged|bought|billed|purchased|debited)\b[^.!?,;]{0,40}"
    r"|\b(?:instead of|rather than|not|n't|no)\b(?: \w+){0,4}) ?$",
    re.IGNORECASE,
)


def read_method(excerpt: Excerpt, pool: Pool, original: Handle | None, *, is_answer: bool = False) -> Reading:
    """The payment method a text names; `original` is the one the order was paid with."""
    usable = tuple(it for it in pool.fitting if isinstance(it.record, PaymentMethod) and it.record.status == "active")
    if _ORIGINAL.search(excerpt.text) and original is not None:
        return _one_of(tuple(it for it in usable if it.handle == original), usable)
    other = _OTHER.search(excerpt.text)
    if other is not None and original is not None:
        is_card = other[1].casefold() == "card"
        left = tuple(it for it in usable if it.handle != original and (not is_card or _kind(it) == "card"))
        return _one_of(left, usable)
    meant = _narrowed(excerpt.text, usable, is_answer=is_answer)
    return Unsaid() if meant is None else _one_of(meant, usable)


def _narrowed(text: str, usable: tuple[Candidate, ...], *, is_answer: bool) -> tuple[Candidate, ...] | None:
    """The methods the text names by last digits, or by kind and brand; None when it names none."""
    ending = _ENDING.search(text)
    if ending is None and is_answer:
        ending = re.search(r"(?<!\d)(\d{4})(?!\d)", text)
    if ending is not None:
        return tuple(it for it in usable if ending[1] in _label(it))
    kinds = kinds_said(text, is_answer=is_answer)
    if not kinds:
        return None
    kept = tuple(it for it in usable if _kind(it) == kinds[0])
    brands = {re.sub(r"\s", "", match[1]).casefold() for match in _BRANDS.finditer(text)}
    brands = {{"americanexpress": "amex"}.get(brand, brand) for brand in brands}
    if brands and kinds[0] == "card":
        kept = tuple(it for it in kept if any(brand in _brand(it) for brand in brands))
    return kept


def kinds_said(text: str, *, is_answer: bool = False) -> list[PaymentMethodKind]:
    """The kinds a text asks for, in order; of several the first is the wish and the others are second best."""
    found: dict[int, PaymentMethodKind] = {}
    for kind, words in _KINDS.items():
        for match in re.finditer(rf"\b(?:{words})", text, re.IGNORECASE):
            if is_answer or not _NOT_MEANT.search(text[: match.start()]):
                found.setdefault(match.start(), kind)
    ordered = [found[at] for at in sorted(found)]
    return list(dict.fromkeys(ordered))


def _kind(candidate: Candidate) -> str:
    return candidate.record.kind if isinstance(candidate.record, PaymentMethod) else ""


def _label(candidate: Candidate) -> str:
    return candidate.record.label.casefold() if isinstance(candidate.record, PaymentMethod) else ""


def _brand(candidate: Candidate) -> str:
    return re.sub(r"\s", "", _label(candidate)).replace("americanexpress", "amex")


def _one_of(methods: tuple[Candidate, ...], usable: tuple[Candidate, ...]) -> Reading:
    """The one method meant; what is named and not on file leaves those that are to choose from."""
    handles = tuple(method.handle for method in methods or usable)
    if not handles:
        return NoneFits()
    return Found(HandleValue(handle=handles[0])) if len(methods) == 1 else Unclear(handles)
