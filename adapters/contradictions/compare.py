"""Two statements on the same thing compared: in figures, in yes and no, and in whom they are for."""

from collections.abc import Sequence

from adapters.contradictions.quantities import Quantity, differ
from adapters.contradictions.statements import TAGS, Statement
from adapters.contradictions.words import CONTRASTS, WHO, tells_apart
from domain.conflict import ConflictKind

_LEAST_SHARED = 2  # words besides figures: "It costs $5" says too little to contradict anything
_SHORT = 3  # words: a statement with fewer says what it is about by its heading
_ORDER = (ConflictKind.amount, ConflictKind.duration, ConflictKind.date, ConflictKind.number)


def agree(one: Statement, other: Statement) -> bool:
    """Whether the two say the same in nearly the same words."""
    return (
        one.content == other.content
        and _polarity(one, other) is None
        and differing_figures(one, other) is None
        and (one.context == other.context or len(one.heavy) >= _SHORT)
    )


def difference(one: Statement, other: Statement) -> ConflictKind | None:
    """In what the two differ if they are on the same thing, by their words alone; None if they do not, or are not."""
    if not _share_a_topic(one, other) or _other_case(one, other):
        return None
    figures, polarity = differing_figures(one, other), _polarity(one, other)
    if one.is_about_who and other.is_about_who and not figures and not polarity and _is_for_others(one, other):
        return ConflictKind.eligibility
    mine, theirs = one.content - other.content, other.content - one.content
    if one.heavy != other.heavy or tells_apart(mine, theirs, CONTRASTS) or tells_apart(mine, theirs, WHO):
        return None
    if figures:
        return figures if one.denies == other.denies and not _opposite_bounds(one, other) else None
    return polarity


def _share_a_topic(one: Statement, other: Statement) -> bool:
    """Two words in common, or one that is all they say under a common heading."""
    shared = (one.content & other.content) - TAGS
    is_all = one.content - WHO.keys() == other.content - WHO.keys() and bool(one.context & other.context)
    return len(shared) >= _LEAST_SHARED or (bool(shared) and is_all)


def _is_for_others(one: Statement, other: Statement) -> bool:
    """Whether the same is said of other people: another group, or a part where the other side says all."""
    mine, theirs = one.content - other.content, other.content - one.content
    if (one.heavy - other.heavy) - WHO.keys() or (other.heavy - one.heavy) - WHO.keys():
        return False
    if len(one.words) == len(other.words):  # a word may stand elsewhere too: compare place by place
        swapped = [(a, b) for a, b in zip(one.words, other.words, strict=True) if a != b]
        if swapped and all(tells_apart(frozenset({a}), frozenset({b}), WHO) for a, b in swapped):
            return True
    if mine & WHO.keys() and theirs & WHO.keys():
        return tells_apart(mine, theirs, WHO)
    narrow, wide = (one, other) if mine & WHO.keys() else (other, one)
    if not (mine | theirs) & WHO.keys():
        return one.is_only != other.is_only
    return wide.is_for_all or (narrow.is_only and not wide.is_only)


def differing_figures(one: Statement, other: Statement) -> ConflictKind | None:
    """Return the kind of figure of which each has one that the other lacks, or has it elsewhere in equal words."""
    if one.words == other.words and len(one.quantities) == len(other.quantities):
        pairs = zip(one.quantities, other.quantities, strict=True)
        return next((a.kind for a, b in pairs if a.kind is b.kind and differ(a, b)), None)
    for kind in _ORDER:
        mine, theirs = ([q for q in some.quantities if q.kind is kind] for some in (one, other))
        if _is_lacking(mine, theirs) and _is_lacking(theirs, mine):
            return kind
    return None


def _is_lacking(some: Sequence[Quantity], others: Sequence[Quantity]) -> bool:
    """Whether one of `some` differs from all of `others`, of which some are of its unit."""
    return any(
        any(is_comparable(q, other) for other in others)
        and all(differ(q, other) or not is_comparable(q, other) for other in others)
        for q in some
    )


def is_comparable(one: Quantity, other: Quantity) -> bool:
    """Whether the two measure in the same unit; all durations do."""
    return one.unit == other.unit or (one.kind is other.kind is ConflictKind.duration)


def _polarity(one: Statement, other: Statement) -> ConflictKind | None:
    is_modal = one.modal and other.modal and one.modal != other.modal
    is_ever = one.always is not None and other.always is not None and one.always != other.always
    if one.denies != other.denies or is_modal or is_ever or (_opposite_bounds(one, other) and one.quantities):
        return ConflictKind.negation
    return None


def _opposite_bounds(one: Statement, other: Statement) -> bool:
    return bool(one.bound and other.bound and one.bound != other.bound)


def _other_case(one: Statement, other: Statement) -> bool:
    """Under another heading, or in another list, a short statement is another one."""
    mine = one.context - other.context - other.content
    theirs = other.context - one.context - one.content
    if tells_apart(mine, theirs, CONTRASTS) or tells_apart(mine, theirs, WHO):
        return True
    return (
        bool(mine and theirs) and not one.context & other.context and len(one.content & other.content - TAGS) < _SHORT
    )
