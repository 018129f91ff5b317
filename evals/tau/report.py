"""What a run over many tasks comes to, and the row of an assistant that does nothing."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from evals.tau.grade import Grade
from evals.tau.ticket_mode import Run


@dataclass(frozen=True)
class TaskResult:
    """One task: how its ticket ended and how its end state is graded."""

    task_id: str
    changes_store: bool
    changes_mind: bool
    text: str
    run: Run
    grade: Grade


@dataclass(frozen=True)
class Totals:
    """The figures of one row; tasks, except for `wrong_writes`, which counts writes."""

    tasks: int
    resolved: int
    resolved_with_writes: int
    partial: int
    handed_off: int  # neither resolved nor partial: a person gets it with the store untouched
    wrong_writes: int
    wrong_write_tasks: int


def totals(results: Sequence[TaskResult]) -> Totals:
    """Count a run's outcomes; every task is in exactly one of resolved, partial, handed_off and wrong_write_tasks."""
    resolved = [it for it in results if it.grade.outcome == "resolved"]
    return Totals(
        tasks=len(results),
        resolved=len(resolved),
        resolved_with_writes=sum(it.changes_store for it in resolved),
        partial=sum(it.grade.outcome == "partial" for it in results),
        handed_off=sum(it.grade.outcome == "nothing" for it in results),
        wrong_writes=sum(len(it.grade.wrong) for it in results),
        wrong_write_tasks=sum(it.grade.outcome == "wrong" for it in results),
    )


def of_doing_nothing(results: Sequence[TaskResult]) -> Totals:
    """The same tasks, had nothing been done: those that expect no change count as resolved."""
    idle = sum(not it.changes_store for it in results)
    return Totals(len(results), idle, 0, 0, len(results) - idle, 0, 0)


def as_json(results: Sequence[TaskResult]) -> dict[str, Any]:
    """The report as JSON: the figures, the row that does nothing, and a line a task."""
    return {
        **asdict(totals(results)),
        "tasks": [_line(it) for it in results],
        "changed_mind": [it.task_id for it in results if it.changes_mind],
        "does_nothing": asdict(of_doing_nothing(results)),
    }


def _line(result: TaskResult) -> dict[str, Any]:
    return {
        "id": result.task_id,
        "outcome": "handed_off" if result.grade.outcome == "nothing" else result.grade.outcome,
        "changes_store": result.changes_store,
        "changed_mind": result.changes_mind,
        "ending": result.run.ending,
        "why": result.run.why,
        "wishes": list(result.run.wishes),
        "done": list(result.grade.expected),
        "wrong": list(result.grade.wrong),
        "missing": list(result.grade.missing),
    }
