"""What is wrong with a workspace: every problem with its file, line and field, gathered and told together.

Whoever edits a procedure wants the whole list at once, so nothing here stops at the first find.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from domain.errors import WorkspaceError

#: Where a value stands in its file: keys, and positions counted from 0.
FieldPath = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one place of one file; `line` counts from 1, `field` is empty for the file as a whole."""

    file: Path
    line: int
    field: str
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field + ': ' if self.field else ''}{self.text}"


class WorkspaceErrors(WorkspaceError):
    """A workspace cannot be used; `problems` is the whole list, the text tells it line by line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        ordered = sorted(problems, key=lambda problem: (str(problem.file), problem.line))
        super().__init__("\n".join(map(str, ordered)), problems=len(ordered))
        self.problems = tuple(ordered)


def shown(path: FieldPath) -> str:
    """A field path as people read it, positions counted from 1: `steps[3].propose.action`."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def unknown(what: str, name: str, known: Iterable[str], where: str = "") -> str:
    """Say that there is no such thing here, and which known name it resembles."""
    close = get_close_matches(name, set(known) - {name}, n=1, cutoff=0.6)
    return f"there is no {what} '{name}'{where and ' in ' + where}" + (f"; did you mean '{close[0]}'?" if close else "")
