"""Texts of policy and procedures as pages show them: line by line with what is wrong, and as differences."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import unified_diff
from typing import NamedTuple

from domain.rulebook import TextProblem

_RULE = re.compile(r"^  - id: ([a-z][a-z0-9_]*)\s*$")
_SECTION = re.compile(r"^([a-z]+):")


class Line(NamedTuple):
    """One line of a text, and what is wrong with it."""

    number: int
    text: str
    problems: tuple[TextProblem, ...]


class Difference(NamedTuple):
    """One line of a unified diff."""

    kind: str  # `added`, `removed`, `place` (where it stands) or `same`
    text: str


class RuleLine(NamedTuple):
    """A rule of a policy, and the line it begins in."""

    rule: str
    line: int


def numbered(text: str, problems: Iterable[TextProblem] = (), file: str = "") -> list[Line]:
    """The lines of a text, from 1, each with its own problems: those of `file`."""
    wrong: dict[int, list[TextProblem]] = defaultdict(list)
    lines = text.splitlines() or [""]
    for problem in problems:
        if problem.file == file:
            wrong[min(problem.line, len(lines))].append(problem)
    return [Line(number, line, tuple(wrong[number])) for number, line in enumerate(lines, 1)]


def around_problems(lines: Sequence[Line], most: int = 3) -> list[Line]:
    """The lines that have problems, with `most` lines before and after each."""
    wrong = [line.number for line in lines if line.problems]
    return [line for line in lines if any(abs(line.number - place) <= most for place in wrong)]


def rules_in(policy: str) -> list[RuleLine]:
    """The rules of a policy that judge actions, as far as they are written in the usual way."""
    found, section = [], ""
    for number, line in enumerate(policy.splitlines(), 1):
        if (begun := _SECTION.match(line)) is not None:
            section = begun[1]
        elif section == "rules" and (rule := _RULE.match(line)) is not None:
            found.append(RuleLine(rule[1], number))
    return found


def changes_of(before: str, after: str, name: str, other: str) -> Sequence[Difference]:
    """What differs between two texts; empty if nothing does."""
    lines = unified_diff(before.splitlines(), after.splitlines(), name, other, lineterm="", n=3)
    return [Difference(_kind(line), line) for line in lines]


def _kind(line: str) -> str:
    if line.startswith(("---", "+++", "@@")):
        return "place"
    return {"+": "added", "-": "removed"}.get(line[:1], "same")
