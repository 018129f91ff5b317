"""Contradictions between two passages: found sentence by sentence, by rules that can be read."""

from collections.abc import Sequence

from adapters.contradictions.compare import agree, difference
from adapters.contradictions.scope import Text, same_scope
from adapters.contradictions.statements import Statement
from domain.conflict import Contradiction


def contradictions(one: Text, other: Text) -> tuple[Contradiction, ...]:
    """Every pair of statements that cannot both be right, in the order of the first text; none for another scope."""
    if not same_scope(one, other):
        return ()
    mine, theirs = _disputed(one.statements, other.statements), _disputed(other.statements, one.statements)
    found = []
    for a in mine:
        for b in theirs:
            kind = difference(a, b)
            if kind is not None:
                found.append(Contradiction(kind=kind, said_a=a.text, said_b=b.text))
                break
    return tuple(found)


def _disputed(some: Sequence[Statement], others: Sequence[Statement]) -> list[Statement]:
    """The statements that the other side does not make too."""
    return [one for one in some if not any(agree(one, other) for other in others)]
