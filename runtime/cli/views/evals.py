"""Reports of evals in the terminal: ours in the first column, what to compare it with beside it."""

from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from evals.report import EvalReport, SetReport


def report_view(report: EvalReport) -> RenderableType:
    """One table for each set of an eval."""
    tables = [
        _table(f"{report.name}, {name}" if name != report.name else name, one) for name, one in report.sets.items()
    ]
    return Group(*tables, Text(report.protocol, "quiet"), *(Text(note, "quiet") for note in report.notes))


def _table(title: str, one: SetReport) -> Table:
    rows = Table(title=title, title_justify="left")
    rows.add_column("")
    for column in ("Setright", *(["wanted"] if one.targets else []), *one.anchors):
        rows.add_column(column, justify="right")
    for name in _in_order(one):
        wanted = [_shown(one.targets.get(name))] if one.targets else []
        others = [_shown(anchor.metrics.get(name)) for anchor in one.anchors.values()]
        rows.add_row(name.replace("_", " "), _shown(one.metrics.get(name)), *wanted, *others)
    for who, anchor in one.anchors.items():
        rows.caption = f"{rows.caption}; {who}: {anchor.source}" if rows.caption else f"{who}: {anchor.source}"
    rows.caption_justify = "left"
    return rows


def _in_order(one: SetReport) -> Iterable[str]:
    names = [*one.metrics, *one.targets, *(name for anchor in one.anchors.values() for name in anchor.metrics)]
    return dict.fromkeys(names)


def _shown(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"
