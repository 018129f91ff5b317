"""tau retail's report in the terminal: the table of figures, and a ticket with what became of it."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from evals.tau.report import TaskResult, Totals, of_doing_nothing, totals

_OUTCOMES = {"resolved": "good", "partial": "warn", "nothing": "quiet", "wrong": "bad"}
_COLUMNS = ("resolved", "with writes", "partial", "handed off", "wrong writes")


def table(results: Sequence[TaskResult]) -> RenderableType:
    """The figures beside those of doing nothing, and the tasks by outcome."""
    figures = Table(title=f"tau retail, ticket mode, {len(results)} tasks", title_justify="left")
    figures.add_column("")
    for column in _COLUMNS:
        figures.add_column(column, justify="right")
    figures.add_row("Setright, embedded assistant", *_cells(totals(results)))
    figures.add_row("does nothing", *_cells(of_doing_nothing(results)))
    lines = [
        _ids("resolved with writes", [it for it in results if it.changes_store and it.grade.outcome == "resolved"])
    ]
    lines.append(_ids("partial", [it for it in results if it.grade.outcome == "partial"]))
    lines += [Text(f"wrong in {it.task_id}: {', '.join(it.grade.wrong)}", "bad") for it in results if it.grade.wrong]
    apart = [it for it in results if it.changes_mind]
    lines.append(Text(f"the customer changes their mind at the confirmation: {_told(apart)}", "quiet"))
    return Group(figures, *lines)


def conversation(result: TaskResult) -> RenderableType:
    """One ticket: what was written, what was answered, and how it is graded."""
    run, grade = result.run, result.grade
    head = Text.assemble((f"{result.task_id}  ", "title"), (grade.outcome, _OUTCOMES[grade.outcome]))
    head.append(f"  {run.ending} {run.why}  [{', '.join(run.wishes)}]", "quiet")
    parts = [head, Text(result.text, "customer"), *(Text(reply, "assistant") for reply in run.replies)]
    for label, effects in (("done", grade.expected), ("wrong", grade.wrong), ("missing", grade.missing)):
        if effects:
            parts.append(Text(f"{label}: {', '.join(effects)}", "bad" if label == "wrong" else "quiet"))
    return Group(*parts, Text())


def _cells(row: Totals) -> tuple[str, ...]:
    wrong = f"{row.wrong_writes} in {row.wrong_write_tasks} tasks" if row.wrong_writes else "0"
    return str(row.resolved), str(row.resolved_with_writes), str(row.partial), str(row.handed_off), wrong


def _ids(label: str, results: Sequence[TaskResult]) -> Text:
    return Text(f"{label}: {', '.join(it.task_id for it in results) or 'none'}")


def _told(results: Sequence[TaskResult]) -> str:
    names = {"nothing": "handed off"}
    told = [f"{it.task_id} ({names.get(it.grade.outcome, it.grade.outcome)})" for it in results]
    return ", ".join(told) or "none"
