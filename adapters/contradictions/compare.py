"""Two statements on the same thing: do they differ in a figure, in yes and no, or in whom they are for?"""

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
        and _figures(one, other) is None
        and (one.context == other.context or len(one.heavy) >= _SHORT)
    )


def difference(one: Statement, other: Statement) -> ConflictKind | None:
    """In what the two differ if they are on the same thing, by their words alone; None if they do not, or are not."""
    if len((one.content & other.content) - TAGS) + len(one.context & other.context) < _LEAST_SHARED:
        return None
    if _other_case(one, other):
        return None
    mine, theirs = one.content - other.content, other.content - one.content
    figures, polarity = _figures(one, other), _polarity(one, other)
    if tells_apart(mine, theirs, WHO):
        is_same_besides = one.heavy - other.heavy <= WHO.keys() and other.heavy - one.heavy <= WHO.keys()
        is_about_who = one.is_about_who and other.is_about_who
        return ConflictKind.eligibility if is_same_besides and is_about_who and not figures and not polarity else None
    if one.heavy != other.heavy or tells_apart(mine, theirs, CONTRASTS):
        return None
    if figures:
        return figures if one.denies == other.denies and not _opposite_bounds(one, other) else None
    return polarity


def _figures(one: Statement, other: Statement) -> ConflictKind | None:
    """The kind of figure of which each has one that the other has not, or which stands elsewhere in equal words."""
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
    mine, theirs = one.context - other.context, other.context - one.context
    if tells_apart(mine, theirs, CONTRASTS) or tells_apart(mine, theirs, WHO):
        return True
    return bool(mine and theirs) and not one.context & other.context and len(one.heavy) < _SHORT
