"""Figures where they stand: each clause of a source with its figures, so that none is lent to another clause.

"5 to 7 business days to a card, 3 to 5 to PayPal" holds four figures and two statements. A sentence in other words may
use the figures of one of them, and must speak of that one: of two clauses with figures of one kind, a sentence that
uses the figures of the first must not have the words of only the second.
"""

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import NamedTuple

from domain.figures import Figure, figures_in, without_figures
from domain.support import content_stems, sentences_of

_RANGE = re.compile(
    r"(?<![\w.,])(\d+(?:[.,]\d+)?)(?:\s?[-\u2013]\s?|\s(?:to|or|and|bis|oder|und)\s)(\d+(?:[.,]\d+)?)(?![\w]|[.,]\d|-)"
)
#: Where a sentence or a table's row goes on with another statement.
_BREAK = re.compile(r"[;:|]\s|,\s(?=(?:and|or|but|und|oder|aber)\b)|,\s|\s(?=(?:and|but|und|aber)\s[^,;]*\d)")
_ALIKE = re.compile(
    r"(?P<time>second|minute|hour|day|week|month|year|stunde|tag|woche|monat|jahr|minut|sekund)"
    r"|(?P<percent>%|per ?cent|prozent)",
    re.IGNORECASE,
)
_UNITS = frozenset(
    content_stems("business working day weeks months hours minutes years percent within Werktage Tage Wochen Monate")
)


#: A statement of its own without a figure: "immediately to a gift card".
_OWN = re.compile(r"^(?:immediately|instantly|at once|free|never|nothing|sofort|kostenlos|nie)\b", re.IGNORECASE)


class Clause(NamedTuple):
    """One statement: its figures, what they measure, and the stems of its content words."""

    figures: frozenset[str]
    kind: str
    words: frozenset[str]
    is_first: bool  # of its sentence: it may be meant where a sentence does not say which


def is_lent(
    sentence: str, sources: Iterable[str], shown: Iterable[str] = (), carried: AbstractSet[Figure] = frozenset()
) -> bool:
    """Whether a sentence uses figures that no one clause of its sources carries together with its words.

    Figures that stand neither in a source nor in what was `shown` besides, and those `carried` by records, are no
    business of this check; but no record carries how long something takes.
    """
    passages = [_clauses_of(source) for source in sources]
    everything = (*passages, *map(_clauses_of, shown))
    known = {figure for passage in everything for clause in passage for figure in clause.figures}
    by_records = {_name(figure) for figure in carried}
    for said in _read(sentence):
        named = said.figures if said.kind == "time" else said.figures - by_records
        figures = frozenset(it for it in named if it in known or known.issuperset(_ends(it)))
        if figures and not any(_carries(passage, said._replace(figures=figures)) for passage in passages):
            return True
    return False


def _carries(passage: Sequence[Clause], said: Clause) -> bool:
    """Whether one clause has all the figures, and none with others of their kind is nearer by its words."""
    others = [clause for clause in passage if clause.kind == said.kind and not said.figures <= clause.figures]
    return any(_is_meant(clause, others, said.words) for clause in passage if said.figures <= clause.figures)


def _is_meant(clause: Clause, others: Sequence[Clause], words: AbstractSet[str]) -> bool:
    is_shared = bool(words & clause.words)
    if not others:
        return is_shared or not words or not clause.words
    return is_shared and all(
        bool(words & (clause.words - other.words)) or (clause.is_first and not words & (other.words - clause.words))
        for other in others
    )


@lru_cache(maxsize=512)
def _clauses_of(source: str) -> tuple[Clause, ...]:
    """Every clause of a source; of a range its ends are figures too, for "up to 7" may be said of "5 to 7"."""
    clauses = (clause for sentence in sentences_of(source) for clause in _read(sentence))
    return tuple(
        clause._replace(figures=clause.figures.union(*(_ends(figure) for figure in clause.figures)))
        for clause in clauses
    )


def _read(sentence: str) -> list[Clause]:
    """The clauses of a sentence that has figures; what stands before the first figure is said of each."""
    read: list[Clause] = []
    lead: frozenset[str] = frozenset()
    for part in filter(str.strip, _BREAK.split(sentence)):
        figures, words = _figures(part), _words(part)
        if not figures and not read:
            lead |= words
        elif not figures and not _OWN.search(part):
            read[-1] = read[-1]._replace(words=read[-1].words | words)
        else:
            lead = lead | _words(re.split(r"[\d€$£]", part, maxsplit=1)[0]) if not read else lead
            read.append(Clause(figures, _kind(part, read), words | lead, not read))
    return read


def _words(part: str) -> frozenset[str]:
    return frozenset(content_stems(without_figures(_RANGE.sub(" ", part)))) - _UNITS


def _figures(part: str) -> frozenset[str]:
    """The figures of a clause by name; a range is one."""
    single = {_name(figure) for figure in figures_in(_RANGE.sub(" ", part))}
    return frozenset(single | {f"range {low}-{high}" for low, high in _RANGE.findall(part)})


def _name(figure: Figure) -> str:
    return f"{figure.kind} {figure.value}"


def _ends(figure: str) -> set[str]:
    """The two ends of a range; nothing is known by a figure that is none."""
    kind, _, value = figure.partition(" ")
    return {f"number {end}" for end in value.split("-")} if kind == "range" else {figure}


def _kind(part: str, before: Sequence[Clause]) -> str:
    """What its figures measure; "3 to 5 to PayPal" goes on with the unit of the clause before."""
    unit = _ALIKE.search(part)
    if unit:
        return "time" if unit["time"] else "percent"
    kinds = {figure.kind for figure in figures_in(part)}
    return before[-1].kind if before and kinds <= {"number"} else min(kinds, default="number")
