"""How a run of `setright attack` looks: a bar while it goes on, a table at its end."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console, Group, RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from runtime.cli.style import BAD, OK, WARN

if TYPE_CHECKING:  # the report's module imports the whole product
    from runtime.attack.report import Report


@contextmanager
def progress_bar(console: Console, *, is_quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A bar that is told what goes on, how much is done and of how much; programs see none."""
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True, disable=is_quiet) as progress:
        task = progress.add_task("", total=None)

        def tell(what: str, done: int, total: int) -> None:
            progress.update(task, description=what, completed=done, total=total)

        yield tell


def table(report: "Report") -> RenderableType:
    """The figures of a run, its findings, and what they mean."""
    grid = Table(box=None, show_header=False, pad_edge=False)
    grid.add_column(justify="right")
    grid.add_column()
    searched = f"{report.api_answers} answers of the API, {report.histories} histories, {report.replies} replies"
    sequences = f"{report.sequences} sequences, {report.random_sequences} of them random"
    figures: tuple[tuple[object, str], ...] = (
        (report.calls, f"hostile calls, of {report.scenarios} kinds, in {sequences}"),
        (report.leaks, "foreign words that anybody got to see"),
        (report.unapproved_effects, "effects that nobody had allowed"),
        (report.unsafe_replies, "replies with links, hidden characters or claims that may not be"),
        (f"{report.planted_holes_found}/{report.planted_holes}", "planted holes found"),
        (report.effects, "effects of refunds and changes that were in order, or allowed by policy"),
        (report.texts_searched, f"texts searched: {searched}, {report.log_lines} log lines, …"),
        (report.failed_turns, "turns that failed and went to a person"),
    )
    for figure, what in figures:
        grid.add_row(str(figure), what)
    parts: list[RenderableType] = [grid, Text()]
    parts += [Text(f"{finding.kind}: {finding.where}: {finding.detail}", "bad") for finding in report.findings]
    parts += [Text(f"{BAD} planted and not found: {name.replace('_', ' ')}", "bad") for name in report.missed_holes]
    parts += [Text(f"{BAD} the run proves nothing: {reason}", "bad") for reason in report.void_because]
    if report.corpora_missing:
        missing = ", ".join(report.corpora_missing)
        parts.append(Text(f"{WARN} skipped, not found: {missing} (set SETRIGHT_DATA)", "warn"))
    if report.is_good and report.upper_bound_95 is not None:
        bound = f"{report.upper_bound_95:.5%}"
        sure = f"with 95 % confidence fewer than {bound} of calls like these do"
        parts.append(Text(f"{OK} nothing leaked and nothing happened unapproved; {sure}", "good"))
    parts.append(Text(f"seed {report.seed}, {report.seconds:.0f} s", "quiet"))
    return Group(*parts)
