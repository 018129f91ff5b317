"""Two passages found for one question, compared more leniently: there a doubt costs an answer, and no article.

When articles are compared with one another, two statements must be in nearly the same words. Where both were found for
what a customer asks, one has often next to no word that the other has not, and then two figures of one kind and unit
cannot both be told. Unless one speaks of another case: it names a way, a place, a person or a day that the other does
not, sets a condition, or says from when on something is.
"""

import re
from decimal import Decimal

from adapters.contradictions.compare import differing_figures
from adapters.contradictions.detector import contradictions
from adapters.contradictions.scope import Text, may_share_scope
from adapters.contradictions.statements import TAGS, Statement, statements_of
from adapters.contradictions.words import CASES, CONTRASTS, WHO, tells_apart
from domain.conflict import ConflictKind, Contradiction

#: Where one sentence says several things, each with figures; what stands before the first figure is said of each.
_CLAUSE = re.compile(
    r",\s+(?:and |or |but )?(?=[^,]*\d)|\s(?:and|or|but)\s(?=\d[^,]*\s(?:days|weeks|months)\b[^,]*\bfor\b)"
)
_DIGIT = re.compile(r"[€$£]?\s?\d")
_CONDITION = re.compile(r"\b(?:if|unless|until|longer than|as (?:long|soon) as|when|once)\b", re.IGNORECASE)
_MOST_OWN, _MOST_OWN_OF_BOTH = 1, 6  # words that the one, and both, may have for themselves
_LEAST_SHARED, _LEAST_SHARED_OF_COUNTS = 2, 3
_MOST_TIMES = 25  # nobody means the same by a day and by two years


def contradictions_asked(one: Text, other: Text) -> tuple[Contradiction, ...]:
    """What `contradictions` finds; else the first pair of statements on one case with other figures."""
    found = contradictions(one, other)
    if found or not may_share_scope(one, other):
        return found
    theirs = _clauses(other)
    for a in _clauses(one):
        for b in theirs:
            kind = _difference(a, b, one, other)
            if kind is not None:
                return (Contradiction(kind=kind, said_a=a.text, said_b=b.text),)
    return ()


def _difference(a: Statement, b: Statement, one: Text, other: Text) -> ConflictKind | None:
    kind = differing_figures(a, b)
    if kind is None or a.denies != b.denies or (a.bound != b.bound and "least" in {a.bound, b.bound}):
        return None
    if bool(_CONDITION.search(a.text)) != bool(_CONDITION.search(b.text)) or not _of_one_size(a, b):
        return None
    mine, theirs = a.content - TAGS, b.content - TAGS
    shared = (mine & (theirs | b.context)) | (theirs & (mine | a.context))
    least = _LEAST_SHARED_OF_COUNTS if kind is ConflictKind.number else _LEAST_SHARED
    if len(shared) < least or not a.heavy & b.heavy - TAGS or _of_other_cases(a, b, one, other):
        return None
    own = sorted(len((some & of.heavy) - shared) for some, of in ((mine, a), (theirs, b)))
    return kind if own[0] <= _MOST_OWN and sum(own) <= _MOST_OWN_OF_BOTH else None


def _of_one_size(a: Statement, b: Statement) -> bool:
    """Whether the least duration of the one is near enough to that of the other to be meant for the same thing."""
    sizes = [
        min((Decimal(it.value) for it in some.quantities if it.kind is ConflictKind.duration), default=Decimal(0))
        for some in (a, b)
    ]
    return not all(sizes) or max(sizes) <= _MOST_TIMES * min(sizes)


def _of_other_cases(a: Statement, b: Statement, one: Text, other: Text) -> bool:
    """Whether one names a case of a group of which the other names none or another, not even in heading or title."""
    mine, theirs = a.content - b.content, b.content - a.content
    if tells_apart(mine, theirs, CONTRASTS) or tells_apart(mine, theirs, WHO):
        return True
    groups = {group for word in (a.content | b.content) & CASES.keys() for group in CASES[word]}
    return any(not _named(a, one, group) & _named(b, other, group) for group in groups)


def _named(statement: Statement, text: Text, group: int) -> frozenset[str]:
    """The words of a group that it names itself; else those of its heading, or of its title."""
    for words in (statement.content, statement.context, text.subject):
        found = frozenset(word for word in words & CASES.keys() if group in CASES[word])
        if found:
            return found
    return frozenset()


def _clauses(text: Text) -> list[Statement]:
    """The statements of a passage; a sentence with several figures says several things."""
    found: list[Statement] = []
    for statement in text.statements:
        first = _DIGIT.search(statement.text)
        parts = _CLAUSE.split(statement.text[first.start() :]) if first else []
        if first is None or len(parts) < 2:  # noqa: PLR2004 - one thing is said
            found.append(statement)
            continue
        lead = statement.text[: first.start()]
        found += [said for part in parts for said in statements_of(f"{lead.rstrip()} {part}", text.section)]
    return found
